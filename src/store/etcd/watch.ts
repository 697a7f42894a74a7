/**
 * A watch that loses nothing. etcd3's own one does: it goes on from the revision in a header, which is the store's, not
 * that of the last event delivered. Here the next revision is always the last event's plus one; what can't be resumed
 * is listed anew and delivered as a snapshot.
 */
import { Fault, isFault } from '../../diagnostic/fault.ts';
import { pause, type StoreClock } from '../clock.ts';
import type { Change, Listing, WatchBatch, WatchOptions } from '../store.ts';
import { calls } from './calls.ts';
import type { Connection, Stream } from './connection.ts';
import { encodeWatch, type WatchResponse } from './messages.ts';
import { readAt, readPrefix, readRevision } from './range.ts';

/** Milliseconds. */
const firstAnswer = 3000;
const firstPause = 50;
const longestPause = 2000;

/** The newest change seen. A store that has it too has the history we know; one restored from a backup may not. */
type Anchor = { readonly key: string; readonly revision: number; readonly value: string | undefined };

/** Where a watch stands. `next` is undefined when only a snapshot will do. */
type Place = { next: number | undefined; anchor: Anchor | undefined };

const anchorOf = (change: Change): Anchor =>
  change.kind === 'put'
    ? { key: change.entry.key, revision: change.entry.revision, value: change.entry.value }
    : { key: change.key, revision: change.revision, value: undefined };

const newestOf = (listing: Listing): Anchor | undefined => {
  const [first, ...rest] = listing.entries;
  if (first === undefined) return undefined;
  const newest = rest.reduce((best, entry) => (entry.revision > best.revision ? entry : best), first);
  return anchorOf({ kind: 'put', entry: newest });
};

/** What of the past the store still has: `same` as was seen, `forgotten` by compaction, or `another`. */
type Past = 'same' | 'forgotten' | 'another';

async function pastOf(connection: Connection, anchor: Anchor): Promise<Past> {
  const entry = await readAt(connection, anchor.key, anchor.revision);
  if (entry === 'unknown') return 'forgotten';
  const isSame =
    anchor.value === undefined
      ? entry === undefined
      : entry?.revision === anchor.revision && entry.value === anchor.value;
  return isSame ? 'same' : 'another';
}

/** Whether the watch may go on at `next`: the store must not have gone back behind it, nor have another past. */
async function findPlace(connection: Connection, prefix: string, { next, anchor }: Place): Promise<Past> {
  if (next === undefined && anchor === undefined) return 'forgotten';
  const seen = Math.max(next ?? 1, (anchor?.revision ?? 0) + 1) - 1;
  if ((await readRevision(connection, prefix)) < seen) return 'another';
  const past = anchor === undefined ? 'same' : await pastOf(connection, anchor);
  return past === 'same' && next === undefined ? 'forgotten' : past;
}

type Ended = 'compacted' | 'broken';

/** Delivers what one stream brings, until it breaks. */
async function* follow(
  stream: Stream<WatchResponse>,
  place: Place,
  live: () => void,
): AsyncGenerator<WatchBatch, Ended> {
  let fragments: Change[] = [];
  for await (const response of stream.answers) {
    if (response.canceled) {
      if (response.compacted > 0) return 'compacted';
      if (/permission denied|PermissionDenied/.test(response.reason)) {
        throw new Fault('not-permitted', `etcd at ${stream.endpoint} refuses the watch: permission denied.`, {
          hint: 'Grant the role of this user read and write on the prefixes /clocker/ and /calico/.',
        });
      }
      return 'broken';
    }
    if (response.created) live();
    fragments.push(...response.changes);
    if (response.fragment || fragments.length === 0) continue;
    const changes = fragments;
    fragments = [];
    const last = changes.at(-1);
    if (last === undefined) continue;
    place.anchor = anchorOf(last);
    place.next = place.anchor.revision + 1;
    yield { kind: 'changes', revision: place.anchor.revision, changes };
  }
  return 'broken';
}

async function* snapshot(
  connection: Connection,
  prefix: string,
  place: Place,
  past: Past,
): AsyncGenerator<WatchBatch, void> {
  const listing = await readPrefix(connection, prefix);
  place.next = listing.revision + 1;
  place.anchor = newestOf(listing);
  yield { kind: 'snapshot', ...listing, ...(past === 'another' ? { isReplaced: true } : {}) };
}

export async function* watchEtcd(
  connection: Connection,
  clock: StoreClock,
  prefix: string,
  { from, signal, onContact }: WatchOptions,
): AsyncIterable<WatchBatch> {
  const place: Place = { next: from, anchor: undefined };
  let wait = firstPause;
  let contact: boolean | undefined;
  const tell = (now: boolean): void => {
    if (contact !== now) onContact?.(now);
    contact = now;
  };
  while (!signal.aborted) {
    let stream: Stream<WatchResponse> | undefined;
    const stop = (): void => stream?.end();
    signal.addEventListener('abort', stop, { once: true });
    try {
      const past = await findPlace(connection, prefix, place);
      if (past !== 'same') {
        for await (const batch of snapshot(connection, prefix, place, past)) if (!signal.aborted) yield batch;
      }
      if (signal.aborted) return;
      stream = await connection.stream(calls.watch, encodeWatch(prefix, place.next ?? 0), firstAnswer);
      if (isAborted(signal)) return;
      const ended = yield* follow(stream, place, () => {
        wait = firstPause;
        tell(true);
      });
      if (ended === 'compacted') place.next = undefined;
    } catch (error) {
      if (isAborted(signal)) return;
      if (!isFault(error) || !error.transient) throw error;
    } finally {
      signal.removeEventListener('abort', stop);
      stream?.end();
    }
    if (isAborted(signal)) return;
    if (place.next !== undefined) tell(false);
    await pause(clock, wait, signal);
    wait = Math.min(wait * 2, longestPause);
  }
}

/** A call, so that the compiler does not believe that what it saw before an `await` still holds. */
const isAborted = (signal: AbortSignal): boolean => signal.aborted;
