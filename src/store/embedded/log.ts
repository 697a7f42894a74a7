/** The log file: read whole when opened, then only appended to. */
import { constants } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../../diagnostic/fault.ts';
import { logFile, newLogFile, syncDirectory } from './directory.ts';
import { header } from './frame.ts';

export type Log = {
  readonly size: number;
  /** Durable when it resolves. When it rejects, the log is as it was before, or refuses everything from then on. */
  append(frame: Buffer): Promise<void>;
  close(): Promise<void>;
};

/** `power-loss`: what was written survives the machine. `crash`: it survives this process, and is much cheaper. */
export type LogSync = 'power-loss' | 'crash';

/** With O_DSYNC a write returns when the bytes are on the disk: one call where write and fdatasync would be two. */
const flagsOf: Readonly<Record<LogSync, number>> = {
  'power-loss': constants.O_WRONLY | constants.O_NOFOLLOW | constants.O_DSYNC,
  crash: constants.O_WRONLY | constants.O_NOFOLLOW,
};

const whyNot = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const isFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');

export function unwritable(path: string, cause: unknown): Fault {
  const full = isFull(cause);
  return new Fault('file-unwritable', `The store can't write ${path}: ${whyNot(cause)}.`, {
    cause,
    transient: full,
    ...(full ? { hint: 'Make room on that file system; nothing of this change was kept.' } : {}),
  });
}

async function writeAt(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

function logOn(handle: FileHandle, path: string, length: number, fault: Fault | undefined): Log {
  let size = length;
  let broken = fault;

  /** Bytes of a write that failed half-way would be read as a damaged record later. */
  async function undo(cause: unknown): Promise<never> {
    const failed = unwritable(path, cause);
    // After a failed sync nobody knows what is on the disk: only reading it again tells.
    if (!isFull(cause)) broken = failed;
    try {
      await handle.truncate(size);
      await handle.sync();
    } catch (error) {
      broken = unwritable(path, error);
    }
    throw failed;
  }

  return {
    get size() {
      return size;
    },
    append: async (frame) => {
      if (broken !== undefined) throw broken;
      try {
        await writeAt(handle, frame, size);
      } catch (cause) {
        await undo(cause);
      }
      size += frame.length;
    },
    close: () => handle.close(),
  };
}

/** What lies behind `length` is an unfinished write and is cut off. */
export async function openLog(directory: string, length: number, sync: LogSync): Promise<Log> {
  const path = join(directory, logFile);
  const handle = await open(path, flagsOf[sync]);
  await handle.truncate(length);
  return logOn(handle, path, length, undefined);
}

/**
 * A log that is written beside the one in use; `adopt` puts it in that one's place, which is one step for whoever looks,
 * now or after a crash.
 */
export type NewLog = {
  write(frames: Iterable<Buffer>): Promise<void>;
  /** When it rejects, the one in use still is. */
  adopt(): Promise<Log>;
  discard(): Promise<void>;
};

export async function createLog(directory: string, sync: LogSync): Promise<NewLog> {
  const path = join(directory, newLogFile);
  const handle = await open(path, flagsOf[sync] | constants.O_CREAT | constants.O_TRUNC, 0o600);
  let size = 0;
  const write = async (frames: Iterable<Buffer>): Promise<void> => {
    for (const frame of frames) {
      await writeAt(handle, frame, size);
      size += frame.length;
    }
  };
  const discard = async (): Promise<void> => {
    await handle.close();
    await rm(path, { force: true });
  };
  return {
    write: async (frames) => {
      if (size === 0) await write([header]);
      await write(frames);
    },
    adopt: async () => {
      const final = join(directory, logFile);
      await handle.sync();
      await rename(path, final);
      const fault = await syncDirectory(directory).then(
        () => undefined,
        (cause: unknown) => unwritable(final, cause),
      );
      return logOn(handle, final, size, fault);
    },
    discard,
  };
}
