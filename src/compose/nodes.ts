/** Making and changing nodes. Nodes are never changed in place: what has no change stays the same object. */
import type { Span } from '../diagnostic/problem.ts';
import type { ListNode, MapEntry, MapNode, Node, ScalarNode, ScalarValue } from '../document/node.ts';

export const scalarNode = (value: ScalarValue, span: Span): ScalarNode => ({
  kind: 'scalar',
  value,
  text: value === null ? '' : String(value),
  style: 'plain',
  span,
});

export const entryNode = (key: string, value: Node, span: Span = value.span): MapEntry => ({
  key: scalarNode(key, span),
  value,
});

export const mapNode = (entries: readonly MapEntry[], span: Span): MapNode => ({ kind: 'map', entries, span });

/** Attributes that are `undefined` are left out. */
export const mapOf = (attributes: Readonly<Record<string, Node | undefined>>, span: Span): MapNode =>
  mapNode(
    Object.entries(attributes).flatMap(([key, value]) => (value === undefined ? [] : [entryNode(key, value, span)])),
    span,
  );

export const listNode = (items: readonly Node[], span: Span): ListNode => ({ kind: 'list', items, span });

/** The key as a text. */
export const keyOf = ({ key }: MapEntry): string => {
  if (key.kind !== 'scalar') return '';
  return typeof key.value === 'string' ? key.value : String(key.value ?? '');
};

/** The value of a scalar that is a text. */
export const textOf = (node: Node | undefined): string | undefined =>
  node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;

export const isNull = (node: Node): boolean => node.kind === 'scalar' && node.value === null;

export const entriesOf = (node: Node | undefined): readonly MapEntry[] => (node?.kind === 'map' ? node.entries : []);
export const itemsOf = (node: Node | undefined): readonly Node[] => (node?.kind === 'list' ? node.items : []);

export const withEntries = (map: MapNode, entries: readonly MapEntry[]): MapNode =>
  map.entries === entries ? map : { kind: 'map', entries, span: map.span };

/** The map with that value, in the entry's place or at the end. */
export function withValue(map: MapNode, key: string, value: Node, span: Span = value.span): MapNode {
  const at = map.entries.findIndex((entry) => keyOf(entry) === key);
  const present = map.entries[at];
  if (present?.value === value) return map;
  if (present === undefined) return withEntries(map, [...map.entries, entryNode(key, value, span)]);
  return withEntries(map, map.entries.with(at, { ...present, value }));
}

export const withoutKey = (map: MapNode, key: string): MapNode => {
  const entries = map.entries.filter((entry) => keyOf(entry) !== key);
  return entries.length === map.entries.length ? map : withEntries(map, entries);
};

const withEntryValue = ({ key, via }: MapEntry, value: Node): MapEntry =>
  via === undefined ? { key, value } : { key, value, via };

/** Each value changed; `undefined` leaves the entry out. Nothing is copied before the first change. */
export function changeValues(map: MapNode, change: (value: Node, key: string) => Node | undefined): MapNode {
  const { entries } = map;
  let changed: MapEntry[] | undefined;
  for (let index = 0; index < entries.length; index++) {
    const entry = entries[index];
    if (entry === undefined) continue;
    const value = change(entry.value, keyOf(entry));
    if (changed === undefined && value === entry.value) continue;
    changed ??= entries.slice(0, index);
    if (value !== undefined) changed.push(value === entry.value ? entry : withEntryValue(entry, value));
  }
  return changed === undefined ? map : withEntries(map, changed);
}

/** Each item changed; `undefined` leaves it out. */
export function changeItems(list: ListNode, change: (item: Node, index: number) => Node | undefined): ListNode {
  const { items } = list;
  let changed: Node[] | undefined;
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    if (item === undefined) continue;
    const value = change(item, index);
    if (changed === undefined && value === item) continue;
    changed ??= items.slice(0, index);
    if (value !== undefined) changed.push(value);
  }
  return changed === undefined ? list : listNode(changed, list.span);
}

/** The place of a piece of a scalar's text where the text stands in the file as it is, else of the whole scalar. */
export function spanWithin({ span, text, style }: ScalarNode, offset: number, length: number): Span {
  const quote = style === 'plain' ? 0 : 1;
  const isPlainly =
    (style === 'plain' || style === 'single' || style === 'double') &&
    span.start.line === span.end.line &&
    span.end.offset - span.start.offset === text.length + 2 * quote;
  if (!isPlainly) return span;
  const moved = (by: number): Span['start'] => ({
    offset: span.start.offset + quote + by,
    line: span.start.line,
    column: span.start.column + quote + by,
  });
  return { file: span.file, start: moved(offset), end: moved(offset + length) };
}
