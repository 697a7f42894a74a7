/**
 * A mirror's content on disk, in a log as the embedded store's, but not synced: it survives the process, and after a
 * power loss it may be older. It is only a copy, so what is damaged is dropped, and what can't be written is tried again.
 */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isFault } from '../../diagnostic/fault.ts';
import type { StoreClock } from '../clock.ts';
import { logFile, newLogFile, openDirectory } from '../embedded/directory.ts';
import { scanLog } from '../embedded/frame.ts';
import { openJournal, snapshotFrames } from '../embedded/journal.ts';
import { lockDirectory, type DirectoryLock } from '../embedded/lock.ts';
import { createLog, unwritable, type Log } from '../embedded/log.ts';
import { encodeBase, encodeDelete, encodeEntry, encodeReset } from '../embedded/record.ts';
import { replay } from '../embedded/replay.ts';
import type { MirrorBatch, MirrorSnapshot } from '../mirror.ts';
import type { Entry } from '../store.ts';

export type MirrorSnapshotOptions = {
  /** Absolute, of this mirror alone. */
  readonly directory: string;
  readonly clock: StoreClock;
  readonly rewriteAbove?: number;
};

const defaultRewriteAbove = 4 * 1024 * 1024;
/** Milliseconds after a failed write before the whole content is tried. */
const retryAfter = 30_000;

const newestOf = (entries: readonly Entry[]): number =>
  entries.reduce((newest, entry) => Math.max(newest, entry.revision), 0);

const encodeBatch = ({ put, remove }: MirrorBatch): Buffer =>
  Buffer.concat([encodeBase(newestOf(put)), ...put.map(encodeEntry), ...remove.map(encodeDelete)]);

const encodeAll = (entries: readonly Entry[]): Buffer =>
  Buffer.concat([encodeReset(), encodeBase(newestOf(entries)), ...entries.map(encodeEntry)]);

/** Whatever can be made sense of, up to the first damage. */
async function readContent(directory: string): Promise<readonly Entry[]> {
  const bytes = await readFile(join(directory, logFile)).catch(() => undefined);
  if (bytes === undefined) return [];
  return [...replay(scanLog(bytes).payloads).content.entries.values()];
}

/** Begins with a new log of what was found, so that damage and waste of the old one are gone. */
async function beginLog(directory: string, found: readonly Entry[]): Promise<Log> {
  await rm(join(directory, newLogFile), { force: true });
  const fresh = await createLog(directory, 'crash');
  await fresh.write(snapshotFrames({ revision: newestOf(found), entries: found }));
  return fresh.adopt();
}

export async function openMirrorSnapshot(options: MirrorSnapshotOptions): Promise<MirrorSnapshot> {
  const { directory } = options;
  await openDirectory(directory);
  const lock = await lockDirectory(directory);
  try {
    const found = await readContent(directory);
    return saveTo(options, await beginLog(directory, found), found, lock);
  } catch (cause) {
    await lock.release();
    throw isFault(cause) ? cause : unwritable(directory, cause);
  }
}

function saveTo(
  options: MirrorSnapshotOptions,
  log: Log,
  found: readonly Entry[],
  lock: DirectoryLock,
): MirrorSnapshot {
  const { directory, clock } = options;
  let loaded: readonly Entry[] | undefined = found;
  let everything = (): Iterable<Entry> => loaded ?? [];
  let queue: Buffer[] = [];
  let writing: Promise<void> | undefined;
  /** When to write everything, after a write that failed. */
  let retryAt: number | undefined;

  const journal = openJournal({
    directory,
    log,
    sync: 'crash',
    rewriteAbove: options.rewriteAbove ?? defaultRewriteAbove,
    content: () => {
      const entries = [...everything()];
      return { revision: newestOf(entries), entries };
    },
  });

  async function writeQueue(): Promise<void> {
    // One write for what comes in the same breath.
    await Promise.resolve();
    while (queue.length > 0) {
      const payload = Buffer.concat(queue);
      queue = [];
      try {
        await journal.write(payload);
      } catch {
        // Without what failed, what follows would make a content that never was.
        queue = [];
        retryAt = clock.monotonic() + retryAfter;
      }
    }
    writing = undefined;
  }

  return {
    load: () => {
      const entries = loaded ?? [];
      loaded = undefined;
      return entries;
    },
    save: (batch, all) => {
      everything = all;
      if (retryAt !== undefined && clock.monotonic() < retryAt) return;
      queue.push(retryAt === undefined ? encodeBatch(batch) : encodeAll([...all()]));
      retryAt = undefined;
      writing ??= writeQueue();
    },
    close: async () => {
      await writing;
      await journal.close();
      await lock.release();
    },
  };
}
