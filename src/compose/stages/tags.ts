/**
 * The first look at a document: keys must be texts, and the tags `!reset` (nothing stands here, and what earlier files
 * said is forgotten) and `!override` (this stands here, and what earlier files said is forgotten) are taken out.
 */
import type { MapEntry, MapNode, Node } from '../../document/node.ts';
import { changeItems, changeValues, withEntries } from '../nodes.ts';
import type { Report } from '../problems.ts';

/** The places of `!reset` and `!override`, key by key. */
export type Resets = { readonly isHere: boolean; readonly below: ReadonlyMap<string, Resets> };

type Growing = { isHere: boolean; readonly below: Map<string, Growing> };

export type Tagged = { readonly tree: Node; readonly resets: Resets };

type Path = readonly string[];
type Reading = { readonly report: Report; readonly resets: Growing };

export function readTags(tree: Node, report: Report): Tagged {
  const reading: Reading = { report, resets: { isHere: false, below: new Map() } };
  const read = readNode(tree, [], reading);
  return { tree: read ?? tree, resets: reading.resets };
}

function markReset(resets: Growing, path: Path): void {
  let at = resets;
  for (const key of path) {
    const next = at.below.get(key) ?? { isHere: false, below: new Map() };
    at.below.set(key, next);
    at = next;
  }
  at.isHere = true;
}

const coreTag = /^(?:!|tag:yaml\.org,2002:.*)$/;

/** `path` is `undefined` below a list: what stands in lists is never forgotten one by one. */
function readNode(node: Node, path: Path | undefined, reading: Reading): Node | undefined {
  if (node.tag === '!reset') {
    if (path !== undefined) markReset(reading.resets, path);
    return undefined;
  }
  if (node.tag === '!override' && path !== undefined) markReset(reading.resets, path);
  else if (node.tag !== undefined && node.tag !== '!override' && node.kind === 'scalar' && !coreTag.test(node.tag))
    reading.report('tag-unknown', `Compose does not know the tag ${node.tag}.`, node.span);
  if (node.kind === 'list') return changeItems(node, (item) => readNode(item, undefined, reading));
  if (node.kind === 'scalar') return node;
  const map = withEntries(node, textKeysOf(node, reading.report));
  return changeValues(map, (value, key) => readNode(value, path && [...path, key], reading));
}

function textKeysOf(map: MapNode, report: Report): readonly MapEntry[] {
  const isText = ({ key }: MapEntry): boolean => key.kind === 'scalar' && typeof key.value === 'string';
  if (map.entries.every(isText)) return map.entries;
  for (const { key } of map.entries.filter((entry) => !isText(entry))) {
    const what = key.kind === 'scalar' ? `"${key.text}"` : `a ${key.kind}`;
    const hint = key.kind === 'scalar' ? `Quote it: "${key.text}".` : undefined;
    report('key-not-text', `The key is ${what}, no text.`, key.span, { hint });
  }
  return map.entries.filter(isText);
}

/** The tree without what stands at any of the places. */
export function forget(tree: MapNode, resets: Resets): MapNode {
  if (resets.below.size === 0) return tree;
  return changeValues(tree, (value, key) => {
    const here = resets.below.get(key);
    if (here === undefined) return value;
    if (here.isHere) return undefined;
    return value.kind === 'map' ? forget(value, here) : value;
  });
}

const none: Resets = { isHere: false, below: new Map() };

/** Those of a part of the tree. */
export const resetsBelow = (resets: Resets, ...path: Path): Resets =>
  path.reduce((at, key) => at.below.get(key) ?? none, resets);
