/** The functions that only need their arguments. `undefined`: the arguments are of the wrong kind. */
import type { Value } from '../../model/value.ts';
import { isList, isMap } from '../../model/value.ts';
import { compareValues, equalValues } from '../data/compare.ts';
import { matchPattern, readPattern } from '../data/pattern.ts';
import { unitsOf, readScalar } from '../data/scalar-unit.ts';
import type { DataType } from '../types/data-type.ts';
import type { Evaluated } from './evaluate.ts';
import type { NewFunction, OldFunction } from './table.ts';

type Rule = (given: readonly Evaluated[]) => Value | undefined;

const at = (given: readonly Evaluated[], index: number): Value | undefined => given[index]?.value;

const booleans = (given: readonly Evaluated[], combine: (all: readonly boolean[]) => boolean): Value | undefined => {
  const all = given.map(({ value }) => value);
  return all.every((value) => typeof value === 'boolean') ? combine(all) : undefined;
};

const ordered =
  (holds: (order: number) => boolean): Rule =>
  (given) => {
    const [left, right] = given;
    if (left === undefined || right === undefined) return undefined;
    const order = compareValues(left.value, right.value, left.type ?? right.type);
    return order === undefined ? undefined : holds(order);
  };

const sameType = (given: readonly Evaluated[]): DataType | undefined =>
  given.find(({ type }) => type !== undefined)?.type;

const entriesOf = (value: Value | undefined): readonly Value[] | undefined =>
  isList(value) ? value : isMap(value) ? [...value.values()] : undefined;
const keysOf = (value: Value | undefined): readonly Value[] | undefined =>
  isMap(value) ? [...value.keys()] : undefined;

const holds = (all: readonly Value[] | undefined, wanted: Value | undefined): boolean | undefined =>
  all === undefined || wanted === undefined ? undefined : all.some((one) => equalValues(one, wanted));

const eachHeld = (
  all: readonly Value[] | undefined,
  wanted: Value | undefined,
  how: 'every' | 'some',
): boolean | undefined =>
  all === undefined || !isList(wanted) ? undefined : wanted[how]((one) => holds(all, one) === true);

/** Strings by code points, lists by items. */
const unitsIn = (value: Value | undefined): readonly Value[] | undefined =>
  typeof value === 'string' ? [...value] : isList(value) ? value : undefined;

function containsAt(whole: readonly Value[], part: readonly Value[], start: number): boolean {
  return start >= 0 && part.every((item, index) => equalValues(whole[start + index] ?? null, item));
}

const partOf =
  (starts: (whole: number, part: number) => readonly number[]): Rule =>
  (given) => {
    const whole = unitsIn(at(given, 0));
    const part = unitsIn(at(given, 1));
    if (whole === undefined || part === undefined) return undefined;
    return (
      part.length <= whole.length && starts(whole.length, part.length).some((start) => containsAt(whole, part, start))
    );
  };

const lists = (given: readonly Evaluated[]): readonly (readonly Value[])[] | undefined => {
  const all = given.map(({ value }) => value);
  return all.every(isList) ? all : undefined;
};

const distinct = (items: readonly Value[]): readonly Value[] =>
  items.filter((item, index) => items.findIndex((other) => equalValues(other, item)) === index);

const numbers = (given: readonly Evaluated[]): readonly number[] | undefined => {
  const all = given.map(({ value }) => (typeof value === 'bigint' ? Number(value) : value));
  return all.every((value) => typeof value === 'number') ? all : undefined;
};

/** Arithmetic on plain numbers, or on scalars of one type: the result is in the unit of the first. */
const arithmetic =
  (combine: (all: readonly number[]) => number): Rule =>
  (given) => {
    const plain = numbers(given);
    if (plain !== undefined) return finite(combine(plain));
    const type = sameType(given);
    const units = type === undefined ? undefined : unitsOf(type);
    if (units === undefined) return undefined;
    const read = given.map(({ value }) =>
      typeof value === 'string' ? readScalar(value, units) : typeof value === 'number' ? value : undefined,
    );
    const [first] = read;
    if (first === undefined || typeof first === 'number' || first.kind !== 'scalar') return undefined;
    const canonical = read.map((one) =>
      typeof one === 'number' ? one : one?.kind === 'scalar' ? one.canonical : Number.NaN,
    );
    const result = finite(combine(canonical));
    const factor = first.canonical / first.number;
    return result === undefined
      ? undefined
      : `${result / (Number.isFinite(factor) && factor !== 0 ? factor : 1)} ${first.unit}`;
  };

const finite = (value: number): number | undefined => (Number.isFinite(value) ? value : undefined);

const rounded =
  (round: (value: number) => number): Rule =>
  (given) => {
    const [value] = numbers(given) ?? [];
    return value === undefined ? undefined : round(value);
  };

