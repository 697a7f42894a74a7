/** Values of sensors as JSON has them. */
import type { Value } from '../model/value.ts';
import { isList, isMap } from '../model/value.ts';

export function plainValue(value: Value): unknown {
  if (isList(value)) return value.map(plainValue);
  if (isMap(value)) return Object.fromEntries([...value].map(([key, item]) => [String(key), plainValue(item)]));
  if (typeof value === 'bigint') return value.toString();
  return typeof value === 'object' && value !== null ? null : value;
}
