/** A node as a value of the model, functions and all left as they are written. */
import type { Span } from '../../diagnostic/problem.ts';
import type { Node } from '../../document/node.ts';
import type { Value } from '../../model/value.ts';
import { isDeferred, isList, isMap } from '../../model/value.ts';

export function valueOfNode(node: Node): Value {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(valueOfNode);
  const map = new Map<string, Value>();
  for (const { key, value } of node.entries) map.set(keyText(key), valueOfNode(value));
  return map;
}

/** The other way, for values from outside, which all stand at one place. */
export function nodeOfValue(value: Value, span: Span): Node {
  if (isList(value)) return { kind: 'list', items: value.map((item) => nodeOfValue(item, span)), span };
  if (isMap(value)) {
    const entries = [...value].map(([key, item]) => ({ key: nodeOfValue(key, span), value: nodeOfValue(item, span) }));
    return { kind: 'map', entries, span };
  }
  const plain = isDeferred(value) ? null : value;
  return {
    kind: 'scalar',
    value: plain,
    text: String(plain),
    style: typeof plain === 'string' ? 'double' : 'plain',
    span,
  };
}

/** Keys that are no scalars (2.0 allows lists) by the text they would be written as. */
export function keyText(key: Node): string {
  if (key.kind === 'scalar') return typeof key.value === 'string' ? key.value : key.text;
  if (key.kind === 'list') return `[${key.items.map(keyText).join(', ')}]`;
  return `{${key.entries.map((entry) => `${keyText(entry.key)}: ${keyText(entry.value)}`).join(', ')}}`;
}
