/** One process at a time writes to a directory. The kernel drops the lock when its holder dies, however it dies. */
import { spawnSync } from 'node:child_process';
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../../diagnostic/fault.ts';

const lockFile = 'lock';

export type DirectoryLock = { release(): Promise<void> };

/**
 * flock(2), which Node has no call for: flock(1) of util-linux locks the open file it inherits, and the lock stays with
 * the file that we keep open.
 */
function tryLock(handle: FileHandle): boolean {
  const done = spawnSync('flock', ['--exclusive', '--nonblock', '3'], {
    stdio: ['ignore', 'ignore', 'ignore', handle.fd],
    timeout: 5000,
  });
  if (done.status === 0) return true;
  // 1 is flock's word for "somebody else has it".
  if (done.status !== 1) {
    throw new Fault('command-missing', 'The store cannot be locked, because the command flock does not run.', {
      cause: done.error,
      hint: 'Install it: apt-get install util-linux',
    });
  }
  return false;
}

async function refuse(handle: FileHandle, directory: string): Promise<never> {
  const holder = Number((await handle.readFile('utf8')).trim());
  const who = Number.isInteger(holder) && holder > 0 ? `process ${holder}` : 'another process';
  throw new Fault('store-locked', `The store in ${directory} is in use by ${who}.`, {
    hint: `One daemon at a time uses a store. See what runs: ps -fp ${who.replace('process ', '')}`,
  });
}

export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;
  const path = join(directory, lockFile);
  const handle = await open(path, flags, 0o600).catch((cause: unknown) => {
    throw new Fault('file-unwritable', `The store can't open its lock ${path}.`, { cause });
  });
  try {
    if (!tryLock(handle)) await refuse(handle, directory);
    await handle.truncate(0);
    await handle.write(`${process.pid}\n`, 0);
  } catch (error) {
    await handle.close();
    throw error;
  }
  return { release: () => handle.close() };
}
