/** Listens at one address, by UDP and TCP, and hands each message to one function: pure transport. */
import { createSocket } from 'node:dgram';
import { createServer, type Socket } from 'node:net';
import { framed, type Transport } from './upstream.ts';

/** Undefined: no reply. Never throws. */
export type Respond = (message: Buffer, from: string, transport: Transport) => Promise<Buffer | undefined>;

export type Listener = { readonly port: number; close(): Promise<void> };

/** Connections at once, messages on one that wait for their reply, and milliseconds without any after which it ends. */
const mostConnections = 256;
const mostWaiting = 64;
const idle = 10_000;

/** Rejects with the error of bind: `EADDRNOTAVAIL` before there is a Clocker network, `EADDRINUSE` beside another server. */
export async function listen(address: string, port: number, respond: Respond): Promise<Listener> {
  const udp = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  await new Promise<void>((resolve, reject) => {
    udp.once('error', reject);
    udp.bind(port, address, () => resolve());
  }).catch((error: unknown) => {
    udp.close();
    throw error;
  });
  udp.removeAllListeners('error');
  udp.on('error', () => undefined);
  udp.on('message', (message, from) => {
    void respond(message, from.address, 'udp').then((reply) => {
      if (reply !== undefined && !isClosed) udp.send(reply, from.port, from.address, () => undefined);
    });
  });
  let isClosed = false;
  const open = new Set<Socket>();
  const tcp = createServer((socket) => serveStream(socket, open, respond));
  tcp.maxConnections = mostConnections;
  const bound = udp.address().port;
  try {
    await new Promise<void>((resolve, reject) => {
      tcp.once('error', reject);
      tcp.listen(bound, address, () => resolve());
    });
  } catch (error) {
    udp.close();
    throw error;
  }
  return {
    port: bound,
    close: async () => {
      isClosed = true;
      udp.close();
      for (const socket of open) socket.destroy();
      await new Promise<void>((resolve) => tcp.close(() => resolve()));
    },
  };
}

function serveStream(socket: Socket, open: Set<Socket>, respond: Respond): void {
  open.add(socket);
  let come = Buffer.alloc(0);
  let waiting = 0;
  const from = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  socket.setTimeout(idle, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.on('close', () => open.delete(socket));
  const take = (): void => {
    while (come.length >= 2 && waiting < mostWaiting) {
      const length = come.readUInt16BE(0);
      if (come.length < length + 2) break;
      const message = Buffer.from(come.subarray(2, length + 2));
      come = come.subarray(length + 2);
      waiting++;
      void respond(message, from, 'tcp').then((reply) => {
        waiting--;
        if (socket.destroyed) return;
        // Who gets no answer by UDP gets no connection either.
        if (reply === undefined) socket.destroy();
        else socket.write(framed(reply));
        if (waiting < mostWaiting) socket.resume();
        take();
      });
    }
    if (waiting >= mostWaiting) socket.pause();
  };
  socket.on('data', (data: Buffer) => {
    come = Buffer.concat([come, data]);
    take();
  });
}
