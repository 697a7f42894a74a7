/** A file's bytes, bounded: regular files only, opened without waiting. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { Fault } from '../diagnostic/fault.ts';

/** Throws `file-unreadable`. */
export async function readBytes(path: string, most: number): Promise<Buffer> {
  const unreadable = (reason: string, cause?: unknown): Fault =>
    new Fault('file-unreadable', `${path} can't be read: ${reason}.`, { cause });
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY).catch(
    (cause: unknown) => {
      throw unreadable(cause instanceof Error ? cause.message : String(cause), cause);
    },
  );
  try {
    const status = await file.stat();
    if (!status.isFile()) throw unreadable('it is no regular file');
    if (status.size > most) throw unreadable(`it is larger than ${Math.floor(most / 1024 / 1024)} MiB`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}
