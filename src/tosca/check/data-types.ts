/** Data types: complex ones have properties, derived ones clauses, scalars units. */
import type { Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { checkConstraint } from '../data/constraint.ts';
import { checkValue } from '../data/check-value.ts';
import { inheritedFactors, unitsOf } from '../data/scalar-unit.ts';
import { asMap, plainSchema } from '../definitions/schema.ts';
import { propertiesOf } from '../definitions/value.ts';
import type { Findings } from '../findings.ts';
import { scopeOfType } from '../functions/scope.ts';
import { bodyOf } from '../names/scope.ts';
import type { TypeDeclaration } from '../names/scope.ts';
import type { DataType } from '../types/data-type.ts';
import { baseOf, findDataType } from '../types/data-type.ts';
import { inheritedNode, parentNode, textOf } from '../types/lineage.ts';
import { requireDataType } from './names.ts';
import { checkSchema, checkValidation, checkValueSection } from './values.ts';
import { sectionFor } from '../sections.ts';

export function checkDataType(type: TypeDeclaration, findings: Findings): void {
  const { unit } = type;
  const body = bodyOf(type);
  const own: DataType = { kind: 'declared', type };
  const base = baseOf(own);
  const section = sectionFor('dataType', findings.version);
  const properties = asMap(valueOf(body, 'properties'));
  if (properties !== undefined && properties.entries.length > 0 && base !== 'complex' && base !== undefined)
    findings.add(
      'InvalidNativeTypeExtend',
      `"${type.name}" derives from the built-in type "${base}", so it can’t have properties.`,
      parentNode(type)?.span ?? type.at,
      { section },
    );
  if (unit.version === '2.0') checkSubstance(type, section, findings);
  checkValueSection(properties, propertiesOf(type), unit, findings, {
    kind: 'property',
    typeRequired: true,
    scope: scopeOfType(type),
  });
  checkClauses(type, base, section, findings);
  const hasSchemas = valueOf(body, 'entry_schema') ?? valueOf(body, 'key_schema');
  if (hasSchemas !== undefined && body !== undefined) checkSchemas(type, own, base, findings);
  checkScalarType(type, base, findings);
}

/** 2.0 §9.2: derived, or with properties; and a section of properties has some. */
function checkSubstance(type: TypeDeclaration, section: string, findings: Findings): void {
  const body = bodyOf(type);
  const properties = asMap(valueOf(body, 'properties'));
  if (
    valueOf(body, 'derived_from') === undefined &&
    properties === undefined &&
    valueOf(body, 'units') === undefined &&
    body !== undefined &&
    body.entries.length > 0
  )
    findings.add(
      'MissingRequiredKeyname',
      `The data type "${type.name}" lacks "derived_from" or "properties".`,
      type.at,
      { section },
    );
}

function checkClauses(
  type: TypeDeclaration,
  base: ReturnType<typeof baseOf>,
  section: string,
  findings: Findings,
): void {
  const body = bodyOf(type);
  const constraints = valueOf(body, 'constraints');
  if (constraints?.kind === 'list') {
    if (base === 'complex')
      findings.add(
        'InvalidConstraint',
        `"${type.name}" derives from no built-in type, so it can’t have constraints.`,
        constraints.span,
        { section },
      );
    else for (const clause of constraints.items) checkConstraint(clause, { kind: 'declared', type }, findings);
  }
  checkValidation(valueOf(body, 'validation'), { kind: 'declared', type }, type.unit, findings);
}

function checkSchemas(type: TypeDeclaration, own: DataType, base: ReturnType<typeof baseOf>, findings: Findings): void {
  const body = bodyOf(type);
  if (body === undefined) return;
  const section = sectionFor('dataType', findings.version);
  for (const keyname of ['entry_schema', 'key_schema'] as const) {
    const node = valueOf(body, keyname);
    if (node === undefined) continue;
    const fits = base === undefined || base === 'map' || (base === 'list' && keyname === 'entry_schema');
    if (!fits)
      findings.add(
        'InvalidSchema',
        `"${type.name}" derives from no ${keyname === 'key_schema' ? 'map' : 'list or map'}, so "${keyname}" has no place here.`,
        node.span,
        { section },
      );
    checkSchema(node, undefined, type.unit, findings);
  }
  void own;
}

const scalarKeynames = ['units', 'data_type', 'canonical_unit', 'prefixes'] as const;

/** Final 2.0: what one of it is has to be certain. Factors are of the type's own numbers. */
function checkScalarType(type: TypeDeclaration, base: ReturnType<typeof baseOf>, findings: Findings): void {
  const body = bodyOf(type);
  const present = scalarKeynames.filter((keyname) => valueOf(body, keyname) !== undefined);
  const report = (message: string, node?: Node): void =>
    findings.add('InvalidScalarType', message, node?.span ?? type.at, { section: '9.1.2.2' });
  if (base !== 'scalar') {
    const [first] = present;
    if (first !== undefined && base !== undefined)
      report(
        `"${first}" belongs to types that derive from "scalar", and "${type.name}" does not.`,
        parentNode(type) ?? valueOf(body, first),
      );
    return;
  }
  const number = valueOf(body, 'data_type');
  const numberType = requireDataType(number, type.unit, findings);
  const numberBase = numberType === undefined ? undefined : baseOf(numberType);
  if (number !== undefined && numberBase !== undefined && numberBase !== 'integer' && numberBase !== 'float')
    report(`The number of a scalar is an integer or a float, and "${textOf(number) ?? ''}" is neither.`, number);
  const units = inheritedNode(type, 'units');
  if (units === undefined) return report(`The scalar type "${type.name}" lacks "units".`);
  checkFactors(type, findings);
  checkCanonical(type, report);
}

function checkFactors(type: TypeDeclaration, findings: Findings): void {
  const number = inheritedNode(type, 'data_type');
  const name = textOf(number?.node);
  const numberType = name === undefined || number === undefined ? undefined : findDataType(number.from.unit, name);
  for (const keyname of ['units', 'prefixes'] as const) {
    for (const { value } of asMap(valueOf(bodyOf(type), keyname))?.entries ?? []) {
      if (value.kind !== 'scalar' || numberType === undefined) continue;
      // 1.0 is as good a one as 1; other fractions are no integers.
      const whole =
        typeof value.value === 'number' && Number.isInteger(value.value)
          ? { ...value, text: String(value.value) }
          : value;
      checkValue(whole, plainSchema(numberType), scopeOfType(type), findings);
    }
  }
}

function checkCanonical(type: TypeDeclaration, report: (message: string, node?: Node) => void): void {
  const units = inheritedFactors(type, 'units');
  const prefixNode = inheritedNode(type, 'prefixes');
  const prefixes = inheritedFactors(type, 'prefixes');
  const unitsNode = valueOf(bodyOf(type), 'units') ?? inheritedNode(type, 'units')?.node;
  const canonical = inheritedNode(type, 'canonical_unit');
  const all = unitsOf({ kind: 'declared', type })?.factors ?? new Map<string, number>();
  const name = textOf(canonical?.node);
  if (prefixNode !== undefined && ![...prefixes.values()].includes(1))
    report('One of the prefixes has to have the factor 1; the empty one, usually.', prefixNode.node);
  if (name !== undefined && canonical !== undefined) {
    const factor = all.get(name);
    if (factor === undefined) report(`The canonical unit "${name}" is none of the units.`, canonical.node);
    else if (factor !== 1)
      report(`The canonical unit "${name}" has the factor ${factor}; it has to be 1.`, canonical.node);
    return;
  }
  const ones = [...units].filter(([, factor]) => factor === 1);
  if (ones.length === 0) report('One of the units has to have the factor 1.', unitsNode);
  else if (ones.length > 1)
    report(
      `Several units have the factor 1 (${ones.map(([unit]) => unit).join(', ')}): say which one is the canonical_unit.`,
      unitsNode,
    );
}
