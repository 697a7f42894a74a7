/** Values that 2.0 is stricter with, and types it has no more. */
import type { Node } from '../../document/node.ts';
import type { Value } from '../../model/value.ts';
import { isList, isMap } from '../../model/value.ts';
import type { Path, Upgrading } from './upgrading.ts';
import { tell } from './upgrading.ts';

/** 2.0 has no ranges: two integers are a list. */
export function asListOfTwo(
  map: ReadonlyMap<string, Value>,
  node: Node,
  path: Path,
  upgrading: Upgrading,
): ReadonlyMap<string, Value> {
  const { type, derived_from: parent, validation, ...rest } = Object.fromEntries(map);
  tell(upgrading, path, node, 'adapted', '2.0 has no ranges; it is a list of integers, and UNBOUNDED is none.');
  if (validation !== undefined)
    tell(upgrading, path, node, 'lost', 'What a range was bound by says nothing of a list.');
  return new Map<string, Value>([
    ...(type === undefined ? [] : [['type', 'list'] as const]),
    ...(parent === undefined ? [] : [['derived_from', 'list'] as const]),
    ['entry_schema', new Map([['type', 'integer']])],
    ...Object.entries(rest).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  ]);
}

/** 1.x took a number in quotes for one. */
export const numbersIn = (map: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> =>
  new Map(
    [...map].map(([name, value]) => [name, name === 'default' || name === 'validation' ? unquoted(value) : value]),
  );

function unquoted(value: Value): Value {
  if (isList(value)) return value.map(unquoted);
  if (isMap(value)) return new Map([...value].map(([key, item]) => [key, unquoted(item)]));
  return typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;
}
