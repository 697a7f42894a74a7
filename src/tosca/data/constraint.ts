/** Constraint clauses of 1.x: which operator takes what, for values of which types, and whether a value meets it. */
import { didYouMean } from '../../diagnostic/suggest.ts';
import type { Node } from '../../document/node.ts';
import type { Value } from '../../model/value.ts';
import { isList, isMap } from '../../model/value.ts';
import type { Findings } from '../findings.ts';
import { callOf } from '../functions/call.ts';
import { describe } from '../structure/describe.ts';
import type { Builtin, DataType } from '../types/data-type.ts';
import { baseOf, dataTypeName } from '../types/data-type.ts';
import { compareValues, equalValues } from './compare.ts';
import { valueOfNode } from './node-value.ts';
import { matchPattern, readPattern } from './pattern.ts';
import { readScalar, unitsOf } from './scalar-unit.ts';
import { isTimestampText, isVersionText } from './texts.ts';
import { sectionFor } from '../sections.ts';

type Operator =
  | 'equal'
  | 'greater_than'
  | 'greater_or_equal'
  | 'less_than'
  | 'less_or_equal'
  | 'in_range'
  | 'valid_values'
  | 'length'
  | 'min_length'
  | 'max_length'
  | 'pattern'
  | 'schema';

type Takes = 'value' | 'bounds' | 'values' | 'length' | 'pattern' | 'text';

type Rule = {
  readonly takes: Takes;
  /** Types it can be said of; absent: of all. */
  readonly of?: readonly (Builtin | 'complex')[];
  /** Whether the value meets it; `undefined` where that can't be told. */
  readonly meets: (value: Value, operand: Value, type: DataType | undefined) => boolean | undefined;
};

const orderable: readonly Builtin[] = [
  'integer',
  'float',
  'timestamp',
  'version',
  'string',
  'scalar-unit.size',
  'scalar-unit.time',
  'scalar-unit.frequency',
  'scalar-unit.bitrate',
];
/** Values of complex types are not ordered; a clause may still be said of them, and then decides nothing. */
const comparable: readonly (Builtin | 'complex')[] = [...orderable, 'complex'];
const measurable: readonly (Builtin | 'complex')[] = ['string', 'list', 'map', 'complex'];

const order =
  (holds: (difference: number) => boolean): Rule['meets'] =>
  (value, operand, type) => {
    const difference = compareValues(value, operand, type);
    return difference === undefined ? undefined : holds(difference);
  };

const size = (value: Value): number | undefined => {
  if (typeof value === 'string') return [...value].length;
  return isList(value) ? value.length : isMap(value) ? value.size : undefined;
};

const measure =
  (holds: (length: number, operand: number) => boolean): Rule['meets'] =>
  (value, operand) => {
    const length = size(value);
    return length === undefined || typeof operand !== 'number' ? undefined : holds(length, operand);
  };

const rules: Readonly<Record<Operator, Rule>> = {
  equal: { takes: 'value', meets: (value, operand, type) => equalValues(value, operand, type) },
  greater_than: { takes: 'value', of: comparable, meets: order((difference) => difference > 0) },
  greater_or_equal: { takes: 'value', of: comparable, meets: order((difference) => difference >= 0) },
  less_than: { takes: 'value', of: comparable, meets: order((difference) => difference < 0) },
  less_or_equal: { takes: 'value', of: comparable, meets: order((difference) => difference <= 0) },
  in_range: { takes: 'bounds', of: [...comparable, 'range'], meets: isInRange },
  valid_values: {
    takes: 'values',
    meets: (value, operand, type) =>
      isList(operand) ? operand.some((one) => equalValues(value, one, type)) : undefined,
  },
  length: { takes: 'length', of: measurable, meets: measure((length, operand) => length === operand) },
  min_length: { takes: 'length', of: measurable, meets: measure((length, operand) => length >= operand) },
  max_length: { takes: 'length', of: measurable, meets: measure((length, operand) => length <= operand) },
  pattern: { takes: 'pattern', of: ['string', 'version', 'timestamp'], meets: meetsPattern },
  schema: { takes: 'text', of: ['string'], meets: () => undefined },
};

