/**
 * Questions that others answer, handed on as they came: only the id is another one. A reply counts when it has that id and
 * the same question, and comes from whom was asked, at a port nobody could guess.
 */
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';

/**
 * From here the daemon asks a resolver on loopback: by it the rules that lead dockerd's own questions to the daemon know
 * which are the daemon's.
 */
export const ownLoopback = '127.67.0.53';

export type Upstream = {
  /** The first reply that is some; undefined when nobody answered, or too much is under way. */
  ask(query: Buffer, servers: readonly string[], transport: Transport): Promise<Buffer | undefined>;
};
export type Transport = 'udp' | 'tcp';

export type UpstreamOptions = {
  readonly port?: number;
  /** Milliseconds one server has; dockerd waits 4 s for all of it. */
  readonly patience?: number;
  /** Questions under way at once. */
  readonly most?: number;
};

const headerLength = 12;
const mostServers = 3;
const retryCodes: ReadonlySet<number> = new Set([2, 5]);

const rcodeOf = (reply: Buffer): number => (reply[3] ?? 0) & 0xf;

/** End of the question section of a message with one question; undefined when it has none, or a pointer in it. */
export function questionOf(message: Buffer): Buffer | undefined {
  if (message.length < headerLength || message.readUInt16BE(4) !== 1) return undefined;
  let at = headerLength;
  for (let length = message[at]; length !== 0; length = message[at]) {
    if (length === undefined || length > 63) return undefined;
    at += 1 + length;
  }
  const end = at + 5;
  return end > message.length ? undefined : message.subarray(headerLength, end);
}

/** Letters may come back in another case. */
const fold = (bytes: Buffer): string => bytes.toString('latin1').toLowerCase();

function isReplyTo(reply: Buffer, query: Buffer): boolean {
  if (reply.length < headerLength || (reply.readUInt16BE(2) & 0x8000) === 0) return false;
  if (reply.readUInt16BE(0) !== query.readUInt16BE(0)) return false;
  const [asked, answered] = [questionOf(query), questionOf(reply)];
  // A server that could not read the question says so without it.
  if (answered === undefined) return reply.readUInt16BE(4) === 0 && rcodeOf(reply) === 1;
  return asked !== undefined && fold(asked) === fold(answered);
}

const withId = (message: Buffer, id: number): Buffer => {
  const copy = Buffer.from(message);
  copy.writeUInt16BE(id, 0);
  return copy;
};

const isLoopback = (server: string): boolean => server.startsWith('127.');

export function createUpstream({ port = 53, patience = 1500, most = 1000 }: UpstreamOptions = {}): Upstream {
  let underWay = 0;
  const by = { udp: askByUdp, tcp: askByTcp } as const;
  return {
    ask: async (query, servers, transport) => {
      if (underWay >= most || query.length < headerLength) return undefined;
      underWay++;
      try {
        let last: Buffer | undefined;
        for (const server of servers.slice(0, mostServers)) {
          const own = withId(query, randomInt(0x10000));
          const reply = await by[transport](own, { server, port, patience });
          if (reply === undefined) continue;
          last = withId(reply, query.readUInt16BE(0));
          if (!retryCodes.has(rcodeOf(reply))) return last;
        }
        return last;
      } finally {
        underWay--;
      }
    },
  };
}

type Way = { readonly server: string; readonly port: number; readonly patience: number };

function askByUdp(query: Buffer, { server, port, patience }: Way): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket(server.includes(':') ? 'udp6' : 'udp4');
    const end = (reply: Buffer | undefined): void => {
      clearTimeout(timer);
      socket.removeAllListeners('message');
      socket.close();
      resolve(reply);
    };
    const timer = setTimeout(() => end(undefined), patience);
    socket.on('error', () => end(undefined));
    socket.on('message', (reply) => {
      if (isReplyTo(reply, query)) end(reply);
    });
    // Connected: the kernel takes datagrams of nobody else.
    const send = (): void => socket.connect(port, server, () => socket.send(query));
    if (isLoopback(server)) socket.bind(0, ownLoopback, send);
    else send();
  });
}

function askByTcp(query: Buffer, { server, port, patience }: Way): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: server, port, ...(isLoopback(server) ? { localAddress: ownLoopback } : {}) });
    let come = Buffer.alloc(0);
    const end = (reply: Buffer | undefined): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(reply);
    };
    const timer = setTimeout(() => end(undefined), patience);
    socket.on('error', () => end(undefined));
    socket.on('close', () => end(undefined));
    socket.on('data', (data: Buffer) => {
      come = Buffer.concat([come, data]);
      const length = come.length < 2 ? undefined : come.readUInt16BE(0);
      if (length === undefined || come.length < length + 2) return;
      const reply = come.subarray(2, length + 2);
      end(isReplyTo(reply, query) ? reply : undefined);
    });
    socket.write(framed(query));
  });
}

/** Over TCP every message has its length before it (RFC 1035 §4.2.2). */
export function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length, 0);
  return Buffer.concat([length, message]);
}
