/**
 * Puts a later tree over an earlier one: maps key by key, lists one after the other, anything else is replaced;
 * attributes whose row says so have rules of their own (merge-rules.ts). Also how a service gets what it extends, and a
 * file what it includes: then what comes from the earlier tree is marked with where it was brought in.
 */
import type { MapEntry, MapNode, Node } from '../../document/node.ts';
import { isNull, keyOf, listNode, withEntries } from '../nodes.ts';
import type { Origins, Step } from '../origin.ts';
import type { Report } from '../problems.ts';
import { rowOfEntry } from '../rows/children.ts';
import type { Merge, Row } from '../rows/row.ts';
import { describeNode } from './describe.ts';

export type Rule = (base: Node, over: Node, row: Row | undefined, merging: Merging) => Node;

export type MergeOptions = {
  readonly report: Report;
  readonly origins: Origins;
  /** What everything is marked with that comes from the earlier tree. */
  readonly mark?: Step;
};

export type Merging = MergeOptions & { readonly rules: Readonly<Record<Merge, Rule>> };

export function mergeNodes(base: Node, over: Node, row: Row | undefined, merging: Merging): Node {
  const rule = row?.merge === undefined ? undefined : merging.rules[row.merge];
  return rule === undefined ? mergeByKind(base, over, row, merging) : rule(base, over, row, merging);
}

export function mergeByKind(base: Node, over: Node, row: Row | undefined, merging: Merging): Node {
  if (isNull(over)) return markNode(base, merging);
  if (base.kind === 'scalar') return replace(base, over, merging);
  if (base.kind === 'map' && over.kind === 'map') return mergeMaps(base, over, row, merging);
  if (base.kind === 'list' && over.kind === 'list') return appendItems(base.items, over.items, over.span, merging);
  const message = `This is ${describeNode(over)}, but it is merged over ${describeNode(base)}.`;
  const hint = 'To replace it, put !override before the value.';
  merging.report('merge-different', message, over.span, { hint, related: [{ message: 'It is here.', at: base.span }] });
  return over;
}

export function replace(base: Node, over: Node, { origins }: Merging): Node {
  if (isNull(base)) return over;
  const replaced = { ...over };
  origins.add(replaced, { kind: 'overrides', at: base.span }, over);
  return replaced;
}

export const appendItems = (
  before: readonly Node[],
  behind: readonly Node[],
  span: Node['span'],
  merging: Merging,
): Node => listNode([...before.map((item) => markNode(item, merging)), ...behind], span);

/** The keys of the earlier map first, in its order. */
export function mergeMaps(base: MapNode, over: MapNode, row: Row | undefined, merging: Merging): MapNode {
  if (base.entries.length === 0) return over;
  const later = new Map(over.entries.map((entry) => [keyOf(entry), entry]));
  const entries = base.entries.map((entry) => {
    const key = keyOf(entry);
    const other = later.get(key);
    if (other === undefined) return markEntry(entry, merging);
    later.delete(key);
    return { ...other, value: mergeNodes(entry.value, other.value, rowOfEntry(row, key), merging) };
  });
  return withEntries(over, [...entries, ...later.values()]);
}

export function markEntry(entry: MapEntry, { mark, origins }: MergeOptions): MapEntry {
  if (mark === undefined) return entry;
  const marked = { ...entry };
  origins.add(marked, mark, entry);
  return marked;
}

export function markNode(node: Node, { mark, origins }: MergeOptions): Node {
  if (mark === undefined) return node;
  const marked = { ...node };
  origins.add(marked, mark, node);
  return marked;
}
