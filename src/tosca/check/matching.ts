/** Which nodes of a template could be the target of an open requirement (1.3 §3.8.2: by type, capability and filter). */
import type { Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { brokenConstraint } from '../data/constraint.ts';
import { equalValues } from '../data/compare.ts';
import { valueOfNode } from '../data/node-value.ts';
import { capabilitiesOf } from '../definitions/capability.ts';
import { namedItems } from '../definitions/requirement.ts';
import type { ValueDefinitions } from '../definitions/value.ts';
import { propertiesOf } from '../definitions/value.ts';
import { evaluate } from '../functions/evaluate.ts';
import { scopeOfRequirement, scopeOfTemplate } from '../functions/scope.ts';
import type { RequirementAssignment } from '../topology/requirement.ts';
import { leadingTo, targetType } from '../topology/requirement.ts';
import type { Template } from '../topology/topology.ts';
import { sectionOf } from '../topology/topology.ts';
import { isA } from '../types/lineage.ts';

/** `unknown`: whether one does depends on values that are not known yet. */
export type Match = Template | 'none' | 'unknown';

export function findMatch(assignment: RequirementAssignment, filter: Node | undefined): Match {
  const { source, definition } = assignment;
  const wantedType = targetType(assignment);
  const wantedCapability = definition?.capabilityType;
  if (wantedType === undefined && wantedCapability === undefined) return 'unknown';
  let unsure = false;
  let candidates = 0;
  for (const candidate of source.topology.nodes.values()) {
    const { type } = candidate;
    if (candidate === source) continue;
    if (type === undefined) {
      unsure = true;
      continue;
    }
    if (wantedType !== undefined && !isA(type, wantedType)) continue;
    if (
      wantedCapability !== undefined &&
      ![...capabilitiesOf(type).values()].some((one) => one.type !== undefined && isA(one.type, wantedCapability))
    )
      continue;
    candidates++;
    const meets = filter === undefined ? true : meetsDemand(assignment, candidate, filter);
    if (meets === true) return candidate;
    if (meets === undefined) unsure = true;
  }
  // With no node of the kind at all, one from outside is meant.
  return unsure || candidates === 0 ? 'unknown' : 'none';
}

const meetsDemand = (assignment: RequirementAssignment, candidate: Template, filter: Node): boolean | undefined =>
  candidate.topology.unit.version === '2.0'
    ? meetsCondition(leadingTo(assignment, candidate), filter)
    : meetsFilter(candidate, filter);

/** 2.0: SELF is the relationship that there would be (§8.8). */
function meetsCondition(assignment: RequirementAssignment, filter: Node): boolean | undefined {
  const found = evaluate(filter, scopeOfRequirement(assignment))?.value;
  return typeof found === 'boolean' ? found : undefined;
}

/** Whether a node meets the clauses of a filter of 1.x. */
function meetsFilter(candidate: Template, filter: Node): boolean | undefined {
  const { type } = candidate;
  if (type === undefined) return undefined;
  const results = [
    meetsProperties(candidate, sectionOf(candidate, 'properties'), propertiesOf(type), valueOf(filter, 'properties')),
  ];
  for (const item of namedItems(valueOf(filter, 'capabilities'))) {
    const capability = capabilitiesOf(type).get(item.name);
    if (capability === undefined) return undefined;
    const assigned = valueOf(valueOf(sectionOf(candidate, 'capabilities'), item.name), 'properties');
    results.push(meetsProperties(candidate, assigned, capability.properties, valueOf(item.node, 'properties')));
  }
  return results.includes(false) ? false : results.includes(undefined) ? undefined : true;
}

function meetsProperties(
  candidate: Template,
  assigned: Node | undefined,
  definitions: ValueDefinitions,
  clauses: Node | undefined,
): boolean | undefined {
  let known: boolean | undefined = true;
  for (const { name, node } of namedItems(clauses)) {
    const definition = definitions.get(name);
    const value = valueOf(assigned, name) ?? definition?.fixed?.node ?? definition?.default?.node;
    // A property without a value meets no demand.
    if (value === undefined) return definition === undefined ? undefined : false;
    const meets = meetsClauses(value, node, candidate, definition?.schema?.type);
    if (meets === false) return false;
    if (meets === undefined) known = undefined;
  }
  return known;
}

function meetsClauses(
  value: Node,
  clauses: Node,
  candidate: Template,
  type: Parameters<typeof brokenConstraint>[2],
): boolean | undefined {
  const found = evaluate(value, scopeOfTemplate(candidate), type);
  if (found === undefined) return undefined;
  const all = clauses.kind === 'list' ? clauses.items : [clauses];
  return all.every((clause) =>
    clause.kind === 'map'
      ? brokenConstraint(clause, value, type) === undefined
      : equalValues(found.value, valueOfNode(clause), type),
  );
}
