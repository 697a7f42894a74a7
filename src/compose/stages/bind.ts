/**
 * The normal form of each attribute: texts, numbers, sizes and durations as compose-go's types hold and print them, and
 * nothing where an attribute says no more than its absence.
 */
import type { MapNode, Node } from '../../document/node.ts';
import { changeItems, changeValues, isNull, mapNode, scalarNode, withValue } from '../nodes.ts';
import { valueOf } from '../../document/node.ts';
import type { Report } from '../problems.ts';
import { formFor, rowOfEntry, rowOfItem } from '../rows/children.ts';
import type { Out, Row } from '../rows/row.ts';
import { rowOf } from '../rows/row.ts';
import { bindScalar } from './bind-scalar.ts';
import { bindTexts } from './bind-texts.ts';

export type Binding = {
  readonly report: Report;
  /** Variables stay where they were not replaced, so what can't be read may still be right: it stays. */
  readonly isLoose: boolean;
};

/** `undefined`: it is left out. */
export type Bind = (node: Node, row: Row, binding: Binding) => Node | undefined;

export const bindTree = (tree: MapNode, row: Row, binding: Binding): MapNode =>
  changeValues(tree, (value, key) => {
    const child = rowOfEntry(row, key);
    return child === undefined ? value : bindNode(value, child, binding);
  });

function bindNode(node: Node, row: Row, binding: Binding): Node | undefined {
  return binders[row.out](node, row, binding);
}

/** Scalars that stand where a map may (`networks: {a: }`) stay. */
const bindMap: Bind = (node, row, binding) => {
  if (isNull(node)) return row.out === 'map!' ? withAlways(mapNode([], node.span), row) : undefined;
  if (node.kind !== 'map') return node;
  return withAlways(bindTree(node, row, binding), row);
};

/** Attributes that are there even where the file has none of them. */
function withAlways(map: MapNode, row: Row): MapNode {
  const form = formFor(row.form, 'map');
  if (form?.kind !== 'map') return map;
  return alwaysOf(form.rows).reduce((whole, [key, out]) => {
    if (valueOf(whole, key) !== undefined) return whole;
    const child = rowOf(form.rows, key);
    const nothing = out === 'map!' ? mapNode([], map.span) : scalarNode(null, map.span);
    return withValue(whole, key, nothing.kind === 'map' && child ? withAlways(nothing, child) : nothing);
  }, map);
}

const always = new WeakMap<object, readonly (readonly [string, Out])[]>();

function alwaysOf(rows: Readonly<Record<string, Row>>): readonly (readonly [string, Out])[] {
  const known = always.get(rows);
  if (known !== undefined) return known;
  const found = Object.entries(rows).flatMap(([key, { out }]) =>
    out === 'map!' || out === 'command!' ? [[key, out] as const] : [],
  );
  always.set(rows, found);
  return found;
}

const bindEach: Bind = (node, row, binding) => {
  if (node.kind === 'scalar') return isNull(node) ? undefined : node;
  if (node.kind === 'list') {
    const itemRow = rowOfItem(row);
    if (itemRow === undefined || node.items.length === 0) return undefined;
    return changeItems(node, (item) => bindNode(item, itemRow, binding) ?? item);
  }
  // A name with nothing behind it is still a name.
  const bound = changeValues(node, (value, key) => {
    const child = rowOfEntry(row, key);
    return child === undefined ? value : (bindNode(value, child, binding) ?? value);
  });
  return bound.entries.length === 0 ? undefined : bound;
};

const binders = {
  text: bindScalar,
  flag: bindScalar,
  'flag?': bindScalar,
  integer: bindScalar,
  'integer?': (node, row, binding) =>
    node.kind === 'map' ? bindMap(node, row, binding) : bindScalar(node, row, binding),
  float: bindScalar,
  duration: bindScalar,
  'duration?': bindScalar,
  bytes: bindScalar,
  'mode?': bindScalar,
  count: bindScalar,
  texts: bindTexts,
  'command!': bindTexts,
  test: bindTexts,
  pairs: bindTexts,
  'text-map': bindTexts,
  'whole-texts': bindTexts,
  'whole-text-map': bindTexts,
  'lists-map': bindTexts,
  hosts: bindTexts,
  ssh: bindTexts,
  'map?': bindMap,
  'map!': bindMap,
  each: bindEach,
  'as-is': (node) => node,
} as const satisfies Readonly<Record<Out, Bind>>;