/** Both bounds of a range have to lie between the two. */
function isInRange(value: Value, operand: Value, type: DataType | undefined): boolean | undefined {
  if (!isList(operand)) return undefined;
  const [least, most] = operand;
  const isRange = isList(value);
  const own = isRange ? value : [value];
  const below = own.map((one) =>
    least === 'UNBOUNDED' ? 0 : compareValues(one, least ?? null, isRange ? undefined : type),
  );
  const above = own.map((one) =>
    most === 'UNBOUNDED' ? 0 : one === 'UNBOUNDED' ? 1 : compareValues(one, most ?? null, isRange ? undefined : type),
  );
  if ([...below, ...above].some((difference) => difference === undefined)) return undefined;
  return below.every((difference) => (difference ?? 0) >= 0) && above.every((difference) => (difference ?? 0) <= 0);
}

function meetsPattern(value: Value, operand: Value): boolean | undefined {
  const expression = typeof operand === 'string' ? readPattern(operand) : undefined;
  return typeof value !== 'string' || expression === undefined ? undefined : matchPattern(expression, value, true);
}

const isOperator = (name: string): name is Operator => Object.hasOwn(rules, name);

type Read = { readonly operator: Operator; readonly rule: Rule; readonly operand: Node };

/** `undefined` for what is no clause of one operator; that the grammar or `checkConstraint` tells. */
function readConstraint(node: Node): Read | undefined {
  const [entry, second] = node.kind === 'map' ? node.entries : [];
  if (entry?.key.kind !== 'scalar' || second !== undefined) return undefined;
  const name = String(entry.key.value);
  return isOperator(name) ? { operator: name, rule: rules[name], operand: entry.value } : undefined;
}

/** Is it a clause, and can it be said of values of this type? */
export function checkConstraint(node: Node, type: DataType | undefined, findings: Findings): void {
  const section = constraintSection(findings);
  if (node.kind !== 'map' || node.entries.length !== 1) {
    findings.add(
      'InvalidConstraint',
      `A constraint is a map of one operator, and this is ${describe(node)}.`,
      node.span,
      { section },
    );
    return;
  }
  const read = readConstraint(node);
  if (read === undefined) return reportOperator(node.entries[0]?.key ?? node, findings, section);
  const base = type === undefined ? undefined : baseOf(type);
  if (
    type !== undefined &&
    base !== undefined &&
    base !== 'any' &&
    read.rule.of !== undefined &&
    !read.rule.of.includes(base)
  ) {
    findings.add(
      'InvalidConstraint',
      `"${read.operator}" can’t be said of a value of type "${dataTypeName(type)}".`,
      node.span,
      { section },
    );
    return;
  }
  if (callOf(read.operand, findings.version) !== undefined) return;
  const fault = operandFault(read, type);
  if (fault !== undefined)
    findings.add(
      'InvalidConstraint',
      `"${read.operator}" takes ${fault}, and this is ${describe(read.operand)}.`,
      read.operand.span,
      { section },
    );
}

function reportOperator(key: Node, findings: Findings, section: string): void {
  const name = key.kind === 'scalar' ? String(key.value) : '';
  const hint = didYouMean(name, Object.keys(rules)) ?? `The operators are ${Object.keys(rules).join(', ')}.`;
  findings.add('InvalidConstraint', `No constraint is called "${name}".`, key.span, { section, hint });
}

const constraintSection = (findings: Findings): string => sectionFor('constraint', findings.version);

