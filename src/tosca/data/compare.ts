/** Order and equality of values, as their type has it: `1 GB` is more than `500 MB`. */
import type { Value, ValueMap } from '../../model/value.ts';
import { isList, isMap } from '../../model/value.ts';
import type { DataType } from '../types/data-type.ts';
import { baseOf } from '../types/data-type.ts';
import { readScalar, unitsOf } from './scalar-unit.ts';
import { isTimestampText, isVersionText } from './texts.ts';

/** Below zero, zero or above; `undefined` where the two can't be put in order. */
export function compareValues(a: Value, b: Value, type: DataType | undefined): number | undefined {
  const units = type === undefined ? undefined : unitsOf(type);
  if (units !== undefined) {
    const [left, right] = [a, b].map((value) => (typeof value === 'string' ? readScalar(value, units) : undefined));
    return left?.kind === 'scalar' && right?.kind === 'scalar' ? left.canonical - right.canonical : undefined;
  }
  const base = type === undefined ? undefined : baseOf(type);
  if (base === 'version') return compareVersions(textForm(a), textForm(b));
  if (base === 'timestamp') return compareTimes(textForm(a), textForm(b));
  if (isNumber(a) && isNumber(b)) return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  if (isMap(a) && isMap(b)) return compareMaps(a, b);
  return undefined;
}

/** Maps with the same keys, by the first value that differs. */
function compareMaps(a: ValueMap, b: ValueMap): number | undefined {
  if (a.size !== b.size) return undefined;
  for (const [key, one] of a) {
    const other = b.get(key);
    const order = other === undefined ? undefined : compareValues(one, other, undefined);
    if (order !== 0) return order;
  }
  return 0;
}

const isNumber = (value: Value): value is number | bigint => typeof value === 'number' || typeof value === 'bigint';

const textForm = (value: Value): string => (typeof value === 'string' || isNumber(value) ? String(value) : '');

function compareVersions(a: string, b: string): number | undefined {
  if (!isVersionText(a) || !isVersionText(b)) return undefined;
  const [left, right] = [a, b].map((text) => text.split('.'));
  for (let index = 0; index < 3; index++) {
    const difference = Number(left?.[index] ?? 0) - Number(right?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  const [one, other] = [left?.[3], right?.[3]];
  // One with a qualifier comes before the one without (2.0 §9.1.2.3).
  if (one === undefined || other === undefined) return one === other ? 0 : one === undefined ? 1 : -1;
  const [name, build] = one.split('-');
  const [otherName, otherBuild] = other.split('-');
  return name === otherName ? Number(build ?? 0) - Number(otherBuild ?? 0) : undefined;
}

function compareTimes(a: string, b: string): number | undefined {
  if (!isTimestampText(a) || !isTimestampText(b)) return undefined;
  const [left = Number.NaN, right = Number.NaN] = [a, b].map((text) => Date.parse(text));
  return Number.isNaN(left) || Number.isNaN(right) ? undefined : left - right;
}

export function equalValues(a: Value, b: Value, type?: DataType): boolean {
  const order = compareValues(a, b, type);
  if (order !== undefined) return order === 0;
  if (isList(a) && isList(b))
    return a.length === b.length && a.every((item, index) => equalValues(item, b[index] ?? null));
  if (isMap(a) && isMap(b))
    return a.size === b.size && [...a].every(([key, item]) => b.has(key) && equalValues(item, b.get(key) ?? null));
  return a === b;
}
