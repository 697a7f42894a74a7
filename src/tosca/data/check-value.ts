/** A value against its schema: type, what is in it, and every clause it must meet. Functions are checked as functions. */
import { didYouMean } from '../../diagnostic/suggest.ts';
import type { MapNode, Node, ScalarNode } from '../../document/node.ts';
import type { Schema } from '../definitions/schema.ts';
import { entrySchemaOf, keySchemaOf, plainSchema, typeClauses } from '../definitions/schema.ts';
import { propertiesOf } from '../definitions/value.ts';
import type { Findings } from '../findings.ts';
import { readCall } from '../functions/call.ts';
import { checkCall, checkNestedCalls } from '../functions/check.ts';
import { evaluate } from '../functions/evaluate.ts';
import type { FunctionScope } from '../functions/scope.ts';
import type { TypeDeclaration } from '../names/scope.ts';
import { describe } from '../structure/describe.ts';
import type { Builtin, DataType } from '../types/data-type.ts';
import { baseOf, dataTypeName } from '../types/data-type.ts';
import { brokenConstraint } from './constraint.ts';
import { valueOfNode } from './node-value.ts';
import type { Units } from './scalar-unit.ts';
import { readScalar, unitsOf } from './scalar-unit.ts';
import { isRfc3339, isTimestampText, isVersionText } from './texts.ts';
import { sectionFor } from '../sections.ts';

/** Types may hold values of their own type; a value nested deeper than this is not looked into. */
const deepest = 100;

export function checkValue(
  node: Node,
  schema: Schema | undefined,
  scope: FunctionScope,
  findings: Findings,
  depth = 0,
): void {
  const call = readCall(node, scope.unit.version);
  if (call?.kind === 'malformed') {
    findings.add('InvalidFunction', `"${call.text}" is a function among other keys.`, call.at, {
      section: '10.1',
      hint: `Write "$${call.text}" where the dollar is part of the text.`,
    });
    return;
  }
  if (call !== undefined) return checkCall(call, schema, scope, findings);
  if (schema?.type === undefined || depth > deepest) return checkNestedCalls(node, scope, findings);
  const before = findings.count();
  checkType(node, schema, schema.type, scope, findings, depth);
  if (findings.count() === before) checkClauses(node, schema, schema.type, scope, findings);
}

function mismatch(node: Node, type: DataType, findings: Findings, wanted?: string): void {
  const kind = wanted ?? wantedKind[baseOf(type) ?? 'any'];
  const name = dataTypeName(type);
  findings.add(
    'ValueTypeMismatch',
    `The value has to be ${kind}${kind.includes(name) ? '' : ` (${name})`}, and this is ${describe(node)}.`,
    node.span,
    {
      section: valueSection(findings),
    },
  );
}

const valueSection = (findings: Findings): string => sectionFor('value', findings.version);

const wantedKind: Readonly<Record<Builtin | 'complex', string>> = {
  string: 'a string',
  integer: 'an integer',
  float: 'a number',
  boolean: 'a boolean, true or false',
  bytes: 'Base64 text in quotes',
  nil: 'null',
  timestamp: 'a timestamp such as 2026-03-01T12:00:00Z',
  version: 'a version such as 1.0 or 2.1.0.beta-3',
  range: 'a range, [least, most]',
  list: 'a list',
  map: 'a map',
  scalar: 'a number and a unit',
  'scalar-unit.size': 'a number and a unit of size, such as 10 GB',
  'scalar-unit.time': 'a number and a unit of time, such as 30 s',
  'scalar-unit.frequency': 'a number and a unit of frequency, such as 2.4 GHz',
  'scalar-unit.bitrate': 'a number and a unit of bitrate, such as 10 Mbps',
  any: 'anything',
  complex: 'a map of properties',
};

function checkType(
  node: Node,
  schema: Schema,
  type: DataType,
  scope: FunctionScope,
  findings: Findings,
  depth: number,
): void {
  const base = baseOf(type);
  if (base === undefined || base === 'any') return checkNestedCalls(node, scope, findings);
  if (base === 'complex')
    return type.kind === 'declared' ? checkComplex(node, type.type, scope, findings, depth) : undefined;
  if (base === 'list' || base === 'map') return checkCollection(node, schema, base, type, scope, findings, depth);
  const units = unitsOf(type);
  if (units !== undefined) return checkScalar(node, type, units, scope, findings);
  if (base === 'range') {
    if (!isRange(node)) mismatch(node, type, findings);
  } else if (base !== 'scalar' && (node.kind !== 'scalar' || !isScalarOf(node, base, scope.unit.version === '2.0')))
    mismatch(node, type, findings);
}

const isInteger = ({ value, text }: ScalarNode): boolean =>
  typeof value === 'bigint' ||
  (typeof value === 'number' && Number.isInteger(value) && !/[.eE]/.test(text.replace(/^0x.*/i, '')));

const base64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/;

/** `strict`: as 2.0 has it, where a scalar is exactly what YAML's core schema says and never turned into something else. */
function isScalarOf(node: ScalarNode, base: string, strict: boolean): boolean {
  const { value, text } = node;
  switch (base) {
    case 'string':
      return typeof value === 'string';
    case 'integer':
      return isInteger(node);
    case 'float':
      return typeof value === 'number' || typeof value === 'bigint';
    case 'boolean':
      return typeof value === 'boolean' && (!strict || text === 'true' || text === 'false');
    case 'bytes':
      return typeof value === 'string' && node.tag === undefined && base64.test(value);
    case 'nil':
      return value === null && (!strict || text === 'null');
    case 'timestamp':
      return strict ? typeof value === 'string' && isRfc3339(value) : isTimestampText(text);
    case 'version':
      return typeof value !== 'boolean' && value !== null && isVersionText(text);
    default:
      return true;
  }
}