/** What the operand should have been, where it is not. */
function operandFault({ rule, operand }: Read, type: DataType | undefined): string | undefined {
  switch (rule.takes) {
    case 'value':
      return fits(operand, type) ? undefined : `a value of type "${type === undefined ? '' : dataTypeName(type)}"`;
    case 'bounds':
      return boundsFault(operand, type);
    case 'values':
      if (operand.kind !== 'list') return 'a list of values';
      return operand.items.every((item) => fits(item, type))
        ? undefined
        : `values of type "${type === undefined ? '' : dataTypeName(type)}"`;
    case 'length':
      return isNatural(operand) ? undefined : 'an integer of at least 0';
    case 'pattern':
      return operand.kind === 'scalar' && typeof operand.value === 'string' && readPattern(operand.value) !== undefined
        ? undefined
        : 'a regular expression';
    case 'text':
      return operand.kind === 'scalar' && typeof operand.value === 'string' ? undefined : 'a text';
  }
}

const isNatural = (node: Node): boolean =>
  node.kind === 'scalar' &&
  (typeof node.value === 'bigint' || (typeof node.value === 'number' && Number.isInteger(node.value))) &&
  node.value >= 0;

function boundsFault(operand: Node, type: DataType | undefined): string | undefined {
  if (operand.kind !== 'list' || operand.items.length !== 2) return 'a list of two bounds';
  const [least, most] = operand.items;
  if (least === undefined || most === undefined) return 'a list of two bounds';
  const isOpen = (node: Node): boolean => node.kind === 'scalar' && node.value === 'UNBOUNDED';
  const element = type !== undefined && baseOf(type) === 'range' ? undefined : type;
  if (![least, most].every((bound) => isOpen(bound) || fits(bound, element)))
    return `two bounds of type "${type === undefined ? '' : dataTypeName(type)}"`;
  if (isOpen(least) || isOpen(most)) return undefined;
  const difference = compareValues(valueOfNode(least), valueOfNode(most), element);
  return difference !== undefined && difference > 0 ? 'the lower bound first' : undefined;
}

/** The operand could be a value of the type, as far as scalars go. */
function fits(node: Node, type: DataType | undefined): boolean {
  if (node.kind === 'scalar' && node.value === null) return false;
  const base = type === undefined ? undefined : baseOf(type);
  if (type === undefined || base === undefined || base === 'any') return true;
  if (base === 'complex' || base === 'map') return node.kind === 'map';
  if (base === 'list') return node.kind === 'list';
  if (base === 'range') return node.kind === 'list' && node.items.length === 2;
  if (node.kind !== 'scalar') return false;
  const units = unitsOf(type);
  if (units !== undefined) return readScalar(node.text, units).kind === 'scalar';
  if (typeof node.value === 'bigint') return base === 'integer' || base === 'float';
  if (base === 'integer') return typeof node.value === 'number' && Number.isInteger(node.value);
  if (base === 'float') return typeof node.value === 'number';
  if (base === 'boolean') return typeof node.value === 'boolean';
  if (base === 'version') return isVersionText(node.text);
  if (base === 'timestamp') return isTimestampText(node.text);
  return typeof node.value === 'string';
}

/** The sentence a value breaks, or `undefined` where it meets the clause or that can't be told. */
export function brokenConstraint(clause: Node, value: Node, type: DataType | undefined): string | undefined {
  const read = readConstraint(clause);
  if (read === undefined) return undefined;
  const operand = valueOfNode(read.operand);
  const own = valueOfNode(value);
  // Versions and times are told by their text, which may look like a number.
  const base = type === undefined ? undefined : baseOf(type);
  const compared = (base === 'version' || base === 'timestamp') && value.kind === 'scalar' ? value.text : own;
  return read.rule.meets(compared, operand, type) === false
    ? `${read.operator}: ${renderOperand(read.operand)}`
    : undefined;
}

const renderOperand = (node: Node): string =>
  node.kind === 'scalar' ? node.text : node.kind === 'list' ? `[ ${node.items.map(renderOperand).join(', ')} ]` : '{…}';
