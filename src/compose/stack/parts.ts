/** Lists and maps of which a stack file takes only some keys. */
import type { Value, ValueMap } from '../../model/value.ts';
import { isList, isMap } from '../../model/value.ts';
import type { Path } from '../model/leaves.ts';
import { lostPart } from './row.ts';
import type { Marked } from './row.ts';

/** A key taken as it is, taken in another form, or not (with the reason). */
export type Part =
  | true
  | ((value: Value, path: Path) => { readonly value?: Value; readonly marks?: readonly Marked[] })
  | string;

export type Parts = ReadonlyMap<string, Part>;

export type Picked = { readonly value: Map<string, Value>; readonly marks: readonly Marked[] };

/** Keys the table does not name are lost with `otherwise`; extensions are kept where the schema has room for them. */
export function pickParts(map: ValueMap, parts: Parts, otherwise: string, path: Path = []): Picked {
  const value = new Map<string, Value>();
  const marks: Marked[] = [];
  for (const [key, item] of map) {
    if (typeof key !== 'string') continue;
    const part = parts.get(key) ?? otherwise;
    const at = [...path, key];
    if (part === true) value.set(key, item);
    else if (typeof part === 'string') marks.push(lostPart(at, part));
    else {
      const made = part(item, at);
      if (made.value !== undefined) value.set(key, made.value);
      marks.push(...(made.marks ?? []));
    }
  }
  return { value, marks };
}

export type Items = { readonly value: Value; readonly marks: readonly Marked[] };

/** Each item of a list, with its index as path. An item that becomes `undefined` is left out. */
export function eachItem(
  list: Value,
  change: (item: Value, path: Path) => { readonly value?: Value; readonly marks?: readonly Marked[] },
): Items {
  const value: Value[] = [];
  const marks: Marked[] = [];
  (isList(list) ? list : []).forEach((item, index) => {
    const made = change(item, [index]);
    if (made.value !== undefined) value.push(made.value);
    marks.push(...(made.marks ?? []));
  });
  return { value, marks };
}

/** Items that are maps, through a table. */
export const eachMap = (list: Value, parts: Parts, otherwise: string): Items =>
  eachItem(list, (item, path) => (isMap(item) ? pickParts(item, parts, otherwise, path) : { value: item }));
