/** Whether a port of this host is free: found out by taking it for a moment. */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

export type HostPort = { readonly address: string; readonly port: number; readonly protocol: string };

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

/** Only what is surely in use is not free: the engine has the last word. */
export async function isPortFree({ address, port, protocol }: HostPort): Promise<boolean> {
  const host = address === '' ? '0.0.0.0' : address;
  try {
    if (protocol === 'tcp') await listenOnce(host, port);
    else if (protocol === 'udp') await bindOnce(host, port);
    return true;
  } catch (error) {
    return codeOf(error) !== 'EADDRINUSE';
  }
}

const listenOnce = (host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve()));
  });

const bindOnce = (host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4' });
    socket.once('error', (error) => {
      socket.close();
      reject(error);
    });
    socket.bind({ address: host, port, exclusive: true }, () => socket.close(() => resolve()));
  });
