/** A TCP proxy on loopback that fails on demand, between a client and a server that know nothing of it. */
import { connect, createServer, type Socket } from 'node:net';

export type Proxy = {
  readonly address: string;
  /** Ends all connections; with `false`, new ones are refused as well until `allow(true)`. */
  allow(allowed: boolean): void;
  /** Connections of now fall silent without ending, as behind a firewall that forgot them; new ones work. */
  mute(): void;
  /** Ends each connection after so many more bytes from the server. */
  cutAfter(bytes: number): void;
  readonly connections: number;
  close(): Promise<void>;
};

export async function startProxy(target: string): Promise<Proxy> {
  const [host = '', port = ''] = target.split(':');
  const pairs = new Set<{ readonly inner: Socket; readonly outer: Socket; muted: boolean; left: number }>();
  let allowed = true;
  let budget = Infinity;
  let connections = 0;

  const server = createServer((outer) => {
    if (!allowed) {
      outer.destroy();
      return;
    }
    connections++;
    const inner = connect(Number(port), host);
    const pair = { inner, outer, muted: false, left: budget };
    pairs.add(pair);
    const end = (): void => {
      if (pair.muted) return;
      inner.destroy();
      outer.destroy();
      pairs.delete(pair);
    };
    outer.on('data', (data) => {
      if (!pair.muted) inner.write(data);
    });
    inner.on('data', (data) => {
      if (pair.muted) return;
      pair.left -= data.length;
      if (pair.left < 0) end();
      else outer.write(data);
    });
    for (const socket of [inner, outer]) socket.on('close', end).on('error', end);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  const endAll = (): void => {
    for (const { inner, outer } of pairs) {
      inner.destroy();
      outer.destroy();
    }
    pairs.clear();
  };
  return {
    address: `127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}`,
    get connections() {
      return connections;
    },
    allow: (now) => {
      allowed = now;
      endAll();
    },
    mute: () => {
      for (const pair of pairs) pair.muted = true;
    },
    cutAfter: (bytes) => {
      budget = bytes;
      for (const pair of pairs) pair.left = bytes;
    },
    close: async () => {
      endAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
