/** Node filters: before 2.0 constraints on properties of the node and its capabilities, since 2.0 a condition. */
import { didYouMean } from '../../diagnostic/suggest.ts';
import type { Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { checkValue } from '../data/check-value.ts';
import { checkConstraint } from '../data/constraint.ts';
import { capabilitiesOf } from '../definitions/capability.ts';
import { namedItems } from '../definitions/requirement.ts';
import type { ValueDefinition, ValueDefinitions } from '../definitions/value.ts';
import { propertiesOf } from '../definitions/value.ts';
import type { Findings } from '../findings.ts';
import type { FunctionScope } from '../functions/scope.ts';
import { findType } from '../names/scope.ts';
import type { TypeDeclaration } from '../names/scope.ts';
import { describe } from '../structure/describe.ts';
import { isA } from '../types/lineage.ts';
import { checkCondition } from './values.ts';
import { sectionFor } from '../sections.ts';

const sectionOf = (findings: Findings): string => sectionFor('nodeFilter', findings.version);

/** `type`: of the nodes that are filtered, where it is known. */
export function checkNodeFilter(
  node: Node,
  type: TypeDeclaration | undefined,
  scope: FunctionScope,
  findings: Findings,
): void {
  if (scope.unit.version === '2.0') return checkCondition(node, scope, findings, '8.8');
  checkPropertyFilters(
    valueOf(node, 'properties'),
    type === undefined ? undefined : propertiesOf(type),
    type?.name ?? '',
    scope,
    findings,
  );
  for (const item of namedItems(valueOf(node, 'capabilities'))) {
    const capability = type === undefined ? undefined : findCapability(item.name, type, scope);
    if (capability === undefined && type !== undefined) {
      const hint = didYouMean(item.name, capabilitiesOf(type).keys());
      findings.add('UnknownCapability', `"${type.name}" has no capability "${item.name}".`, item.at, {
        section: sectionOf(findings),
        ...(hint === undefined ? {} : { hint }),
      });
    }
    checkPropertyFilters(valueOf(item.node, 'properties'), capability?.properties, item.name, scope, findings);
  }
}

/** By name, or by the name of its type. */
function findCapability(
  name: string,
  type: TypeDeclaration,
  scope: FunctionScope,
): { readonly properties: ValueDefinitions } | undefined {
  const capabilities = capabilitiesOf(type);
  const named = capabilities.get(name);
  if (named !== undefined) return named;
  const wanted = findType(scope.unit, 'capability', name);
  if (wanted === undefined) return undefined;
  return [...capabilities.values()].find((capability) => capability.type !== undefined && isA(capability.type, wanted));
}

function checkPropertyFilters(
  list: Node | undefined,
  definitions: ValueDefinitions | undefined,
  owner: string,
  scope: FunctionScope,
  findings: Findings,
): void {
  for (const { name, at, node } of namedItems(list)) {
    const definition = definitions?.get(name);
    if (definition === undefined && definitions !== undefined) {
      const hint = didYouMean(name, definitions.keys());
      findings.add('UnknownProperty', `"${owner}" has no property "${name}" to filter by.`, at, {
        section: sectionOf(findings),
        ...(hint === undefined ? {} : { hint }),
      });
    }
    checkPropertyFilter(node, definition, scope, findings);
  }
}

/** One clause, a list of them, or a value that has to be equal. */
export function checkPropertyFilter(
  node: Node,
  definition: ValueDefinition | undefined,
  scope: FunctionScope,
  findings: Findings,
): void {
  const type = definition?.schema?.type;
  if (node.kind === 'list' && node.items.length === 0 && !findings.isAfter('1.0'))
    findings.add('InvalidConstraint', 'A list of constraints has at least one.', node.span, {
      section: sectionOf(findings),
    });
  else if (node.kind === 'list') for (const clause of node.items) checkConstraint(clause, type, findings);
  else if (node.kind === 'map') checkConstraint(node, type, findings);
  else if (findings.isAfter('1.0')) checkValue(node, definition?.schema, scope, findings);
  else
    findings.add(
      'InvalidConstraint',
      `A constraint is a map of one operator, and this is ${describe(node)}.`,
      node.span,
      { section: sectionOf(findings) },
    );
}
