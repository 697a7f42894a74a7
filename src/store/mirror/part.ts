/** The mirrored entries under one prefix, and what each batch of its watch changes in them. */
import type { Change, Entry, Listing, WatchBatch } from '../store.ts';

export type EntryChange = {
  readonly key: string;
  readonly before: Entry | undefined;
  readonly after: Entry | undefined;
};

export type Part = {
  readonly prefix: string;
  readonly entries: ReadonlyMap<string, Entry>;
  /** Up to here everything is known; 0 before the store has said anything. */
  readonly revision: number;
  take(batch: WatchBatch): readonly EntryChange[];
  /** Sets single entries right that the watch has lost. */
  mend(changes: readonly EntryChange[]): void;
};

const sameEntry = (a: Entry | undefined, b: Entry | undefined): boolean =>
  a?.revision === b?.revision && a?.created === b?.created && a?.value === b?.value;

/** What the store has otherwise. */
export function compareListing(entries: ReadonlyMap<string, Entry>, listing: Listing): readonly EntryChange[] {
  const changes: EntryChange[] = [];
  const listed = new Set<string>();
  for (const entry of listing.entries) {
    listed.add(entry.key);
    const before = entries.get(entry.key);
    if (!sameEntry(before, entry)) changes.push({ key: entry.key, before, after: entry });
  }
  for (const [key, before] of entries) if (!listed.has(key)) changes.push({ key, before, after: undefined });
  return changes;
}

export function createPart(prefix: string, initial: readonly Entry[]): Part {
  const entries = new Map(initial.filter(({ key }) => key.startsWith(prefix)).map((entry) => [entry.key, entry]));
  let revision = 0;

  const set = ({ key, after }: EntryChange): void => {
    if (after === undefined) entries.delete(key);
    else entries.set(key, after);
  };

  function takeChange(change: Change): readonly EntryChange[] {
    const key = change.kind === 'put' ? change.entry.key : change.key;
    const at = change.kind === 'put' ? change.entry.revision : change.revision;
    const before = entries.get(key);
    // After mending, the watch may still deliver what led up to it.
    if (before !== undefined && at <= before.revision) return [];
    const after = change.kind === 'put' ? change.entry : undefined;
    if (before === undefined && after === undefined) return [];
    const taken = { key, before, after };
    set(taken);
    return [taken];
  }

  return {
    prefix,
    entries,
    get revision() {
      return revision;
    },
    take: (batch) => {
      revision = batch.revision;
      if (batch.kind === 'changes') return batch.changes.flatMap(takeChange);
      const changes = compareListing(entries, batch);
      changes.forEach(set);
      return changes;
    },
    mend: (changes) => changes.forEach(set),
  };
}
