/** Maps that a file writes as lists: `KEY=value`, and names. */
import type { Edit } from '../../document/edit.ts';
import type { Node } from '../../document/node.ts';
import type { Value, ValueMap } from '../../model/value.ts';
import { isMap } from '../../model/value.ts';
import type { Path } from '../model/leaves.ts';
import { equalValues } from '../model/values.ts';
import { itemsOf } from '../nodes.ts';
import type { Edits, Spot } from './changes.ts';

export function changesOfPairs(spot: Spot): Edits {
  if (spot.row?.long !== 'pairs') return undefined;
  return changesOfList(spot, (key, value) => {
    if (value === null) return key;
    return typeof value === 'object' ? undefined : `${key}=${String(value)}`;
  });
}

/** `depends_on` and `networks`: a name alone says what most entries say. */
export function changesOfNames(spot: Spot): Edits {
  const { row } = spot;
  if (row?.long !== 'names' && row?.long !== 'depends-on') return undefined;
  return changesOfList(spot, (key, value) => (value === null || isPlainDependency(value) ? key : undefined));
}

const plainDependency: Value = new Map<string, Value>([
  ['condition', 'service_started'],
  ['required', true],
]);
const isPlainDependency = (value: Value): boolean => equalValues(value, plainDependency);

/** How an entry is written as an item of the list; `undefined` where it can't be. */
type Written = (key: string, value: Value) => string | undefined;

function changesOfList({ path, node, before, after }: Spot, written: Written): Edits {
  if (!isMap(before) || !isMap(after) || node === undefined) return undefined;
  const set: Edit[] = [];
  const removed: number[] = [];
  let end = itemsOf(node).length;
  for (const key of changedKeys(before, after)) {
    const value = after.get(key);
    const index = indexOfKey(node, key);
    if (value === undefined) {
      if (index === undefined) return undefined;
      removed.push(index);
      continue;
    }
    const text = written(key, value);
    if (text === undefined || (index === undefined && before.has(key))) return undefined;
    set.push({ kind: 'set', path: [...path, index ?? end++], value: text });
  }
  return [...set, ...removals(path, removed)];
}

function changedKeys(before: ValueMap, after: ValueMap): readonly string[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].filter(
    (key): key is string => typeof key === 'string' && !equalValues(before.get(key), after.get(key)),
  );
}

function indexOfKey(node: Node, key: string): number | undefined {
  const index = itemsOf(node).findIndex((item) => item.kind === 'scalar' && item.text.split('=', 1)[0] === key);
  return index < 0 ? undefined : index;
}

/** The last first, so that those before keep their places. */
export const removals = (path: Path, indexes: readonly number[]): readonly Edit[] =>
  indexes.toSorted((a, b) => b - a).map((index) => ({ kind: 'remove', path: [...path, index] }));
