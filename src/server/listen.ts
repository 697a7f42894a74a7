/** Where the API is served: a unix socket always, TCP only when asked for. */
import { timingSafeEqual, createHash } from 'node:crypto';
import { chmod, chown, lstat, mkdir, unlink } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { dirname } from 'node:path';
import type { Express, Request } from 'express';
import { Fault } from '../diagnostic/fault.ts';

export type Listening = { close(): Promise<void> };

export type SocketOptions = {
  readonly path: string;
  /** Its group; whoever is in it may do everything. Undefined: root only. */
  readonly gid: number | undefined;
};

const failed = (what: string, cause: Error): Fault =>
  new Fault('file-unwritable', `${what} can't be opened: ${cause.message}`, { cause });

const listening = (server: Server, what: string, start: () => void): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error) => reject(failed(what, error)));
    server.once('listening', resolve);
    start();
  });

/** Bytes and milliseconds of a request that can't be read which are taken all the same, so that its answer arrives. */
const patience = { bytes: 16 * 1024 * 1024, milliseconds: 5000 };

/** What never reaches a route, because it is no HTTP or its head is too large, is answered as everything else is. */
function answerMalformed(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException & { readonly rawPacket?: Buffer }, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const isLarge = error.code === 'HPE_HEADER_OVERFLOW';
    const message = isLarge ? 'The address or the headers of the request are too long.' : 'This is no HTTP request.';
    const isHead = error.rawPacket?.subarray(0, 5).toString('latin1') === 'HEAD ';
    const body = isHead ? '' : JSON.stringify({ error: { code: 'request-invalid', message } });
    const status = isLarge ? '431 Request Header Fields Too Large' : '400 Bad Request';
    // Whoever sent it may be gone before the answer is.
    socket.on('error', () => socket.destroy());
    socket.end(
      `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
    let bytes = 0;
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > patience.bytes) socket.destroy();
    });
    setTimeout(() => socket.destroy(), patience.milliseconds).unref();
  });
}

const closer = (server: Server): Listening => ({
  close: () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
});

/** Whoever starts a daemon holds its lock, so a socket that is there is a dead one's. */
export async function listenOnSocket(app: Express, { path, gid }: SocketOptions): Promise<Listening> {
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  const found = await lstat(path).catch(() => undefined);
  if (found !== undefined && !found.isSocket())
    throw new Fault('file-unwritable', `${path} is in the way: it is not a socket.`);
  if (found !== undefined) await unlink(path);
  const server = createServer(app);
  answerMalformed(server);
  // Closed to all until its mode is right.
  const mask = process.umask(0o177);
  try {
    await listening(server, path, () => server.listen(path));
  } finally {
    process.umask(mask);
  }
  if (gid !== undefined) await chown(path, 0, gid);
  await chmod(path, gid === undefined ? 0o600 : 0o660);
  return closer(server);
}

export type TcpOptions = {
  readonly host: string;
  readonly port: number;
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer; readonly ca?: Buffer };
};

export async function listenOnTcp(app: Express, { host, port, tls }: TcpOptions): Promise<Listening> {
  const client = tls?.ca === undefined ? {} : { requestCert: true, rejectUnauthorized: true };
  const server =
    tls === undefined ? createServer(app) : createTlsServer({ ...tls, ...client, minVersion: 'TLSv1.2' }, app);
  answerMalformed(server);
  await listening(server, `${host}:${port}`, () => server.listen(port, host));
  return closer(server);
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Compared in constant time. */
export function tokenGuard(token: string): (request: Pick<Request, 'headers'>) => boolean {
  const wanted = digest(`Bearer ${token}`);
  return ({ headers }) => timingSafeEqual(digest(headers.authorization ?? ''), wanted);
}
