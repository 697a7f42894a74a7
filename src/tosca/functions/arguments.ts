/** Arguments of built-in functions: each of the kind it has to be, and those that are compared of one type. */
import type { Node, ScalarNode } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { readScalar, unitsOf } from '../data/scalar-unit.ts';
import { isTimestampText, isVersionText } from '../data/texts.ts';
import type { Schema } from '../definitions/schema.ts';
import { entrySchemaOf, plainSchema, readSchema } from '../definitions/schema.ts';
import type { Findings } from '../findings.ts';
import type { Unit } from '../load/unit.ts';
import { describe } from '../structure/describe.ts';
import type { Builtin, DataType } from '../types/data-type.ts';
import { baseOf, builtin, dataTypeName } from '../types/data-type.ts';
import type { Call } from './call.ts';
import { callOf, readCall } from './call.ts';
import { queryInput, queryMember } from './query.ts';
import type { FunctionScope } from './scope.ts';
import type { ArgumentKind, FunctionRow } from './table.ts';
import { functionRow } from './table.ts';

type Base = Builtin | 'complex';

const scalars: readonly Base[] = [
  'scalar',
  'scalar-unit.size',
  'scalar-unit.time',
  'scalar-unit.frequency',
  'scalar-unit.bitrate',
];
const texts: readonly Base[] = ['string', 'bytes', 'version', 'timestamp', 'range', ...scalars];
const maps: readonly Base[] = ['map', 'complex'];

const bases: Readonly<Record<Exclude<ArgumentKind, 'own'>, readonly Base[]>> = {
  boolean: ['boolean'],
  integer: ['integer'],
  number: ['integer', 'float', ...scalars],
  string: texts,
  list: ['list', 'range'],
  map: maps,
  'string or list': [...texts, 'list'],
  'list or map': ['list', ...maps],
  'string, list or map': [...texts, 'list', ...maps],
};

export function checkArguments(call: Call, row: FunctionRow, scope: FunctionScope, findings: Findings): void {
  const { takes = [], section } = row;
  for (const [index, argument] of call.arguments.entries()) {
    const kind = takes[index] ?? takes.at(-1);
    if (kind === undefined || kind === 'own' || fits(argument, kind, scope)) continue;
    const type = typeOfCall(argument, scope);
    const what = type === undefined ? describe(argument) : `a value of type "${dataTypeName(type)}"`;
    findings.add(
      scope.unit.version === '2.0' ? 'ValueTypeMismatch' : 'InvalidFunction',
      `"${call.name}" takes a ${kind} here, and this is ${what}.`,
      argument.span,
      { section },
    );
  }
  if (comparisons.has(call.name) && scope.unit.version === '2.0') checkCompared(call, section, scope, findings);
}

function fits(node: Node, kind: Exclude<ArgumentKind, 'own'>, scope: FunctionScope): boolean {
  if (readCall(node, scope.unit.version) !== undefined) {
    const type = typeOfCall(node, scope);
    const base = type === undefined ? undefined : baseOf(type);
    return base === undefined || base === 'any' || bases[kind].includes(base);
  }
  if (node.kind === 'list') return kind.includes('list');
  if (node.kind === 'map') return kind.includes('map');
  if (node.value === null) return false;
  if (kind === 'boolean') return typeof node.value === 'boolean';
  if (kind === 'integer') return Number.isInteger(Number(node.value)) && typeof node.value !== 'string';
  // A text with a number in front may be a scalar with its unit; what type it is of, nothing here says.
  if (kind === 'number') return typeof node.value !== 'boolean' && /^[-+.]?\d/.test(node.text);
  return kind.startsWith('string');
}

