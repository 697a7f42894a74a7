/** How the kernel would send to another host, and whether that host answers on the same network. */
import { createSocket } from 'node:dgram';
import { run } from './process.ts';

export type Neighbour = {
  /** The router it would be sent by; undefined: by none. */
  readonly via?: string;
  /** `silent`: asked for its hardware address and did not answer. */
  readonly answers: 'yes' | 'silent' | 'unknown';
};

type Row = Readonly<Record<string, unknown>>;

function rowsOf(stdout: string): readonly Row[] {
  const parsed: unknown = JSON.parse(stdout.trim() === '' ? '[]' : stdout);
  if (!Array.isArray(parsed)) return [];
  return parsed.map((row: unknown) => (typeof row === 'object' && row !== null ? { ...row } : {}));
}

/** Nobody listens at the port of RFC 863; what matters is that the kernel has to ask for the hardware address first. */
const touch = (address: string): Promise<void> =>
  new Promise((resolve) => {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    const end = (): void => {
      socket.close();
      resolve();
    };
    socket.once('error', end);
    socket.send('', 9, address, end);
  });

const answering = new Set(['REACHABLE', 'STALE', 'DELAY', 'PROBE', 'PERMANENT', 'NOARP']);

/** Milliseconds: three questions, a second apart, are what the kernel asks before it gives up. */
const patience = 3500;
const lookEvery = 250;

async function stateOf(address: string): Promise<string> {
  const { status, stdout } = await run(['ip', '-j', 'neigh', 'show', 'to', address]);
  const states = status === 0 ? rowsOf(stdout)[0]?.['state'] : undefined;
  return Array.isArray(states) && typeof states[0] === 'string' ? states[0] : '';
}

export async function lookAtNeighbour(address: string): Promise<Neighbour> {
  const { status, stdout } = await run(['ip', '-j', 'route', 'get', address]);
  const route = status === 0 ? rowsOf(stdout)[0] : undefined;
  if (route === undefined) return { answers: 'unknown' };
  const via = route['gateway'];
  if (typeof via === 'string') return { via, answers: 'unknown' };
  await touch(address);
  for (let waited = 0; waited < patience; waited += lookEvery) {
    const state = await stateOf(address);
    if (answering.has(state)) return { answers: 'yes' };
    if (state === 'FAILED') return { answers: 'silent' };
    await new Promise((resolve) => setTimeout(resolve, lookEvery));
  }
  return { answers: 'unknown' };
}
