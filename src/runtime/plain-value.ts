/** Values of sensors as JSON has them. */
import { textEntries } from '../model/read.ts';
import type { Value } from '../model/value.ts';
import { isList, isMap } from '../model/value.ts';

export function plainValue(value: Value): unknown {
  if (isList(value)) return value.map(plainValue);
  if (isMap(value)) return Object.fromEntries(textEntries(value).map(([key, item]) => [key, plainValue(item)]));
  if (typeof value === 'bigint') return value.toString();
  return typeof value === 'object' && value !== null ? null : value;
}

/** The other way; undefined where it is nothing JSON has. */
export function modelValue(plain: unknown): Value | undefined {
  if (plain === null || typeof plain === 'string' || typeof plain === 'number' || typeof plain === 'boolean')
    return plain;
  if (Array.isArray(plain)) return plain.map((item: unknown) => modelValue(item) ?? null);
  if (typeof plain !== 'object') return undefined;
  return new Map(Object.entries(plain).map(([key, item]) => [key, modelValue(item) ?? null]));
}
