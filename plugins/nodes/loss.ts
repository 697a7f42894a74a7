/** Which deletions in the store are no change but a loss: nobody of Clocker ever deletes so. Pure. */
import { ownerOf } from '../../src/model/network/block.ts';
import { decodeBlock } from '../../src/model/network/decode.ts';
import { blocksPrefix, endpointsPrefix, nodeKey, nodesPrefix } from '../../src/model/network/keys.ts';
import { isBehind, type Entry, type WatchBatch } from '../../src/store/index.ts';

export type LossFacts = {
  readonly node: string;
  /** Whether an endpoint of this host, by its record, is still in the kernel. */
  readonly isAttached: (record: string) => boolean;
  /** Whether this daemon itself takes a key away. */
  readonly isDeleting: (key: string) => boolean;
};

/** What a batch takes away, by the revision that does. */
function deletions(batch: WatchBatch, known: ReadonlyMap<string, Entry>): ReadonlyMap<number, readonly string[]> {
  if (batch.kind === 'snapshot') {
    const there = new Set(batch.entries.map(({ key }) => key));
    return new Map([[batch.revision, [...known.keys()].filter((key) => !there.has(key))]]);
  }
  const found = new Map<number, string[]>();
  for (const change of batch.changes)
    if (change.kind === 'delete' && known.has(change.key))
      found.set(change.revision, [...(found.get(change.revision) ?? []), change.key]);
  return found;
}

/**
 * In words, what was lost. Besides a store that was set back: this host's own Node while its daemon runs, an endpoint whose
 * container is still attached, and the nodes or blocks of several hosts at one stroke. A host is forgotten by itself, and
 * gives back its own blocks alone.
 */
export function lossOf(batch: WatchBatch, known: ReadonlyMap<string, Entry>, facts: LossFacts): string | undefined {
  if (batch.kind === 'snapshot' && batch.isReplaced === true) return 'the store has another past';
  if (batch.kind === 'snapshot' && isBehind(batch, known)) return 'the store was set back';
  const back = lastPuts(batch);
  for (const keys of deletions(batch, known).values()) {
    const gone = keys.filter((key) => !back.has(key));
    const what = lossAmong(gone, known, facts) ?? (batch.kind === 'changes' ? lossAtOnce(gone, known) : undefined);
    if (what !== undefined) return what;
  }
  return undefined;
}

function lossAmong(
  gone: readonly string[],
  known: ReadonlyMap<string, Entry>,
  { node, isAttached, isDeleting }: LossFacts,
): string | undefined {
  if (gone.includes(nodeKey(node))) return 'the record of this host is gone';
  const endpoints = endpointsPrefix(node);
  const lost = gone.find(
    (key) => key.startsWith(endpoints) && !isDeleting(key) && isAttached(known.get(key)?.value ?? ''),
  );
  return lost === undefined ? undefined : `the record of a container that is attached is gone: ${lost}`;
}

function lossAtOnce(gone: readonly string[], known: ReadonlyMap<string, Entry>): string | undefined {
  if (gone.filter((key) => key.startsWith(nodesPrefix)).length > 1) return 'records of several hosts are gone';
  return ownersOf(gone, known).size > 1 ? 'blocks of several hosts are gone' : undefined;
}

/** Deleted, and there again by the end of the batch. */
function lastPuts(batch: WatchBatch): ReadonlySet<string> {
  const last = new Map<string, boolean>();
  if (batch.kind === 'changes')
    for (const change of batch.changes)
      last.set(change.kind === 'put' ? change.entry.key : change.key, change.kind === 'put');
  return new Set([...last].flatMap(([key, isPut]) => (isPut ? key : [])));
}

function ownersOf(keys: readonly string[], known: ReadonlyMap<string, Entry>): ReadonlySet<string> {
  return new Set(
    keys
      .filter((key) => key.startsWith(blocksPrefix))
      .flatMap((key) => {
        const block = decodeBlock(known.get(key)?.value ?? '');
        return (block === undefined ? undefined : ownerOf(block)) ?? [];
      }),
  );
}
