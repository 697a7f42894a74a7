/** Nodes and problems as short values, for tests. */
import type { Problem } from '../../src/diagnostic/problem.ts';
import type { Node } from '../../src/document/node.ts';

/** Plain values; maps as arrays of pairs where a key is no string, else as objects. */
export function valueOfNode(node: Node): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(valueOfNode);
  const pairs = node.entries.map(({ key, value }) => [valueOfNode(key), valueOfNode(value)] as const);
  return pairs.every(([key]) => typeof key === 'string') ? Object.fromEntries(pairs) : pairs;
}

/** `2:5 yaml-syntax` */
export const places = (problems: readonly Problem[]): readonly string[] =>
  problems.map(({ code, at }) => `${at?.start.line}:${at?.start.column} ${code}`);
