/** The decoded records under one prefix of a mirror. */
import type { Item, ItemChange, View } from '../mirror.ts';
import type { Entry } from '../store.ts';
import type { EntryChange } from './part.ts';

export type OpenView = {
  /** Takes changes of any prefix in; the answer tells the listeners, once all views have taken them. */
  take(changes: readonly EntryChange[]): () => void;
};

export function createView<T>(
  prefix: string,
  decode: (entry: Entry) => T | undefined,
  initial: Iterable<Entry>,
): { readonly view: View<T>; readonly open: OpenView } {
  const items = new Map<string, Item<T>>();
  const unusable = new Set<string>();
  const listeners = new Set<(changes: readonly ItemChange<T>[]) => void>();

  /** Values come from other hosts, of other versions and from people: one bad record must not take the rest along. */
  function itemOf(entry: Entry): Item<T> | undefined {
    try {
      const value = decode(entry);
      if (value !== undefined) return { key: entry.key, value, revision: entry.revision, created: entry.created };
    } catch {
      return undefined;
    }
    return undefined;
  }

  function set(key: string, entry: Entry | undefined): ItemChange<T> | undefined {
    const before = items.get(key);
    const after = entry === undefined ? undefined : itemOf(entry);
    if (after === undefined) items.delete(key);
    else items.set(key, after);
    if (entry !== undefined && after === undefined) unusable.add(key);
    else unusable.delete(key);
    return before === undefined && after === undefined ? undefined : { key, before, after };
  }

  for (const entry of initial) if (entry.key.startsWith(prefix)) set(entry.key, entry);

  return {
    view: {
      items,
      unusable,
      onChange: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    open: {
      take: (changes) => {
        const told: ItemChange<T>[] = [];
        for (const { key, after } of changes) {
          if (!key.startsWith(prefix)) continue;
          const change = set(key, after);
          if (change !== undefined) told.push(change);
        }
        return () => {
          if (told.length > 0) for (const listener of listeners) listener(told);
        };
      },
    },
  };
}
