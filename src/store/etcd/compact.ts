/**
 * Keeps etcd's history short. etcd keeps every revision until somebody compacts, refuses all writes when its quota is
 * full, and compacts by itself only where it was told to. All hosts do this; by compare-and-swap one of them does it in
 * each round (as Kubernetes' API servers do), and what goes is at least one round old.
 */
import { isFault } from '../../diagnostic/fault.ts';
import { pause, type StoreClock } from '../clock.ts';
import type { Condition, Store } from '../store.ts';

export const compactionKey = '/clocker/v1/compaction';

/** Milliseconds. A watch that was away for longer than this may have to begin with a snapshot. */
const round = 5 * 60_000;

export type History = Pick<Store, 'get' | 'transact'> & {
  /** Forgets what was before a revision. */
  compact(revision: number): Promise<void>;
};

/** Answers the revision that the next round may compact. */
async function compactOnce(history: History, seen: number | undefined): Promise<number | undefined> {
  const condition: Condition =
    seen === undefined ? { key: compactionKey, is: 'absent' } : { key: compactionKey, is: 'revision', revision: seen };
  const outcome = await history.transact([condition], [{ op: 'put', key: compactionKey, value: '{}' }]);
  // Another host had this round; its mark is the one for the next.
  if (!outcome.succeeded) return outcome.current[0]?.revision;
  if (seen !== undefined) await history.compact(seen);
  return outcome.revision;
}

export async function compactForEver(history: History, clock: StoreClock, signal: AbortSignal): Promise<void> {
  let seen: number | undefined;
  while (!signal.aborted) {
    try {
      // The key's own revision is the mark of when it was written.
      seen = seen === undefined ? (await history.get(compactionKey))?.revision : await compactOnce(history, seen);
      if (seen === undefined) seen = await compactOnce(history, undefined);
    } catch (error) {
      if (!isFault(error)) throw error;
    }
    await pause(clock, round * (0.9 + Math.random() / 5), signal);
  }
}
