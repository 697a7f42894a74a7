/** Keeps a part of a mirror fresh: a watch that never gives up, and a comparison with the store now and then. */
import { isFault, type Fault } from '../../diagnostic/fault.ts';
import { pause, type StoreClock } from '../clock.ts';
import type { Store, WatchBatch } from '../store.ts';
import { compareListing, type EntryChange, type Part } from './part.ts';

export type FollowHooks = {
  /** The watch has spoken, so there is contact. */
  readonly taken: (changes: readonly EntryChange[]) => void;
  readonly mended: (changes: readonly EntryChange[]) => void;
  /** Whether a batch is a loss and must not be taken in. */
  readonly isLoss: (batch: WatchBatch) => boolean;
  /** Resolves when what was lost has been put right. */
  readonly recovered: () => Promise<void>;
  readonly isHeld: () => boolean;
  readonly contact: (contact: boolean, fault: Fault | undefined) => void;
};

const firstPause = 250;
const longestPause = 5000;

export async function followStore(
  store: Pick<Store, 'watch'>,
  clock: StoreClock,
  part: Part,
  hooks: FollowHooks,
  signal: AbortSignal,
): Promise<void> {
  let wait = firstPause;
  let isFresh = false;
  const take = (batch: WatchBatch): void => {
    wait = firstPause;
    isFresh = false;
    hooks.taken(part.take(batch));
  };
  const onContact = (contact: boolean): void => hooks.contact(contact, undefined);
  while (!signal.aborted) {
    try {
      if (await followOnce(store.watch(part.prefix, { signal, onContact }), isFresh, hooks, take)) return;
      // What the store has now is what there is, whatever was there before.
      await hooks.recovered();
      isFresh = true;
      continue;
    } catch (error) {
      if (!isFault(error)) throw error;
      hooks.contact(false, error);
    }
    await pause(clock, wait, signal);
    wait = Math.min(wait * 2, longestPause);
  }
}

/** True when the watch has ended, false when it told of a loss. */
async function followOnce(
  batches: AsyncIterable<WatchBatch>,
  isFresh: boolean,
  hooks: FollowHooks,
  take: (batch: WatchBatch) => void,
): Promise<boolean> {
  let isTrusted = isFresh;
  for await (const batch of batches) {
    if (!isTrusted && hooks.isLoss(batch)) return false;
    isTrusted = false;
    take(batch);
  }
  return true;
}

/** Milliseconds between comparisons: what Felix takes, and longer for a large part, which costs the store more. */
const compareEvery = (part: Part): number => Math.max(90_000, part.entries.size * 20) * (0.75 + Math.random() / 2);
/** Milliseconds after which a difference is no longer an event that is still on its way. */
const settleTime = 5000;

/**
 * Differences that are in both: the mirror lacked it before, still does after the time an event may take, and the store
 * has not changed that key again.
 */
const lasting = (first: readonly EntryChange[], second: readonly EntryChange[]): readonly EntryChange[] => {
  const before = new Map(first.map((change) => [change.key, change]));
  return second.filter(({ key, after }) => before.has(key) && before.get(key)?.after?.revision === after?.revision);
};

/**
 * A watch is no proof: etcd 3.4 is known to lose events (etcd#17529, #18089, #19179). So the part is compared with the
 * store, and what it lacks is mended as if the event had come.
 */
export async function compareForEver(
  store: Pick<Store, 'list'>,
  clock: StoreClock,
  part: Part,
  hooks: FollowHooks,
  signal: AbortSignal,
): Promise<void> {
  const differences = async () => compareListing(part.entries, await store.list(part.prefix));
  while (!signal.aborted) {
    await pause(clock, compareEvery(part), signal);
    if (signal.aborted || part.revision === 0 || hooks.isHeld()) continue;
    try {
      const first = await differences();
      if (first.length === 0) continue;
      await pause(clock, settleTime, signal);
      const lost = lasting(first, await differences());
      if (signal.aborted || lost.length === 0 || hooks.isHeld()) continue;
      part.mend(lost);
      hooks.mended(lost);
    } catch (error) {
      // Out of reach: the watch knows that already, and comes back with a snapshot where it must.
      if (!isFault(error)) throw error;
    }
  }
}
