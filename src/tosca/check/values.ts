/** Definitions of properties, attributes and parameters: their own types, defaults and clauses, and what they change. */
import type { Span } from '../../diagnostic/problem.ts';
import type { Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { checkConstraint } from '../data/constraint.ts';
import { checkValue } from '../data/check-value.ts';
import type { Schema } from '../definitions/schema.ts';
import { asMap, entrySchemaOf, isCollection } from '../definitions/schema.ts';
import type { Mention, ValueDefinition, ValueDefinitions } from '../definitions/value.ts';
import { isDefinition } from '../definitions/value.ts';
import type { Findings } from '../findings.ts';
import { readCall } from '../functions/call.ts';
import { checkNestedCalls } from '../functions/check.ts';
import { functionRow } from '../functions/table.ts';
import type { FunctionScope } from '../functions/scope.ts';
import type { Unit } from '../load/unit.ts';
import { checkConstruct } from '../structure/check.ts';
import { describe } from '../structure/describe.ts';
import type { DataType } from '../types/data-type.ts';
import { baseOf, dataTypeName, findDataType, isDataType } from '../types/data-type.ts';
import { textOf } from '../types/lineage.ts';
import { requireDataType } from './names.ts';
import { sectionFor } from '../sections.ts';

export type ValueKind = 'property' | 'attribute' | 'parameter';

/** `required`: a definition without a type is none. Parameters that are given a value have its type. */
export type ValueRules = { readonly kind: ValueKind; readonly typeRequired: boolean; readonly scope: FunctionScope };

/** One section as it stands in `unit`, against all that is known of each name. */
export function checkValueSection(
  section: Node | undefined,
  all: ValueDefinitions,
  unit: Unit,
  findings: Findings,
  rules: ValueRules,
): void {
  for (const { key, value } of asMap(section)?.entries ?? []) {
    const definition = key.kind === 'scalar' ? all.get(String(key.value)) : undefined;
    if (definition === undefined) continue;
    const index = definition.mentions.findIndex((mention) => mention.node === value);
    checkDefinition(definition, Math.max(index, 0), key.span, unit, findings, rules);
  }
}

function checkDefinition(
  definition: ValueDefinition,
  index: number,
  at: Span,
  unit: Unit,
  findings: Findings,
  rules: ValueRules,
): void {
  const mention = definition.mentions[index];
  if (mention === undefined) return;
  const { node } = mention;
  const isInherited = index > 0;
  if (!isDefinition(node, isInherited, unit)) return checkFixed(definition, node, isInherited, at, findings, rules);
  if (unit.version === '2.0') completeStructure(node, isInherited, at, findings, rules);
  const typeNode = valueOf(node, 'type');
  if (typeNode === undefined && definition.schema === undefined && rules.typeRequired && node.kind === 'map')
    findings.add('MissingRequiredKeyname', `The ${rules.kind} definition "${definition.name}" lacks "type".`, at, {
      section: sectionOf(findings, rules.kind),
    });
  checkSchema(node, definition.schema, unit, findings);
  if (isInherited) checkRefinement(definition, index, findings, rules);
  checkGivenValue(valueOf(node, 'default'), definition.schema, findings, rules);
  checkGivenValue(valueOf(node, 'value'), definition.schema, findings, rules);
}

const sectionOf = (findings: Findings, kind: ValueKind): string => sectionFor(kind, findings.version);

/** 2.0: the grammar left open whether it is a definition; it is, so all its keynames count. */
function completeStructure(node: Node, isInherited: boolean, at: Span, findings: Findings, rules: ValueRules): void {
  if (isInherited || node.kind !== 'map') {
    if (node.kind !== 'map' && rules.kind !== 'parameter')
      findings.add(
        'InvalidType',
        `A ${rules.kind} definition has to be a map of keynames, and this is ${describe(node)}.`,
        at,
        {
          section: sectionOf(findings, rules.kind),
          hint: 'A value alone may follow a name only where the definition is inherited.',
        },
      );
    return;
  }
  const known = node.entries.some(
    ({ key }) =>
      key.kind === 'scalar' && (key.value === 'type' || key.value === 'description' || key.value === 'default'),
  );
  if (!known && rules.kind !== 'parameter') checkConstruct(node, rules.kind, at, findings);
}

function checkFixed(
  definition: ValueDefinition,
  node: Node,
  isInherited: boolean,
  at: Span,
  findings: Findings,
  rules: ValueRules,
): void {
  if (!isInherited && rules.typeRequired) {
    findings.add('InvalidType', `Nothing is known of "${definition.name}" that a value alone could refine.`, at, {
      section: sectionOf(findings, rules.kind),
    });
    return;
  }
  if (fixedBefore(definition, node) !== undefined) return reportFixed(definition, node, at, findings);
  checkValue(node, definition.schema, rules.scope, findings);
}

/** The mention that gave the value before this one. */
function fixedBefore(definition: ValueDefinition, node: Node): Mention | undefined {
  const index = definition.mentions.findIndex((mention) => mention.node === node);
  return definition.mentions
    .slice(0, Math.max(index, 0))
    .find(
      (mention, place) =>
        valueOf(mention.node, 'value') !== undefined || !isDefinition(mention.node, place > 0, mention.unit),
    );
}

function reportFixed(definition: ValueDefinition, node: Node, at: Span, findings: Findings): void {
  const before = fixedBefore(definition, node);
  findings.add('FixedValue', `"${definition.name}" has its value already; what derives can’t change it.`, at, {
    section: '9.4',
    ...(before === undefined ? {} : { related: [{ message: 'It is given here.', at: before.at }] }),
  });
}

function checkGivenValue(
  node: Node | undefined,
  schema: Schema | undefined,
  findings: Findings,
  { scope }: ValueRules,
): void {
  if (node === undefined) return;
  // No value given is what null says before 2.0.
  if (scope.unit.version !== '2.0' && node.kind === 'scalar' && node.value === null) return;
  checkValue(node, schema, scope, findings);
}

/** Types, entry schemas and clauses as written in one place. `schema` is what they come to with all that is inherited. */
export function checkSchema(node: Node, schema: Schema | undefined, unit: Unit, findings: Findings): void {
  const typeNode = node.kind === 'scalar' ? node : valueOf(node, 'type');
  const own = requireDataType(typeNode, unit, findings);
  if (own?.kind === 'builtin' && own.name === 'scalar' && typeNode !== undefined)
    findings.add(
      'InvalidSchema',
      'No value can be just a "scalar": derive a type that names its units.',
      typeNode.span,
      { section: '9.1.2.2' },
    );
  const type = schema?.type;
  checkInnerSchemas(node, schema, unit, findings);
  const constraints = valueOf(node, 'constraints');
  const clauses: readonly Node[] = constraints?.kind === 'list' ? constraints.items : [];
  for (const clause of clauses) checkConstraint(clause, type, findings);
  checkValidation(valueOf(node, 'validation'), type, unit, findings);
}

function checkInnerSchemas(node: Node, schema: Schema | undefined, unit: Unit, findings: Findings): void {
  const entry = valueOf(node, 'entry_schema');
  const key = valueOf(node, 'key_schema');
  const section = sectionFor('schema', findings.version);
  const base = schema?.type === undefined ? undefined : baseOf(schema.type);
  const known = base !== undefined && base !== 'any' && schema !== undefined;
  if (entry !== undefined) {
    if (known && !isCollection(schema))
      findings.add(
        'InvalidSchema',
        `A value of type "${schema.typeName}" has no entries, so "entry_schema" has no place here.`,
        entry.span,
        { section },
      );
    checkSchema(entry, schema === undefined ? undefined : entrySchemaOf(schema), unit, findings);
    checkShortEntrySchema(entry, base, schema, unit, findings);
  }
  if (key === undefined) return;
  if (known && base !== 'map')
    findings.add(
      'InvalidSchema',
      `A value of type "${schema.typeName}" has no keys, so "key_schema" has no place here.`,
      key.span,
      { section },
    );
  checkSchema(key, schema?.keySchema, unit, findings);
  const keyBase = schema?.keySchema?.type === undefined ? undefined : baseOf(schema.keySchema.type);
  if (keyBase !== undefined && keyBase !== 'string')
    findings.add(
      'InvalidSchema',
      `The keys of a map are strings, and "${schema?.keySchema?.typeName ?? ''}" is not derived from string.`,
      key.span,
      { section },
    );
}

/** OASIS's suite takes the single-line schema of a map for one of its texts: any other type needs the long notation. */
function checkShortEntrySchema(
  entry: Node,
  base: ReturnType<typeof baseOf>,
  schema: Schema | undefined,
  unit: Unit,
  findings: Findings,
): void {
  if (
    unit.version !== '2.0' ||
    base !== 'map' ||
    entry.kind !== 'scalar' ||
    schema?.entrySchema?.type?.kind !== 'builtin'
  )
    return;
  if (schema.entrySchema.type.name === 'string') return;
  findings.add(
    'InvalidSchema',
    `In a map, "entry_schema: ${entry.text}" has to be written in the long notation.`,
    entry.span,
    {
      section: '9.3',
      hint: `entry_schema: { type: ${entry.text} }`,
    },
  );
}

/** 2.0: an expression that is true or false. */
export function checkValidation(
  node: Node | undefined,
  type: DataType | undefined,
  unit: Unit,
  findings: Findings,
): void {
  if (node === undefined) return;
  checkCondition(
    node,
    { unit, topology: undefined, self: { kind: 'open' }, isOpen: true, value: { value: null, type } },
    findings,
    sectionFor('constraint', unit.version),
  );
}

export function checkCondition(node: Node, scope: FunctionScope, findings: Findings, section: string): void {
  const call = readCall(node, scope.unit.version);
  const row = call?.kind === 'call' ? functionRow(call.name, scope.unit.version) : undefined;
  const isBoolean =
    call === undefined
      ? node.kind === 'scalar' && typeof node.value === 'boolean'
      : row === undefined || row.result === 'boolean' || row.result === 'any';
  if (!isBoolean || call?.kind === 'malformed')
    findings.add(
      'InvalidFunction',
      `A condition is a function that gives true or false, and this is ${call?.kind === 'call' ? `"$${call.name}"` : describe(node)}.`,
      node.span,
      { section },
    );
  checkNestedCalls(node, scope, findings);
}

function checkRefinement(definition: ValueDefinition, index: number, findings: Findings, rules: ValueRules): void {
  const mention = definition.mentions[index];
  const before = schemaBefore(definition, index);
  if (mention === undefined) return;
  if (fixedBefore(definition, mention.node) !== undefined && valueOf(mention.node, 'value') !== undefined)
    return reportFixed(definition, mention.node, valueOf(mention.node, 'value')?.span ?? mention.at, findings);
  const typeNode = valueOf(mention.node, 'type');
  const section = sectionOf(findings, rules.kind);
  const now = definition.schema?.type;
  if (typeNode !== undefined && now !== undefined && before !== undefined && !isDataType(now, before))
    findings.add(
      'InvalidRefinement',
      `"${definition.name}" is of type "${dataTypeName(before)}"; it can only become a type derived from that.`,
      typeNode.span,
      {
        section,
        ...relatedTo(definition.mentions[0]),
      },
    );
  const required = valueOf(mention.node, 'required');
  if (
    required?.kind === 'scalar' &&
    required.value === false &&
    wasRequired(definition, index) &&
    rules.kind !== 'attribute' &&
    findings.version === '2.0'
  )
    findings.add(
      'InvalidRefinement',
      `"${definition.name}" is required; what derives can’t make it optional.`,
      required.span,
      { section, ...relatedTo(definition.mentions[0]) },
    );
}

const relatedTo = (mention: Mention | undefined): { related?: readonly { message: string; at: Span }[] } =>
  mention === undefined ? {} : { related: [{ message: 'It is declared here.', at: mention.at }] };

const wasRequired = (definition: ValueDefinition, index: number): boolean =>
  definition.mentions.slice(0, index).every(({ node }) => {
    const required = valueOf(node, 'required');
    return !(required?.kind === 'scalar' && required.value === false);
  });

/** The type as the mentions before this one have it. */
function schemaBefore(definition: ValueDefinition, index: number): DataType | undefined {
  for (const { node, unit } of definition.mentions.slice(0, index).toReversed()) {
    const name = textOf(valueOf(node, 'type'));
    if (name !== undefined) return findDataType(unit, name);
  }
  return undefined;
}
