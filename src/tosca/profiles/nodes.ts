/**
 * A normative profile as it is built in: its YAML read at build time into arrays that need no parser, so that a cold
 * command spends no time on it. Written by scripts/profile-module.mjs; lines and columns are kept, offsets are not.
 */
import type { Position, Span } from '../../diagnostic/problem.ts';
import type { MapEntry, MapNode, Node } from '../../document/node.ts';
import { resolvePlain } from '../../document/scalars.ts';

/**
 * A quoted text is itself, a plain one `{p: text}`, a list `{l: [line, column, node, …]}`, a map
 * `{m: [line, column, key, node, …]}` with the places of its keys.
 */
export type PackedNode =
  | string
  | { readonly p: string }
  | { readonly l: readonly (number | PackedNode)[] }
  | { readonly m: readonly (number | string | PackedNode)[] };

export type PackedProfile = { readonly file: string; readonly root: PackedNode };

export function unpackProfile({ file, root }: PackedProfile): MapNode {
  const start = placeIn(file, 1, 1);
  const node = unpack(root, file, start);
  return node.kind === 'map' ? node : { kind: 'map', entries: [], span: start };
}

function unpack(packed: PackedNode, file: string, span: Span): Node {
  if (typeof packed === 'string') return { kind: 'scalar', value: packed, text: packed, style: 'single', span };
  if ('p' in packed)
    return { kind: 'scalar', value: resolvePlain(packed.p, 'core'), text: packed.p, style: 'plain', span };
  if ('l' in packed) return { kind: 'list', items: unpackItems(packed.l, file), span };
  return { kind: 'map', entries: unpackEntries(packed.m, file), span };
}

function unpackItems(packed: readonly (number | PackedNode)[], file: string): readonly Node[] {
  const items: Node[] = [];
  for (let index = 0; index + 2 < packed.length; index += 3) {
    const item = packed[index + 2];
    if (item !== undefined && typeof item !== 'number')
      items.push(unpack(item, file, placeIn(file, packed[index], packed[index + 1])));
  }
  return items;
}

function unpackEntries(packed: readonly (number | string | PackedNode)[], file: string): readonly MapEntry[] {
  const entries: MapEntry[] = [];
  for (let index = 0; index + 3 < packed.length; index += 4) {
    const name = packed[index + 2];
    const value = packed[index + 3];
    if (typeof name !== 'string' || value === undefined || typeof value === 'number') continue;
    const span = placeIn(file, packed[index], packed[index + 1]);
    const key: Node = { kind: 'scalar', value: name, text: name, style: 'plain', span };
    entries.push({ key, value: unpack(value, file, span) });
  }
  return entries;
}

function placeIn(file: string, line: unknown, column: unknown): Span {
  const start: Position = { offset: 0, line: Number(line), column: Number(column) };
  return { file, start, end: start };
}
