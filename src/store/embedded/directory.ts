/** The directory of an embedded store: its user's alone. */
import { chmod, mkdir, open, stat } from 'node:fs/promises';
import { Fault } from '../../diagnostic/fault.ts';

export const logFile = 'store.log';
export const newLogFile = 'store.log.new';

export async function openDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const found = await stat(directory);
    if (found.uid !== process.getuid?.()) {
      throw new Fault('not-permitted', `The directory ${directory} of the store belongs to somebody else.`, {
        hint: `Give it to the user who runs the daemon: chown -R ${process.getuid?.()} ${directory}`,
      });
    }
    // Values hold secrets of applications.
    if ((found.mode & 0o077) !== 0) await chmod(directory, 0o700);
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    throw new Fault('file-unwritable', `The directory ${directory} of the store cannot be made.`, { cause });
  }
}

/** A file that was renamed is there after a power cut only when its directory was synced. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
