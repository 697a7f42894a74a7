/**
 * Puts a later tree over an earlier one: maps key by key, lists one after the other, anything else is replaced;
 * attributes whose row says so have rules of their own (merge-rules.ts). Also how a service gets what it extends, and a
 * file what it includes: then it is noted of what comes from the earlier tree how it was brought in.
 */
import type { MapNode, Node } from '../../document/node.ts';
import { isNull, keyOf, listNode, withEntries } from '../nodes.ts';
import type { Place, Trail, Turn } from '../trail.ts';
import { below, itemKey } from '../trail.ts';
import type { Report } from '../problems.ts';
import { rowOfEntry } from '../rows/children.ts';
import type { Merge, Row } from '../rows/row.ts';
import { describeNode } from './describe.ts';

/** What is merged, and where it stands. */
export type Pair = {
  readonly base: Node;
  readonly over: Node;
  readonly row: Row | undefined;
  readonly place: Place | undefined;
};

export type MergeOptions = {
  readonly report: Report;
  readonly trail: Trail;
  /** How what comes from the earlier tree was brought in. */
  readonly mark?: Turn;
};

export type Merging = MergeOptions & { readonly rules: Readonly<Record<Merge, Rule>> };

export type Rule = (pair: Pair, merging: Merging) => Node;

export function mergeNodes(pair: Pair, merging: Merging): Node {
  const name = pair.row?.merge;
  return name === undefined ? mergeByKind(pair, merging) : merging.rules[name](pair, merging);
}

export function mergeByKind(pair: Pair, merging: Merging): Node {
  const { base, over } = pair;
  if (isNull(over)) return keep(pair, merging);
  if (base.kind === 'scalar') return replace(pair, merging);
  if (base.kind === 'map' && over.kind === 'map') return mergeMaps(base, over, pair, merging);
  if (base.kind === 'list' && over.kind === 'list') return appendItems(base.items, over.items, pair, merging);
  const message = `This is ${describeNode(over)}, but it is merged over ${describeNode(base)}.`;
  const hint = 'To replace it, put !override before the value.';
  merging.report('merge-different', message, over.span, { hint, related: [{ message: 'It is here.', at: base.span }] });
  return over;
}

/** What the later tree says nothing of. */
export function keep({ base, place }: Pair, { mark, trail }: MergeOptions): Node {
  if (mark !== undefined) trail.add(place, mark);
  return base;
}

export function replace({ base, over, place }: Pair, { trail }: MergeOptions): Node {
  if (!isNull(base)) trail.add(place, { kind: 'overrides', at: base.span });
  return over;
}

export function appendItems(before: readonly Node[], behind: readonly Node[], pair: Pair, merging: MergeOptions): Node {
  const { mark, trail } = merging;
  if (mark !== undefined) for (const item of before) trail.add(below(pair.place, itemKey(item)), mark);
  return listNode([...before, ...behind], pair.over.span);
}

/** The keys of the earlier map first, in its order. */
export function mergeMaps(base: MapNode, over: MapNode, { row, place }: Pair, merging: Merging): MapNode {
  if (base.entries.length === 0) return over;
  const later = new Map(over.entries.map((entry) => [keyOf(entry), entry]));
  const { mark, trail } = merging;
  const entries = base.entries.map((entry) => {
    const key = keyOf(entry);
    const other = later.get(key);
    if (other === undefined) {
      if (mark !== undefined) trail.add(below(place, key), mark);
      return entry;
    }
    later.delete(key);
    const pair = { base: entry.value, over: other.value, row: rowOfEntry(row, key), place: below(place, key) };
    return { ...other, value: mergeNodes(pair, merging) };
  });
  return withEntries(over, [...entries, ...later.values()]);
}
