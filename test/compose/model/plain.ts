import type { Value } from '../../../src/model/value.ts';
import { isList, isMap } from '../../../src/model/value.ts';

/** A value as JSON has it. */
export function plain(value: Value): unknown {
  if (isList(value)) return value.map(plain);
  if (isMap(value)) return Object.fromEntries([...value].map(([key, item]) => [key, plain(item)]));
  return value;
}
