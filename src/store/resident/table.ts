/** The entries of a store held in memory, by key and in order of key. */
import { compareKeys, lowerBound } from '../order.ts';
import type { Entry } from '../store.ts';

export type Table = {
  readonly size: number;
  get(key: string): Entry | undefined;
  /** In order of key. Must not be changed while it is walked. */
  under(prefix: string): Iterable<Entry>;
  put(entry: Entry): void;
  delete(key: string): void;
};

export function createTable(initial: readonly Entry[]): Table {
  const entries = new Map(initial.map((entry) => [entry.key, entry]));
  const keys = [...entries.keys()].sort(compareKeys);
  function* under(prefix: string): Iterable<Entry> {
    for (let index = lowerBound(keys, prefix); index < keys.length; index++) {
      const key = keys[index] ?? '';
      if (!key.startsWith(prefix)) return;
      const entry = entries.get(key);
      if (entry !== undefined) yield entry;
    }
  }
  return {
    get size() {
      return entries.size;
    },
    get: (key) => entries.get(key),
    under,
    put: (entry) => {
      if (!entries.has(entry.key)) keys.splice(lowerBound(keys, entry.key), 0, entry.key);
      entries.set(entry.key, entry);
    },
    delete: (key) => {
      if (entries.delete(key)) keys.splice(lowerBound(keys, key), 1);
    },
  };
}