/** What a call gives, as far as that is known without running anything. */
function typeOfCall(node: Node, scope: FunctionScope): DataType | undefined {
  const call = callOf(node, scope.unit.version);
  if (call === undefined) return undefined;
  if (call.name === 'value') return call.arguments.length === 0 ? scope.value?.type : undefined;
  if (call.name === 'get_input') {
    const found = queryInput(call, scope);
    return found.kind === 'input' ? found.schema?.type : undefined;
  }
  if (call.name === 'get_property' || call.name === 'get_attribute') {
    const found = queryMember(call, call.name === 'get_property' ? 'properties' : 'attributes', scope);
    return found.kind === 'found' ? found.schema?.type : undefined;
  }
  const row = functionRow(call.name, scope.unit.version);
  return row === undefined || row.result === 'any' ? undefined : builtin(row.result);
}

const comparisons: ReadonlySet<string> = new Set([
  'equal',
  'greater_than',
  'greater_or_equal',
  'less_than',
  'less_or_equal',
  'valid_values',
]);

/** Of one type (2.0 §10.2.2.2): a value written down beside one whose type is known has to be of that type. */
function checkCompared(call: Call, section: string, scope: FunctionScope, findings: Findings): void {
  const [left, right] = call.arguments;
  if (left === undefined || right === undefined) return;
  const [of, other] = [typeOfCall(left, scope), typeOfCall(right, scope)];
  const others = call.name === 'valid_values' && right.kind === 'list' ? right.items : [right];
  if (of !== undefined) for (const one of others) checkLiteral(one, of, section, scope, findings);
  else if (other !== undefined && call.name !== 'valid_values') checkLiteral(left, other, section, scope, findings);
}

function checkLiteral(node: Node, type: DataType, section: string, scope: FunctionScope, findings: Findings): void {
  if (isLiteralOf(node, plainSchema(type), scope)) return;
  findings.add(
    'ValueTypeMismatch',
    `This is compared with a value of type "${dataTypeName(type)}", and it is ${describe(node)}.`,
    node.span,
    { section },
  );
}

/** What is written down can be a value of the type; clauses are not looked at, nor what functions give. */
function isLiteralOf(node: Node, schema: Schema, scope: FunctionScope): boolean {
  const { type } = schema;
  if (type === undefined || readCall(node, scope.unit.version) !== undefined) return true;
  const base = baseOf(type);
  if (base === undefined || base === 'any' || base === 'complex' || base === 'range') return true;
  const entry = entrySchemaOf(schema);
  if (base === 'list')
    return node.kind === 'list' && node.items.every((item) => entry === undefined || isLiteralOf(item, entry, scope));
  if (base === 'map')
    return (
      node.kind === 'map' && node.entries.every(({ value }) => entry === undefined || isLiteralOf(value, entry, scope))
    );
  if (node.kind !== 'scalar') return false;
  const units = unitsOf(type);
  if (units !== undefined) return typeof node.value === 'string' && readScalar(node.value, units)?.kind === 'scalar';
  return isScalarOf(node, base);
}

function isScalarOf({ value, text }: ScalarNode, base: Base): boolean {
  switch (base) {
    case 'integer':
    case 'float':
      return typeof value === 'number' || typeof value === 'bigint';
    case 'boolean':
      return typeof value === 'boolean';
    case 'version':
      return isVersionText(text);
    case 'timestamp':
      return isTimestampText(text);
    case 'nil':
      return value === null;
    case 'string':
    case 'bytes':
      return typeof value === 'string';
    default:
      return true;
  }
}

/** Literal arguments of a function of the file's own, against the one signature they can be for. */
export function checkCustomArguments(
  call: Call,
  signature: Node,
  unit: Unit,
  scope: FunctionScope,
  findings: Findings,
): void {
  const listed = (keyname: string): readonly Node[] => {
    const list = valueOf(signature, keyname);
    return list?.kind === 'list' ? list.items : [];
  };
  const schemas = [...listed('arguments'), ...listed('optional_arguments')].map((schema) => readSchema(schema, unit));
  for (const [index, argument] of call.arguments.entries()) {
    const schema = schemas[index] ?? schemas.at(-1);
    if (schema !== undefined && !isLiteralOf(argument, schema, scope))
      findings.add(
        'ValueTypeMismatch',
        `"$${call.name}" takes a value of type "${schema.typeName}" here, and this does not fit.`,
        argument.span,
        { section: '10.4' },
      );
  }
}
