/**
 * The store of a single host: a log in a directory of its own, and its content in memory. An acknowledged transaction
 * survives kill -9 and power loss; a damaged log is refused, never guessed at.
 */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../../diagnostic/fault.ts';
import type { StoreClock } from '../clock.ts';
import { historyLimits } from '../resident/history.ts';
import { openResidentStore, type ResidentStore } from '../resident/resident.ts';
import type { Change } from '../store.ts';
import { logFile, newLogFile, openDirectory } from './directory.ts';
import { encodeFrame, scanLog } from './frame.ts';
import { openJournal } from './journal.ts';
import { lockDirectory } from './lock.ts';
import { createLog, openLog, unwritable, type Log } from './log.ts';
import { encodeBase, encodeRevisions } from './record.ts';
import { firstRevision, replay, type Content } from './replay.ts';

export type EmbeddedOptions = {
  /** Absolute. Made when absent; its mode becomes 0700. */
  readonly directory: string;
  readonly clock: StoreClock;
  /** Bytes above which the log is written anew when most of it is out of date; tests make it small. */
  readonly rewriteAbove?: number;
};

const defaultRewriteAbove = 4 * 1024 * 1024;

const damaged = (path: string, offset: string, what: string): Fault =>
  new Fault('store-corrupt', `The store in ${path} is damaged at ${offset}: ${what}.`, {
    hint: `Put back a copy of it, or move ${path} away to begin with an empty store.`,
  });

type Opened = { readonly content: Content; readonly log: Log };

async function createEmpty(directory: string): Promise<Opened> {
  const fresh = await createLog(directory, 'power-loss');
  await fresh.write([encodeFrame(encodeBase(firstRevision))]);
  return { content: { revision: firstRevision, entries: new Map() }, log: await fresh.adopt() };
}

async function readExisting(directory: string, bytes: Buffer): Promise<Opened> {
  const path = join(directory, logFile);
  const scan = scanLog(bytes);
  if (scan.kind === 'damaged') throw damaged(path, `byte ${scan.offset}`, scan.what);
  const replayed = replay(scan.payloads);
  if (replayed.kind === 'damaged') throw damaged(path, `record ${replayed.frame}`, replayed.what);
  return { content: replayed.content, log: await openLog(directory, scan.length, 'power-loss') };
}

async function readLog(directory: string): Promise<Opened> {
  const path = join(directory, logFile);
  // Left behind by a crash in the middle of writing anew; the log itself is complete.
  await rm(join(directory, newLogFile), { force: true });
  const bytes = await readFile(path).catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw new Fault('file-unreadable', `The store can't read ${path}.`, { cause });
  });
  return bytes === undefined ? createEmpty(directory) : readExisting(directory, bytes);
}

/** Every lease belonged to a process that held the lock, so none of them is alive: what hung on them goes. */
async function dropLeased({ content, log }: Opened): Promise<Content> {
  const leased = [...content.entries.values()].filter((entry) => entry.lease !== undefined);
  if (leased.length === 0) return content;
  const revision = content.revision + 1;
  const changes: readonly Change[] = leased.map(({ key }) => ({ kind: 'delete', key, revision }));
  await log.append(encodeFrame(encodeRevisions([{ revision, changes }])));
  for (const { key } of leased) content.entries.delete(key);
  return { revision, entries: content.entries };
}

export async function openEmbeddedStore(options: EmbeddedOptions): Promise<ResidentStore> {
  const { directory, clock } = options;
  await openDirectory(directory);
  const lock = await lockDirectory(directory);
  try {
    const opened = await readLog(directory);
    const content = await dropLeased(opened);
    return openOn(options, opened.log, content, () => lock.release(), clock);
  } catch (cause) {
    await lock.release();
    throw cause instanceof Fault ? cause : unwritable(directory, cause);
  }
}

function openOn(
  options: EmbeddedOptions,
  log: Log,
  content: Content,
  unlock: () => Promise<void>,
  clock: StoreClock,
): ResidentStore {
  const journal = openJournal({
    directory: options.directory,
    log,
    sync: 'power-loss',
    content: () => store.content(),
    rewriteAbove: options.rewriteAbove ?? defaultRewriteAbove,
  });
  const store = openResidentStore({
    journal: {
      write: (revisions) => journal.write(encodeRevisions(revisions)),
      close: async () => {
        await journal.close();
        await unlock();
      },
    },
    clock,
    history: historyLimits,
    initial: { revision: content.revision, entries: [...content.entries.values()] },
  });
  return store;
}