const textOf = (value: Value): string | undefined =>
  typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
      ? String(value)
      : undefined;

const concat: Rule = (given) => {
  const joined = lists(given);
  if (joined !== undefined && joined.length > 0) return joined.flat();
  const texts = given.map(({ value }) => textOf(value));
  return texts.every((text) => text !== undefined) ? texts.join('') : undefined;
};

const join: Rule = (given) => {
  const items = at(given, 0);
  if (!isList(items)) return undefined;
  const texts = items.map(textOf);
  return texts.every((text) => text !== undefined) ? texts.join(textOf(at(given, 1) ?? '') ?? '') : undefined;
};

const token: Rule = (given) => {
  const [text, separators, index] = [at(given, 0), at(given, 1), at(given, 2)];
  if (typeof text !== 'string' || typeof separators !== 'string' || typeof index !== 'number') return undefined;
  const parts: string[] = [''];
  for (const character of text) {
    if (separators.includes(character)) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts[index];
};

const matches: Rule = (given) => {
  const [text, pattern] = [at(given, 0), at(given, 1)];
  const expression = typeof pattern === 'string' ? readPattern(pattern) : undefined;
  return typeof text !== 'string' || expression === undefined ? undefined : matchPattern(expression, text, false);
};

const length: Rule = (given) => {
  const value = at(given, 0);
  return isMap(value) ? value.size : unitsIn(value)?.length;
};

const notStatic: Rule = () => undefined;

const rules: Readonly<Record<OldFunction | NewFunction, Rule>> = {
  get_input: notStatic,
  get_property: notStatic,
  get_attribute: notStatic,
  get_artifact: notStatic,
  get_operation_output: notStatic,
  get_nodes_of_type: notStatic,
  value: notStatic,
  node_index: notStatic,
  relationship_index: notStatic,
  available_allocation: notStatic,
  and: (given) => booleans(given, (all) => all.every(Boolean)),
  or: (given) => booleans(given, (all) => all.some(Boolean)),
  not: (given) => booleans(given, ([one]) => one !== true),
  xor: (given) => booleans(given, ([one, other]) => one !== other),
  equal: (given) => {
    const [left, right] = given;
    return left === undefined || right === undefined
      ? undefined
      : equalValues(left.value, right.value, left.type ?? right.type);
  },
  greater_than: ordered((order) => order > 0),
  greater_or_equal: ordered((order) => order >= 0),
  less_than: ordered((order) => order < 0),
  less_or_equal: ordered((order) => order <= 0),
  valid_values: (given) => {
    const [left, right] = given;
    if (left === undefined || !isList(right?.value)) return undefined;
    return right.value.some((one) => equalValues(left.value, one, left.type));
  },
  matches,
  has_suffix: partOf((whole, part) => [whole - part]),
  has_prefix: partOf(() => [0]),
  contains: partOf((whole, part) => Array.from({ length: whole - part + 1 }, (_, start) => start)),
  has_entry: (given) => holds(entriesOf(at(given, 0)), at(given, 1)),
  has_key: (given) => holds(keysOf(at(given, 0)), at(given, 1)),
  has_all_entries: (given) => eachHeld(entriesOf(at(given, 0)), at(given, 1), 'every'),
  has_all_keys: (given) => eachHeld(keysOf(at(given, 0)), at(given, 1), 'every'),
  has_any_entry: (given) => eachHeld(entriesOf(at(given, 0)), at(given, 1), 'some'),
  has_any_key: (given) => eachHeld(keysOf(at(given, 0)), at(given, 1), 'some'),
  length,
  concat,
  join,
  token,
  union: (given) => {
    const all = lists(given);
    return all === undefined ? undefined : distinct(all.flat());
  },
  intersection: (given) => {
    const [first, ...others] = lists(given) ?? [];
    return first === undefined
      ? undefined
      : distinct(first.filter((item) => others.every((other) => holds(other, item) === true)));
  },
  sum: arithmetic((all) => all.reduce((total, one) => total + one, 0)),
  difference: arithmetic(([left = 0, right = 0]) => left - right),
  product: arithmetic((all) => all.reduce((total, one) => total * one, 1)),
  quotient: arithmetic(([left = 0, right = 1]) => left / right),
  remainder: arithmetic(([left = 0, right = 1]) => left % right),
  // Halves go down (2.0 §10.2.5.6).
  round: rounded((value) => Math.ceil(value - 0.5)),
  floor: rounded(Math.floor),
  ceil: rounded(Math.ceil),
};

export function computeFunction(name: OldFunction | NewFunction, given: readonly Evaluated[]): Evaluated | undefined {
  const value = rules[name](given);
  return value === undefined ? undefined : { value, type: keepsType.has(name) ? sameType(given) : undefined };
}

const keepsType: ReadonlySet<string> = new Set(['sum', 'difference', 'product', 'quotient', 'remainder']);
