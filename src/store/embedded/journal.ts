/** A log that is written anew in the background when most of it is out of date. */
import type { Entry, Listing } from '../store.ts';
import { encodeFrame } from './frame.ts';
import { createLog, type Log, type LogSync, type NewLog } from './log.ts';
import { encodeBase, encodeEntry } from './record.ts';

export type JournalOptions = {
  readonly directory: string;
  readonly log: Log;
  readonly sync: LogSync;
  /** All that the log holds, as of now. */
  readonly content: () => Listing;
  /** Bytes: a log smaller than this is never written anew. */
  readonly rewriteAbove: number;
};

/** A log may hold this many times what a new one would. */
const wasteFactor = 4;
/** Looking costs a walk over the content, so it waits until the log has grown by this share. */
const lookAfter = 0.25;
/** Bytes of entries in one frame of a new log. */
const frameSize = 256 * 1024;

export function* snapshotFrames({ revision, entries }: Listing): Iterable<Buffer> {
  let payload: Buffer[] = [encodeBase(revision)];
  let size = 0;
  for (const entry of entries) {
    const bytes = encodeEntry(entry);
    payload.push(bytes);
    size += bytes.length;
    if (size < frameSize) continue;
    yield encodeFrame(Buffer.concat(payload));
    payload = [];
    size = 0;
  }
  yield encodeFrame(Buffer.concat(payload));
}

/** Bytes it takes in a log, nearly; exact would mean to encode it. */
const sizeOf = (entry: Entry): number => 40 + entry.key.length + entry.value.length;

/** A new log under way. `later`: frames of the one in use since the new one's snapshot was taken. */
type Rewrite = { readonly later: Buffer[]; state: 'running' | 'failed' | NewLog };

export type Journal = {
  /** A frame's payload, as record.ts makes it. What it rejects, did not happen. */
  write(payload: Buffer): Promise<void>;
  close(): Promise<void>;
};

export function openJournal(options: JournalOptions): Journal {
  let log = options.log;
  let rewrite: Rewrite | undefined;
  let running: Promise<void> = Promise.resolve();
  /** Bytes of log at which to look again how much of it is out of date. */
  let lookAt = options.rewriteAbove;

  const lookLater = (): void => {
    lookAt = log.size + Math.max(options.rewriteAbove, log.size * lookAfter);
  };

  async function writeNew(into: Rewrite, content: Listing): Promise<void> {
    let fresh: NewLog | undefined;
    try {
      fresh = await createLog(options.directory, options.sync);
      await fresh.write(snapshotFrames(content));
      into.state = fresh;
    } catch {
      await giveUp(fresh);
      into.state = 'failed';
    }
  }

  /** A full disk, most likely. The log in use is as good as ever; when it has grown further this is tried again. */
  async function giveUp(fresh: NewLog | undefined): Promise<void> {
    lookLater();
    await fresh?.discard().catch(() => undefined);
  }

  /** Called between two writes, when what is visible and what is in the log are the same. */
  function beginRewrite(): void {
    const content = options.content();
    const live = content.entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
    if (log.size < wasteFactor * live) return lookLater();
    rewrite = { later: [], state: 'running' };
    running = writeNew(rewrite, content);
  }

  async function endRewrite({ later }: Rewrite, fresh: NewLog): Promise<void> {
    const old = log;
    try {
      await fresh.write(later);
      log = await fresh.adopt();
    } catch {
      return giveUp(fresh);
    }
    lookLater();
    await old.close();
  }

  async function prepare(): Promise<void> {
    if (rewrite !== undefined && rewrite.state !== 'running') {
      const ended = rewrite;
      rewrite = undefined;
      if (typeof ended.state === 'object') await endRewrite(ended, ended.state);
    }
    if (rewrite === undefined && log.size > lookAt) beginRewrite();
  }

  return {
    write: async (payload) => {
      await prepare();
      const frame = encodeFrame(payload);
      await log.append(frame);
      rewrite?.later.push(frame);
    },
    close: async () => {
      await running;
      if (typeof rewrite?.state === 'object') await giveUp(rewrite.state);
      await log.close();
    },
  };
}
