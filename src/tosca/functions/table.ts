/** Every built-in function: in which versions, with how many arguments, and what it gives. */
import type { Version } from '../version.ts';

export type FunctionResult = 'boolean' | 'integer' | 'float' | 'string' | 'list' | 'any';

/** What an argument has to be. `number`: an integer, a float, or a scalar with its unit. `own`: not judged alone. */
export type ArgumentKind =
  | 'own'
  | 'boolean'
  | 'integer'
  | 'number'
  | 'string'
  | 'list'
  | 'map'
  | 'string or list'
  | 'list or map'
  | 'string, list or map';

export type FunctionRow = {
  readonly least: number;
  readonly most: number;
  readonly result: FunctionResult;
  /** Section of the specification, 1.3's or 2.0's. */
  readonly section: string;
  readonly since?: Version;
  /** Its arguments are names that lead to something, not values. */
  readonly isQuery?: boolean;
  /** Of its arguments one by one; the last is that of all that follow. */
  readonly takes?: readonly ArgumentKind[];
};

const many = Number.POSITIVE_INFINITY;

const row = (
  least: number,
  most: number,
  result: FunctionResult,
  section: string,
  ...takes: readonly ArgumentKind[]
): FunctionRow => ({ least, most, result, section, ...(takes.length === 0 ? {} : { takes }) });
const query = (least: number, most: number, result: FunctionResult, section: string): FunctionRow => ({
  ...row(least, most, result, section),
  isQuery: true,
});

export const oldFunctions = {
  concat: row(1, many, 'string', '4.3.1'),
  join: { ...row(1, 2, 'string', '4.3.2', 'list', 'string'), since: '1.2' },
  token: row(3, 3, 'string', '4.3.3'),
  get_input: query(1, many, 'any', '4.4.1'),
  get_property: query(2, many, 'any', '4.4.2'),
  get_attribute: query(2, many, 'any', '4.5.1'),
  get_operation_output: query(4, 4, 'any', '4.6.1'),
  get_nodes_of_type: query(1, 1, 'list', '4.7.1'),
  get_artifact: query(2, 4, 'string', '4.8.1'),
} as const satisfies Readonly<Record<string, FunctionRow>>;

export const newFunctions = {
  get_input: query(1, many, 'any', '10.2.1.1'),
  get_property: query(2, many, 'any', '10.2.1.2'),
  get_attribute: query(2, many, 'any', '10.2.1.3'),
  get_artifact: query(2, many, 'string', '10.2.1.4'),
  value: query(0, many, 'any', '10.2.1.5'),
  node_index: query(0, 0, 'integer', '10.2.1.6'),
  relationship_index: query(0, 0, 'integer', '10.2.1.7'),
  available_allocation: query(2, many, 'any', '10.2.1.8'),
  and: row(2, many, 'boolean', '10.2.2.1.1', 'boolean'),
  or: row(2, many, 'boolean', '10.2.2.1.2', 'boolean'),
  not: row(1, 1, 'boolean', '10.2.2.1.3', 'boolean'),
  xor: row(2, 2, 'boolean', '10.2.2.1.4', 'boolean'),
  equal: row(2, 2, 'boolean', '10.2.2.2.1'),
  greater_than: row(2, 2, 'boolean', '10.2.2.2.2'),
  greater_or_equal: row(2, 2, 'boolean', '10.2.2.2.3'),
  less_than: row(2, 2, 'boolean', '10.2.2.2.4'),
  less_or_equal: row(2, 2, 'boolean', '10.2.2.2.5'),
  valid_values: row(2, 2, 'boolean', '10.2.2.2.6', 'own', 'list'),
  matches: row(2, 2, 'boolean', '10.2.2.2.7', 'string'),
  has_suffix: row(2, 2, 'boolean', '10.2.2.3.1', 'string or list'),
  has_prefix: row(2, 2, 'boolean', '10.2.2.3.2', 'string or list'),
  contains: row(2, 2, 'boolean', '10.2.2.3.3', 'string or list'),
  has_entry: row(2, 2, 'boolean', '10.2.2.3.4', 'list or map', 'own'),
  has_key: row(2, 2, 'boolean', '10.2.2.3.5', 'map', 'own'),
  has_all_entries: row(2, 2, 'boolean', '10.2.2.3.6', 'list or map', 'list'),
  has_all_keys: row(2, 2, 'boolean', '10.2.2.3.7', 'map', 'list'),
  has_any_entry: row(2, 2, 'boolean', '10.2.2.3.8', 'list or map', 'list'),
  has_any_key: row(2, 2, 'boolean', '10.2.2.3.9', 'map', 'list'),
  length: row(1, 1, 'integer', '10.2.3.1', 'string, list or map'),
  concat: row(1, many, 'any', '10.2.3.2'),
  join: row(1, 2, 'string', '10.2.3.3', 'list', 'string'),
  token: row(3, 3, 'string', '10.2.3.4'),
  union: row(1, many, 'list', '10.2.4.1', 'list'),
  intersection: row(1, many, 'list', '10.2.4.2', 'list'),
  sum: row(1, many, 'any', '10.2.5.1', 'number'),
  difference: row(2, 2, 'any', '10.2.5.2', 'number'),
  product: row(1, many, 'any', '10.2.5.3', 'number'),
  quotient: row(2, 2, 'any', '10.2.5.4', 'number'),
  remainder: row(2, 2, 'any', '10.2.5.5', 'number'),
  round: row(1, 1, 'integer', '10.2.5.6', 'number'),
  floor: row(1, 1, 'integer', '10.2.5.7', 'number'),
  ceil: row(1, 1, 'integer', '10.2.5.8', 'number'),
} as const satisfies Readonly<Record<string, FunctionRow>>;

export type OldFunction = keyof typeof oldFunctions;
export type NewFunction = keyof typeof newFunctions;

export const isOldFunction = (name: string): name is OldFunction => Object.hasOwn(oldFunctions, name);
export const isNewFunction = (name: string): name is NewFunction => Object.hasOwn(newFunctions, name);

export function functionRow(name: string, version: Version): FunctionRow | undefined {
  if (version === '2.0') return isNewFunction(name) ? newFunctions[name] : undefined;
  return isOldFunction(name) ? oldFunctions[name] : undefined;
}

export const functionNames = (version: Version): readonly string[] =>
  Object.keys(version === '2.0' ? newFunctions : oldFunctions);
