/** The decoded records under one prefix of a mirror, kept here (a view) or by whoever asked (a feed). */
import type { Fed, Item, ItemChange, View } from '../mirror.ts';
import type { Entry } from '../store.ts';
import type { EntryChange } from './part.ts';

export type OpenView = {
  readonly prefix: string;
  /** Takes changes under its prefix in; the answer tells the listeners, once all views have taken them. */
  take(changes: readonly EntryChange[]): () => void;
};

/** Values come from other hosts, of other versions and from people: one bad record must not take the rest along. */
function readOf<T>(decode: (entry: Entry) => T | undefined, entry: Entry): T | undefined {
  try {
    return decode(entry);
  } catch {
    return undefined;
  }
}

export function createView<T>(
  prefix: string,
  decode: (entry: Entry) => T | undefined,
  initial: Iterable<Entry>,
): { readonly view: View<T>; readonly open: OpenView } {
  const items = new Map<string, Item<T>>();
  const unusable = new Set<string>();
  const listeners = new Set<(changes: readonly ItemChange<T>[]) => void>();

  function itemOf(entry: Entry): Item<T> | undefined {
    const value = readOf(decode, entry);
    const { key, revision, created } = entry;
    return value === undefined ? undefined : { key, value, revision, created };
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
      prefix,
      take: (changes) => {
        const told: ItemChange<T>[] = [];
        for (const { key, after } of changes) {
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

/**
 * Hands on what it reads and keeps nothing: a record of a large cluster is held once for each view of it. Each is read when
 * it is taken, so that there never are as many read ones as in a view.
 */
export function createFeed<T>(
  prefix: string,
  decode: (entry: Entry) => T | undefined,
  initial: Iterable<Entry>,
  take: (changes: Iterable<Fed<T>>) => void,
): { readonly open: OpenView; readonly again: () => void } {
  function* there(): Iterable<Fed<T>> {
    for (const entry of initial)
      if (entry.key.startsWith(prefix)) yield { key: entry.key, value: readOf(decode, entry) };
  }
  function* read(changes: readonly EntryChange[]): Iterable<Fed<T>> {
    for (const { key, after } of changes) yield { key, value: after === undefined ? undefined : readOf(decode, after) };
  }
  const again = (): void => take(there());
  again();
  return { open: { prefix, take: (changes) => () => take(read(changes)) }, again };
}

/**
 * Which changes are under the prefix of which view. Looked at by the folders of the keys: the first content of a large
 * cluster has tens of thousands of keys in few folders, and a daemon has dozens of views.
 */
export function sortOut(
  changes: readonly EntryChange[],
  views: Iterable<OpenView>,
): ReadonlyMap<OpenView, readonly EntryChange[]> {
  const folders = new Map<string, EntryChange[]>();
  for (const change of changes) {
    const folder = change.key.slice(0, change.key.lastIndexOf('/') + 1);
    const known = folders.get(folder);
    if (known === undefined) folders.set(folder, [change]);
    else known.push(change);
  }
  const sorted = new Map<OpenView, EntryChange[]>();
  for (const view of views) {
    const own: EntryChange[] = [];
    for (const [folder, inside] of folders) {
      if (folder.startsWith(view.prefix)) for (const change of inside) own.push(change);
      else if (view.prefix.startsWith(folder))
        for (const change of inside) if (change.key.startsWith(view.prefix)) own.push(change);
    }
    if (own.length > 0) sorted.set(view, own);
  }
  return sorted;
}
