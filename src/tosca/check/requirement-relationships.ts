/** The relationships that requirement assignments make: a type, a template, or one described in place. */
import type { Span } from '../../diagnostic/problem.ts';
import { didYouMean } from '../../diagnostic/suggest.ts';
import type { Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import type { InterfaceDefinitions } from '../definitions/interface.ts';
import { interfacesOf, refineInterfaces } from '../definitions/interface.ts';
import { declaredAttributesOf, propertiesOf } from '../definitions/value.ts';
import type { Findings } from '../findings.ts';
import { scopeOfRequirement } from '../functions/scope.ts';
import { findType, isBeyondKnowledge } from '../names/scope.ts';
import type { RequirementAssignment } from '../topology/requirement.ts';
import { sectionOf } from '../topology/topology.ts';
import { inheritedNode, isA, textOf } from '../types/lineage.ts';
import { checkAssignments } from './assignments.ts';
import { checkInterfaceAssignments } from './interface-assignments.ts';
import { requirementSection } from './requirement-words.ts';

/** A relationship type, a relationship template, or a relationship described in place. */
export function checkRelationship(assignment: RequirementAssignment, findings: Findings): void {
  const { relationshipName, relationshipType, relationshipTemplate, definition, source } = assignment;
  const section = requirementSection(findings);
  const { unit, relationships } = source.topology;
  if (relationshipName !== undefined && relationshipType === undefined && relationshipTemplate === undefined) {
    if (isBeyondKnowledge(unit, relationshipName.text)) return;
    const hint = didYouMean(relationshipName.text, relationships.keys());
    findings.add(
      'UnknownRelationship',
      `No relationship type or template "${relationshipName.text}" is known here.`,
      relationshipName.at,
      { section, ...(hint === undefined ? {} : { hint }) },
    );
  }
  const wanted = definition?.relationshipType;
  if (
    relationshipName !== undefined &&
    relationshipType !== undefined &&
    wanted !== undefined &&
    !isA(relationshipType, wanted)
  )
    findings.add(
      'InvalidTarget',
      `The requirement makes a relationship of type "${wanted.name}", and "${relationshipType.name}" does not derive from it.`,
      relationshipName.at,
      { section },
    );
  checkValidTarget(assignment, findings);
  const scope = scopeOfRequirement(assignment);
  const { relationship } = assignment;
  const type = relationshipType;
  const at = relationship?.span ?? assignment.at;
  const owner = `The relationship of "${assignment.name}"`;
  const inherited = relationshipTemplate === undefined ? undefined : sectionOf(relationshipTemplate, 'properties');
  const required = relationshipTemplate === undefined && inherited === undefined;
  checkAssignments(
    valueOf(relationship, 'properties'),
    type === undefined ? undefined : propertiesOf(type),
    scope,
    findings,
    {
      kind: 'property',
      owner,
      at: relationship === undefined ? lastPlace(assignment) : at,
      requireAll: required,
    },
  );
  checkAssignments(
    valueOf(relationship, 'attributes'),
    type === undefined ? undefined : new Map([...propertiesOf(type), ...declaredAttributesOf(type)]),
    scope,
    findings,
    {
      kind: 'attribute',
      owner,
      at,
      requireAll: false,
    },
  );
  if (relationship !== undefined)
    checkInterfaceAssignments(
      valueOf(relationship, 'interfaces'),
      relationshipInterfaces(assignment),
      assignment.name,
      scope,
      findings,
    );
}

/** Where a relationship would have to be added: after all the assignment says. */
function lastPlace({ node, at }: RequirementAssignment): Span {
  let last = node;
  for (
    let next: Node | undefined = last;
    next !== undefined;
    next = next.kind === 'map' ? next.entries.at(-1)?.value : next.kind === 'list' ? next.items.at(-1) : undefined
  )
    last = next;
  return node.kind === 'map' && last.span.file === at.file && last.span.start.offset > at.start.offset ? last.span : at;
}

/** Those of the type, with what the requirement definition adds to them. */
function relationshipInterfaces({
  relationshipType,
  definition,
}: RequirementAssignment): InterfaceDefinitions | undefined {
  if (relationshipType === undefined) return undefined;
  const mentions = definition?.mentions ?? [];
  return mentions.reduce<InterfaceDefinitions>(
    (all, { node, type }) =>
      refineInterfaces(all, valueOf(valueOf(node, 'relationship'), 'interfaces'), type.unit, type),
    interfacesOf(relationshipType),
  );
}

/** The relationship type may say which capability types it leads to. */
function checkValidTarget(assignment: RequirementAssignment, findings: Findings): void {
  const { relationshipType, relationshipName, capability } = assignment;
  if (relationshipType === undefined || relationshipName === undefined || capability?.type === undefined) return;
  const list =
    inheritedNode(relationshipType, 'valid_target_types') ?? inheritedNode(relationshipType, 'valid_capability_types');
  if (list?.node.kind !== 'list' || list.node.items.length === 0) return;
  const allowed = list.node.items.map((item) => findType(list.from.unit, 'capability', textOf(item) ?? ''));
  const own = capability.type;
  if (allowed.some((one) => one === undefined || isA(own, one))) return;
  findings.add(
    'InvalidTarget',
    `"${relationshipType.name}" leads to no capability of type "${own.name}".`,
    relationshipName.at,
    { section: requirementSection(findings) },
  );
}
