/** Names of types where they are used: known, or told to be unknown once, there. */
import type { Node } from '../../document/node.ts';
import { didYouMean } from '../../diagnostic/suggest.ts';
import type { Findings } from '../findings.ts';
import type { Unit } from '../load/unit.ts';
import type { Category } from '../names/category.ts';
import { categoryRows } from '../names/category.ts';
import type { TypeDeclaration } from '../names/scope.ts';
import { findType, isBeyondKnowledge, typeNames } from '../names/scope.ts';
import type { ToscaProblemCode } from '../problems.ts';
import type { DataType } from '../types/data-type.ts';
import { builtinDataTypes, findDataType } from '../types/data-type.ts';
import { textOf } from '../types/lineage.ts';

export function requireType(
  node: Node | undefined,
  category: Category,
  unit: Unit,
  findings: Findings,
  code: ToscaProblemCode = categoryRows[category].unknown,
): TypeDeclaration | undefined {
  const name = textOf(node);
  if (node === undefined || name === undefined) return undefined;
  const found = findType(unit, category, name);
  if (found === undefined && !isBeyondKnowledge(unit, name)) reportUnknown(name, node, category, unit, findings, code);
  return found;
}

/** One that may be of either kind: targets of a policy are node or group types. */
export function requireEither(
  node: Node,
  kinds: readonly Category[],
  unit: Unit,
  findings: Findings,
): TypeDeclaration | undefined {
  const name = textOf(node);
  if (name === undefined) return undefined;
  for (const kind of kinds) {
    const found = findType(unit, kind, name);
    if (found !== undefined) return found;
  }
  const [first = 'node'] = kinds;
  if (!isBeyondKnowledge(unit, name)) reportUnknown(name, node, first, unit, findings, categoryRows[first].unknown);
  return undefined;
}

export function requireDataType(node: Node | undefined, unit: Unit, findings: Findings): DataType | undefined {
  const name = textOf(node);
  if (node === undefined || name === undefined) return undefined;
  const found = findDataType(unit, name);
  if (found === undefined && !isBeyondKnowledge(unit, name))
    reportUnknown(name, node, 'data', unit, findings, 'UnknownDataType');
  return found;
}

function reportUnknown(
  name: string,
  node: Node,
  category: Category,
  unit: Unit,
  findings: Findings,
  code: ToscaProblemCode,
): void {
  const { title } = categoryRows[category];
  findings.add(code, `No ${title} "${name}" is known in this file.`, node.span, {
    hint: hintFor(name, category, unit),
  });
}

function hintFor(name: string, category: Category, unit: Unit): string {
  const known =
    category === 'data' ? [...typeNames(unit, 'data'), ...builtinDataTypes(unit.version)] : typeNames(unit, category);
  const meant = category === 'data' ? elsewhere[name.toLowerCase()] : undefined;
  if (meant !== undefined) return `TOSCA calls it "${meant}".`;
  const near = didYouMean(name, known);
  if (near !== undefined) return near;
  const other = otherKind(name, category, unit);
  if (other !== undefined) return `"${name}" is the name of a ${other}.`;
  const isNormative = unit.version === '2.0' && (/^tosca[.:]/.test(name) || simpleNames.has(name));
  return isNormative
    ? 'Since TOSCA 2.0 no types are known without an import: add "- profile: org.oasis-open.simple:2.0" to the imports.'
    : `Declare it below ${categoryRows[category].section}, or import a file that does.`;
}

/** What other languages call the built-in types. */
const elsewhere: Readonly<Record<string, string>> = {
  int: 'integer',
  long: 'integer',
  number: 'float',
  double: 'float',
  bool: 'boolean',
  str: 'string',
  text: 'string',
  array: 'list',
  sequence: 'list',
  dict: 'map',
  object: 'map',
  date: 'timestamp',
  datetime: 'timestamp',
};

const simpleNames = new Set([
  'Compute',
  'SoftwareComponent',
  'WebServer',
  'WebApplication',
  'DBMS',
  'Database',
  'HostedOn',
  'ConnectsTo',
  'DependsOn',
  'Endpoint',
  'Container',
]);

function otherKind(name: string, category: Category, unit: Unit): string | undefined {
  for (const [other, row] of Object.entries(categoryRows)) {
    if (other === category || !isCategory(other)) continue;
    if (findType(unit, other, name) !== undefined) return row.title;
  }
  return undefined;
}

const isCategory = (text: string): text is Category => Object.hasOwn(categoryRows, text);
