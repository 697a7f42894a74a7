/** The file of the plugin socket: one daemon at a time, nobody but root. */
import type { Server } from 'node:http';
import { chmod, lstat, mkdir, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { Fault } from '../../src/diagnostic/fault.ts';

/** Milliseconds in which a living daemon accepts a connection. */
const probeTime = 1000;

/** Takes away what a dead daemon left, or a link to it; throws `not-permitted` when a living one answers there. */
export async function clearSocket(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true }).catch((cause: unknown) => {
    throw unopenable(path, cause);
  });
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return;
  if (!found.isSocket() && !found.isSymbolicLink()) {
    throw new Fault('file-unwritable', `${path} is in the way: it is not a socket.`, {
      hint: 'Look what it is, and remove it.',
    });
  }
  if (await answers(path)) {
    throw new Fault('not-permitted', `Another process serves the plugin socket ${path}.`, {
      hint: `See who: ss -xlp | grep ${path}`,
    });
  }
  await unlink(path);
}

/** Slow to answer counts as alive: two daemons on one socket would be worse than none. */
const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = connect(path);
    const end = (isAlive: boolean): void => {
      probe.destroy();
      resolve(isAlive);
    };
    probe.once('connect', () => end(true));
    probe.once('error', () => end(false));
    probe.setTimeout(probeTime, () => end(true));
  });

/** Listens for root only. Node removes the file when the server is closed. */
export async function openSocket(server: Server, path: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(unopenable(path, cause)));
    server.listen(path, resolve);
  });
  await chmod(path, 0o600);
}

const unopenable = (path: string, cause: unknown): Fault =>
  new Fault(
    'file-unwritable',
    `The plugin socket ${path} can't be opened: ${cause instanceof Error ? cause.message : String(cause)}`,
    { cause },
  );
