/** How attributes are merged that are neither plain maps nor plain lists (compose-go, override/merge.go). */
import type { Span } from '../../diagnostic/problem.ts';
import type { MapEntry, MapNode, Node, ScalarNode } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { entryNode, isNull, keyOf, listNode, mapNode, mapOf, scalarNode, textOf } from '../nodes.ts';
import type { Merge } from '../rows/row.ts';
import { renderScalar } from '../syntax/go-number.ts';
import { splitPair } from '../syntax/short-forms.ts';
import type { MergeOptions, Pair, Rule } from './merge.ts';
import { appendItems, keep, mergeByKind, mergeMaps, mergeNodes, replace } from './merge.ts';
import { below, itemKey } from '../trail.ts';

/** A list as a map, if all its items are texts; a map as it is. */
export function liftList(node: Node, lift: (text: string, item: Node) => MapEntry): MapNode | undefined {
  if (node.kind === 'map') return node;
  if (node.kind !== 'list') return undefined;
  const entries = new Map<string, MapEntry>();
  for (const item of node.items) {
    const text = textOf(item);
    if (text === undefined) return undefined;
    const entry = lift(text, item);
    entries.set(keyOf(entry), entry);
  }
  return mapNode([...entries.values()], node.span);
}

/** `KEY=value`; a bare `KEY` has no value. */
export function liftPair(text: string, item: Node): MapEntry {
  const [key, value] = splitPair(text);
  return entryNode(key, { ...scalarNode(value ?? null, item.span) });
}

export const liftName = (text: string, item: Node): MapEntry => entryNode(text, scalarNode(null, item.span));

export const startedDependency = (span: Span): MapNode =>
  mapOf({ condition: scalarNode('service_started', span), required: scalarNode(true, span) }, span);

export const liftDependency = (text: string, item: Node): MapEntry => entryNode(text, startedDependency(item.span));

/** Both sides lifted to maps; where one can't be, it stays for the check to find. */
const lifted =
  (lift: (text: string, item: Node) => MapEntry): Rule =>
  (pair, merging) => {
    if (isNull(pair.over)) return keep(pair, merging);
    const earlier = liftList(pair.base, lift);
    const later = liftList(pair.over, lift);
    if (earlier === undefined) return pair.base;
    return later === undefined ? pair.over : mergeMaps(earlier, later, pair, merging);
  };

/** Without rows: what a pair has for a value is replaced, whatever it is. */
const pairs: Rule = (pair, merging) => lifted(liftPair)({ ...pair, row: undefined }, merging);

const itemsOf = (node: Node): readonly Node[] | undefined =>
  node.kind === 'list' ? node.items : node.kind === 'scalar' ? [node] : undefined;

const append: Rule = (pair, merging) => {
  if (isNull(pair.over)) return keep(pair, merging);
  const before = itemsOf(pair.base);
  const behind = itemsOf(pair.over);
  if (before === undefined || behind === undefined) return mergeByKind(pair, merging);
  return appendItems(before, behind, pair, merging);
};

/** `name=address` for each, names in order; the texts say what is twice. */
function hostTexts(node: Node): readonly ScalarNode[] | undefined {
  if (node.kind === 'list') return node.items.every((item) => item.kind === 'scalar') ? node.items : undefined;
  if (node.kind !== 'map') return undefined;
  const texts = node.entries.flatMap(({ key, value }) => {
    const name = key.kind === 'scalar' ? String(key.value) : '';
    const addresses = value.kind === 'list' ? value.items : [value];
    return addresses.map((one) =>
      scalarNode(`${name}=${one.kind === 'scalar' ? renderScalar(one.value, one.text) : ''}`, value.span),
    );
  });
  return texts.sort((a, b) => (String(a.value) < String(b.value) ? -1 : 1));
}

const hosts: Rule = (pair, merging) => {
  if (isNull(pair.over)) return keep(pair, merging);
  const before = hostTexts(pair.base);
  const behind = hostTexts(pair.over);
  if (before === undefined || behind === undefined) return mergeByKind(pair, merging);
  const known = new Set(before.map(({ value }) => value));
  const added = behind.filter(({ value }) => !known.has(value));
  return appendItems(before, added, pair, merging);
};

const buildMap = (node: Node): Node => (textOf(node) === undefined ? node : mapOf({ context: node }, node.span));

const build: Rule = (pair, merging) =>
  mergeByKind({ ...pair, base: buildMap(pair.base), over: buildMap(pair.over) }, merging);

/** The options of one driver mean nothing to another. */
const logging: Rule = (pair, merging) => {
  const earlier = textOf(valueOf(pair.base, 'driver'));
  const later = textOf(valueOf(pair.over, 'driver'));
  const isOther = earlier !== undefined && later !== undefined && earlier !== later;
  return isOther ? replace(pair, merging) : mergeByKind(pair, merging);
};

/** Pools are told apart by their subnet. */
const ipamConfig: Rule = (pair, merging) => {
  const { base, over, place } = pair;
  if (base.kind !== 'list' || over.kind !== 'list') return mergeByKind(pair, merging);
  const subnetOf = (node: Node): string => textOf(valueOf(node, 'subnet')) ?? '';
  const later = new Map(over.items.map((pool) => [subnetOf(pool), pool]));
  const pools = base.items.map((pool) => {
    const other = later.get(subnetOf(pool));
    later.delete(subnetOf(pool));
    const one = { base: pool, row: undefined, place: below(place, itemKey(other ?? pool)) };
    return other === undefined ? keep({ ...one, over: pool }, merging) : mergeByKind({ ...one, over: other }, merging);
  });
  return listNode([...pools, ...later.values()], over.span);
};

const mergeRules = {
  replace: (pair, merging) => replace(pair, merging),
  pairs,
  append,
  hosts,
  build,
  'depends-on': lifted(liftDependency),
  names: lifted(liftName),
  logging,
  'ipam-config': ipamConfig,
} as const satisfies Readonly<Record<Merge, Rule>>;

/** The later tree over the earlier one. */
export const mergeTrees = (pair: Pair, options: MergeOptions): Node =>
  mergeNodes(pair, { ...options, rules: mergeRules });
