/** A node as a message calls it: `the integer 3`, `a list`, `nothing`. */
import type { Node } from '../../document/node.ts';

const longest = 60;

export function describe(node: Node): string {
  if (node.kind === 'list') return node.items.length === 0 ? 'an empty list' : 'a list';
  if (node.kind === 'map') return node.entries.length === 0 ? 'an empty map' : 'a map';
  const { value } = node;
  if (value === null) return 'nothing (null)';
  if (typeof value === 'boolean') return `the boolean ${node.text}`;
  if (typeof value === 'string') return `the text "${clip(value)}"`;
  return `the ${Number.isInteger(Number(value)) && !node.text.includes('.') ? 'integer' : 'number'} ${clip(node.text)}`;
}

const clip = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}…` : text);
