/** Where an entity runs: `localhost`, `byon:(hosts="…")`, or a map of one name to what it is told. */
import { isDeepStrictEqual } from 'node:util';
import type { MapNode, Node } from '../document/node.ts';
import type { Location } from '../model/entity.ts';
import type { Value } from '../model/value.ts';
import { report, textOfKey } from './reading.ts';
import type { Reading } from './reading.ts';
import { readValueMap } from './value.ts';

/** `isGiven`: an empty list says something too, it clears the locations inherited from elsewhere. */
export function readLocations(
  r: Reading,
  node: MapNode,
): { readonly locations: readonly Location[]; readonly isGiven: boolean } {
  const entryOf = (key: string) => node.entries.find((entry) => textOfKey(entry) === key);
  const one = entryOf('location');
  const many = entryOf('locations');
  const single = one === undefined ? undefined : readLocation(r, one.value);
  const list = many === undefined ? undefined : readList(r, many.value);
  if (one !== undefined && many !== undefined && !(list?.length === 1 && isDeepStrictEqual(list[0], single)))
    report(r, 'blueprint-location-conflict', '`location` and `locations` are both given and differ.', one.key.span);
  return {
    locations: list ?? (single === undefined ? [] : [single]),
    isGiven: list !== undefined || single !== undefined,
  };
}

function readList(r: Reading, node: Node): readonly Location[] {
  if (node.kind === 'list') return node.items.flatMap((item) => readLocation(r, item) ?? []);
  report(r, 'blueprint-shape', '`locations` takes a list.', node.span);
  return [];
}

function readLocation(r: Reading, node: Node): Location | undefined {
  if (node.kind === 'scalar') return node.value === null ? undefined : parseLocation(node.text);
  const [entry, ...more] = node.kind === 'map' ? node.entries : [];
  const name = entry === undefined || more.length > 0 ? undefined : textOfKey(entry);
  if (entry !== undefined && name !== undefined) {
    if (entry.value.kind === 'map') return { name, config: readValueMap(r, entry.value) };
    if (entry.value.kind === 'scalar' && entry.value.value === null) return { name, config: new Map() };
  }
  report(r, 'blueprint-shape', 'A location is a text, or a map of one name to a map.', node.span);
  return undefined;
}

const call = /^([^\s()]+?):?\((.*)\)$/s;

/** `byon:(hosts="a,b",user=x)` is `byon` with its config; what can't be taken apart stays a name. */
function parseLocation(text: string): Location {
  const match = call.exec(text.trim());
  const config = match === null ? undefined : parsePairs(match[2] ?? '');
  return match === null || config === undefined
    ? { name: text, config: new Map() }
    : { name: match[1] ?? text, config };
}

const pair = /\s*([\w.-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^,"'=()]*?))\s*(?:,|$)/sy;

function parsePairs(text: string): Map<string, Value> | undefined {
  const config = new Map<string, Value>();
  for (let offset = 0; offset < text.length; ) {
    pair.lastIndex = offset;
    const match = pair.exec(text);
    if (match === null || match[0] === '') return undefined;
    const [all, key = '', double, single, bare] = match;
    config.set(key, (double ?? single)?.replace(/\\(.)/gs, '$1') ?? bare ?? '');
    offset += all.length;
  }
  return config;
}