function isRange(node: Node): boolean {
  if (node.kind !== 'list' || node.items.length !== 2) return false;
  const [least, most] = node.items;
  if (least?.kind !== 'scalar' || most?.kind !== 'scalar') return false;
  const open = (bound: ScalarNode): boolean => bound.value === 'UNBOUNDED';
  if (!(open(least) || isInteger(least)) || !(open(most) || isInteger(most))) return false;
  return open(least) || open(most) || Number(least.value) <= Number(most.value);
}

function checkScalar(node: Node, type: DataType, units: Units, scope: FunctionScope, findings: Findings): void {
  const text = node.kind === 'scalar' && node.value !== null ? node.text : undefined;
  const read = text === undefined ? undefined : readScalar(text, units);
  if (read === undefined || read.kind === 'no-number') return mismatch(node, type, findings);
  if (read.kind === 'no-unit') {
    findings.add(
      'ValueTypeMismatch',
      `The value lacks a unit: ${[...units.factors.keys()].slice(0, 12).join(', ')}.`,
      node.span,
      { section: valueSection(findings) },
    );
    return;
  }
  if (read.kind === 'unknown-unit') {
    const hint = didYouMean(read.unit, units.factors.keys());
    findings.add('ValueTypeMismatch', `"${read.unit}" is no unit of "${dataTypeName(type)}".`, node.span, {
      section: valueSection(findings),
      ...(hint === undefined ? {} : { hint }),
    });
    return;
  }
  // 1.x has no negative sizes, times or frequencies.
  if (scope.unit.version !== '2.0' && read.number < 0)
    return mismatch(node, type, findings, 'a number of at least 0 and a unit');
  const number: ScalarNode = {
    kind: 'scalar',
    value: /^[-+]?\d+$/.test(read.numberText) ? Math.trunc(read.number) : read.number,
    text: read.numberText,
    style: 'plain',
    span: node.span,
  };
  checkValue(number, plainSchema(units.number), scope, findings);
}

function checkCollection(
  node: Node,
  schema: Schema,
  base: 'list' | 'map',
  type: DataType,
  scope: FunctionScope,
  findings: Findings,
  depth: number,
): void {
  if (node.kind !== base) return mismatch(node, type, findings);
  const entries = entrySchemaOf(schema);
  if (node.kind === 'list') for (const item of node.items) checkValue(item, entries, scope, findings, depth + 1);
  else checkMapEntries(node, schema, entries, scope, findings, depth);
}

function checkMapEntries(
  node: MapNode,
  schema: Schema,
  entries: Schema | undefined,
  scope: FunctionScope,
  findings: Findings,
  depth: number,
): void {
  const keys = keySchemaOf(schema);
  for (const { key, value } of node.entries) {
    checkValue(before20(key, scope), keys, scope, findings, depth + 1);
    checkValue(value, entries, scope, findings, depth + 1);
  }
}

/** Before 2.0 a number is a fine key: it is taken as the text it is. */
function before20(key: Node, scope: FunctionScope): Node {
  if (scope.unit.version === '2.0' || key.kind !== 'scalar' || typeof key.value === 'string') return key;
  return { ...key, value: key.text };
}

function checkComplex(
  node: Node,
  type: TypeDeclaration,
  scope: FunctionScope,
  findings: Findings,
  depth: number,
): void {
  if (node.kind !== 'map') return mismatch(node, { kind: 'declared', type }, findings);
  const members = propertiesOf(type);
  const given = new Set<string>();
  for (const { key, value } of node.entries) {
    const name = key.kind === 'scalar' ? String(key.value) : '';
    given.add(name);
    const member = members.get(name);
    if (member !== undefined) checkMember(value, member.schema, member.required, scope, findings, depth);
    else if (members.size > 0 || scope.unit.version === '2.0') {
      const hint = didYouMean(name, members.keys());
      findings.add('UnknownProperty', `"${type.name}" has no property "${name}".`, key.span, {
        section: sectionFor('dataType', findings.version),
        ...(hint === undefined ? {} : { hint }),
      });
    }
  }
  for (const member of members.values())
    if (member.required && member.default === undefined && member.fixed === undefined && !given.has(member.name))
      findings.add('MissingRequiredProperty', `The value of type "${type.name}" lacks "${member.name}".`, node.span, {
        section: sectionFor('dataType', findings.version),
      });
}

function checkMember(
  value: Node,
  schema: Schema | undefined,
  required: boolean,
  scope: FunctionScope,
  findings: Findings,
  depth: number,
): void {
  const isLeftOut = !required && value.kind === 'scalar' && value.value === null && scope.unit.version !== '2.0';
  if (!isLeftOut) checkValue(value, schema, scope, findings, depth + 1);
}

function checkClauses(node: Node, schema: Schema, type: DataType, scope: FunctionScope, findings: Findings): void {
  const clauses = [...(type.kind === 'declared' ? typeClauses(type.type) : []), ...schema.clauses];
  if (clauses.length === 0) return;
  const value = valueOfNode(node);
  for (const clause of clauses) {
    const isNew = clause.unit.version === '2.0';
    const broken = isNew
      ? evaluate(clause.node, { ...scope, unit: clause.unit, value: { value, type } })?.value === false
        ? 'the validation of its definition'
        : undefined
      : brokenConstraint(clause.node, node, type);
    if (broken === undefined) continue;
    findings.add(
      'ConstraintViolation',
      `${describe(node).replace(/^./, (first) => first.toUpperCase())} breaks ${broken}.`,
      node.span,
      {
        section: sectionFor('constraint', findings.version),
        related: [{ message: 'It is demanded here.', at: clause.node.span }],
      },
    );
  }
}
