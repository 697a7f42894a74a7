/** Whether a store has gone back behind what is known of it. Pure. */
import type { Entry, Listing } from '../store.ts';

/** A key only ever gets higher revisions, and one revision of it has one value. */
export function isBehind({ revision, entries }: Listing, known: ReadonlyMap<string, Entry>): boolean {
  const now = new Map(entries.map((entry) => [entry.key, entry]));
  for (const before of known.values()) {
    if (before.revision > revision) return true;
    const after = now.get(before.key);
    if (after === undefined) continue;
    if (after.revision < before.revision) return true;
    if (after.revision === before.revision && after.value !== before.value) return true;
  }
  return false;
}
