/** Recognises calls of functions among values: `{get_input: x}` before 2.0, `{$get_input: x}` and `$name` since. */
import type { Span } from '../../diagnostic/problem.ts';
import type { Node } from '../../document/node.ts';
import type { Version } from '../version.ts';
import { isOldFunction } from './table.ts';

export type Call = {
  readonly kind: 'call';
  /** Without the dollar, with its namespace. */
  readonly name: string;
  readonly arguments: readonly Node[];
  /** As written, for the functions that take a map or one value. */
  readonly argument: Node | undefined;
  readonly at: Span;
  readonly node: Node;
};

/** A dollar where it can't be a call: one of several keys (2.0 §10.1). */
export type Malformed = { readonly kind: 'malformed'; readonly at: Span; readonly text: string };

export function readCall(node: Node, version: Version): Call | Malformed | undefined {
  return version === '2.0' ? readNewCall(node) : readOldCall(node);
}

export function callOf(node: Node, version: Version): Call | undefined {
  const call = readCall(node, version);
  return call?.kind === 'call' ? call : undefined;
}

function readOldCall(node: Node): Call | undefined {
  if (node.kind !== 'map' || node.entries.length !== 1) return undefined;
  const [entry] = node.entries;
  if (entry?.key.kind !== 'scalar' || typeof entry.key.value !== 'string' || !isOldFunction(entry.key.value))
    return undefined;
  // A credential has a property of this name: `credential: {token: …}` is a value, and a call takes a list (1.3 §4.3.3).
  if (entry.key.value === 'token' && entry.value.kind !== 'list') return undefined;
  return call(entry.key.value, entry.value, entry.key.span, node);
}

function readNewCall(node: Node): Call | Malformed | undefined {
  if (node.kind === 'scalar') {
    const { value } = node;
    if (typeof value !== 'string' || !isCallText(value)) return undefined;
    return { kind: 'call', name: value.slice(1), arguments: [], argument: undefined, at: node.span, node };
  }
  if (node.kind !== 'map') return undefined;
  for (const { key, value } of node.entries) {
    if (key.kind !== 'scalar' || typeof key.value !== 'string' || !isCallText(key.value)) continue;
    if (node.entries.length > 1) return { kind: 'malformed', at: key.span, text: key.value };
    return call(key.value.slice(1), value, key.span, node);
  }
  return undefined;
}

const isCallText = (text: string): boolean => text.length > 1 && text.startsWith('$') && text[1] !== '$';

const call = (name: string, argument: Node, at: Span, node: Node): Call => ({
  kind: 'call',
  // What follows a second dollar only tells equal keys apart.
  name: name.split('$')[0] ?? name,
  arguments: argument.kind === 'list' ? argument.items : [argument],
  argument,
  at,
  node,
});

/** `$$x` is the text `$x` (2.0 §10.1). */
export const unescape = (text: string, version: Version): string =>
  version === '2.0' && text.startsWith('$$') ? text.slice(1) : text;
