/** Plain values of a compose tree: read from nodes, compared, taken apart and put together again. */
import type { Node } from '../../document/node.ts';
import type { Value, ValueMap } from '../../model/value.ts';
import { isDeferred, isList, isMap } from '../../model/value.ts';

/** Compose prints every `$` as `$$`, since its output is read with interpolation; the model holds the real text. */
const unescapeDollars = (text: string): string => (text.includes('$') ? text.replaceAll('$$', '$') : text);
const escapeDollars = (text: string): string => (text.includes('$') ? text.replaceAll('$', '$$$$') : text);

/** The value of a node of the normal form. Keys are texts; tags are gone by then. */
export const valueOfNode = (node: Node): Value => nodeValue(node, unescapeDollars);

/** The same with the values as they are written, `$` doubled; keys are never read with interpolation. */
export const writtenValueOfNode = (node: Node): Value => nodeValue(node, (text) => text);

function nodeValue(node: Node, read: (text: string) => string): Value {
  if (node.kind === 'scalar') return typeof node.value === 'string' ? read(node.value) : node.value;
  if (node.kind === 'list') return node.items.map((item) => nodeValue(item, read));
  return new Map(
    node.entries.map(({ key, value }) => [
      key.kind === 'scalar' ? unescapeDollars(String(key.value ?? '')) : '',
      nodeValue(value, read),
    ]),
  );
}

/** The same nodes with real texts, for those who read nodes. */
export function unescapeNode(node: Node): Node {
  if (node.kind === 'list') return { ...node, items: node.items.map(unescapeNode) };
  if (node.kind === 'map')
    return {
      ...node,
      entries: node.entries.map((entry) => ({
        ...entry,
        key: unescapeKey(entry.key),
        value: unescapeNode(entry.value),
      })),
    };
  const value = typeof node.value === 'string' ? unescapeDollars(node.value) : node.value;
  return { ...node, value, text: unescapeDollars(node.text) };
}

/** The normal form doubles every `$` of a key, though a file's keys are never read with interpolation. */
function unescapeKey(key: Node): Node {
  if (key.kind !== 'scalar' || typeof key.value !== 'string') return key;
  const text = unescapeDollars(key.value);
  return { ...key, value: text, text };
}

/** A value as a file has to say it: keys are never read with interpolation. */
export function escapeValue(value: Value): Value {
  if (typeof value === 'string') return escapeDollars(value);
  if (isList(value)) return value.map(escapeValue);
  if (!isMap(value)) return value;
  return new Map([...value].map(([key, item]) => [key, escapeValue(item)]));
}

/** Maps are equal whatever the order of their keys; lists are not. */
export function equalValues(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true;
  if (isList(a)) return isList(b) && a.length === b.length && a.every((item, index) => equalValues(item, b[index]));
  if (isMap(a))
    return isMap(b) && a.size === b.size && [...a].every(([key, item]) => b.has(key) && equalValues(item, b.get(key)));
  if (isDeferred(a) && isDeferred(b)) return equalDeferred(a, b);
  return typeof a === 'number' && typeof b === 'bigint' ? BigInt(a) === b : false;
}

/** Deferred values are trees of plain data. */
function equalDeferred(a: object, b: object): boolean {
  const left = Object.entries(a);
  const right = new Map<string, unknown>(Object.entries(b));
  return left.length === right.size && left.every(([key, item]) => equalData(item, right.get(key)));
}

function equalData(a: unknown, b: unknown): boolean {
  if (a instanceof Map && b instanceof Map)
    return a.size === b.size && [...a].every(([key, item]) => equalData(item, b.get(key)));
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  return Array.isArray(a) === Array.isArray(b) && equalDeferred(a, b);
}

/** `rest` is `undefined` when nothing is missing. A conflict: the part says something else, or more. */
export type Difference = { readonly kind: 'rest'; readonly rest: Value | undefined } | { readonly kind: 'conflict' };

const conflict: Difference = { kind: 'conflict' };

/** What of `whole` is not in `part`. An empty text that only `part` has says nothing, as in the normal form. */
export function subtractValue(whole: Value, part: Value | undefined): Difference {
  if (part === undefined) return { kind: 'rest', rest: whole };
  if (!isMap(whole) || !isMap(part)) return equalValues(whole, part) ? { kind: 'rest', rest: undefined } : conflict;
  for (const [key, item] of part) if (!whole.has(key) && item !== '') return conflict;
  const rest = new Map<string, Value>();
  for (const [key, item] of whole) {
    const missing = subtractValue(item, part.get(key));
    if (missing.kind === 'conflict') return conflict;
    if (missing.rest !== undefined && typeof key === 'string') rest.set(key, missing.rest);
  }
  return { kind: 'rest', rest: rest.size === 0 ? undefined : rest };
}

/** Puts together what `subtractValue` took apart. Where both say something, `part` wins: it may have been edited. */
export function addValue(part: Value | undefined, rest: Value | undefined): Value | undefined {
  if (part === undefined) return rest;
  if (rest === undefined) return part;
  if (!isMap(part) || !isMap(rest)) return part;
  const sum = new Map(part);
  for (const [key, item] of rest) {
    const added = addValue(part.get(key), item);
    if (added !== undefined) sum.set(key, added);
  }
  return sum;
}

/** `top` over `base`, map by map, in the order of `base`. */
export function overlayValue(base: Value | undefined, top: Value): Value {
  if (!isMap(base) || !isMap(top)) return top;
  const whole = new Map(base);
  for (const [key, item] of top) whole.set(key, overlayValue(base.get(key), item));
  return whole;
}

/** The real texts of a value written by `escapeValue`. */
export function unescapeValue(value: Value): Value {
  if (typeof value === 'string') return unescapeDollars(value);
  if (isList(value)) return value.map(unescapeValue);
  if (!isMap(value)) return value;
  return new Map([...value].map(([key, item]) => [key, unescapeValue(item)]));
}

/** A map without the entries whose value is `undefined`. */
export function mapOf(entries: Readonly<Record<string, Value | undefined>>): Map<string, Value> {
  const map = new Map<string, Value>();
  for (const [key, value] of Object.entries(entries)) if (value !== undefined) map.set(key, value);
  return map;
}

/** The entries of a value that is a map with texts for keys; none otherwise. */
export const entriesOf = (value: Value | undefined): readonly (readonly [string, Value])[] =>
  isMap(value) ? [...value].flatMap(([key, item]) => (typeof key === 'string' ? [[key, item] as const] : [])) : [];

export const mapValue = (value: Value | undefined): ValueMap => (isMap(value) ? value : new Map());
