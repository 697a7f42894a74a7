/** The last changes of a store held in memory, for watchers to go on from. Bounded: who falls behind gets a snapshot. */
import type { Change } from '../store.ts';
import type { Revision } from './stage.ts';

export type HistoryLimits = {
  readonly changes: number;
  /** Characters of keys and values. */
  readonly size: number;
};

export const historyLimits: HistoryLimits = { changes: 20_000, size: 16 * 1024 * 1024 };

export type History = {
  /** Everything from this revision on is known. */
  readonly oldest: number;
  append(revision: Revision): void;
  /** Changes under a prefix from a revision on, which must not lie before `oldest`. */
  since(revision: number, prefix: string): readonly Change[];
  forget(): void;
};

const keyOf = (change: Change): string => (change.kind === 'put' ? change.entry.key : change.key);
const sizeOf = (revision: Revision): number =>
  revision.changes.reduce(
    (sum, change) => sum + keyOf(change).length + (change.kind === 'put' ? change.entry.value.length : 0),
    0,
  );

export function createHistory(nextRevision: number, limits: HistoryLimits): History {
  let kept: Revision[] = [];
  let first = 0;
  let oldest = nextRevision;
  let changes = 0;
  let size = 0;

  function dropOldest(): void {
    const dropped = kept[first];
    if (dropped === undefined) return;
    first++;
    oldest = dropped.revision + 1;
    changes -= dropped.changes.length;
    size -= sizeOf(dropped);
    // The array is cut only when half of it is dead, so that appending stays O(1) on average.
    if (first * 2 > kept.length) {
      kept = kept.slice(first);
      first = 0;
    }
  }

  return {
    get oldest() {
      return oldest;
    },
    append: (revision) => {
      kept.push(revision);
      changes += revision.changes.length;
      size += sizeOf(revision);
      while (changes > limits.changes || size > limits.size) dropOldest();
    },
    since: (revision, prefix) => {
      // Revisions are consecutive, so the place of one is known.
      const start = first + Math.max(0, revision - oldest);
      const found: Change[] = [];
      for (let index = start; index < kept.length; index++) {
        for (const change of kept[index]?.changes ?? []) if (keyOf(change).startsWith(prefix)) found.push(change);
      }
      return found;
    },
    forget: () => {
      while (first < kept.length) dropOldest();
    },
  };
}
