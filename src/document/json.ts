/** Nodes as plain values, for what only wants the data. */
import type { Node } from './node.ts';

export type Json = null | boolean | number | bigint | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * Maps become objects without a prototype, so that any key is safe; keys that are no strings are written as JSON.
 * What aliases share stays shared, so the result is no larger than the tree.
 */
export function nodeToJson(node: Node): Json {
  return convert(node, new Map());
}

function convert(node: Node, done: Map<Node, Json>): Json {
  if (node.kind === 'scalar') return node.value;
  const known = done.get(node);
  if (known !== undefined) return known;
  const value = node.kind === 'list' ? node.items.map((item) => convert(item, done)) : {};
  if (node.kind === 'map') {
    Object.setPrototypeOf(value, null);
    for (const entry of node.entries)
      Object.defineProperty(value, keyText(entry.key, done), { value: convert(entry.value, done), ...plainProperty });
  }
  done.set(node, value);
  return value;
}

const plainProperty = { enumerable: true, writable: true, configurable: true };

function keyText(key: Node, done: Map<Node, Json>): string {
  if (key.kind === 'scalar') return typeof key.value === 'string' ? key.value : String(key.value);
  return JSON.stringify(convert(key, done), (_name, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
}
