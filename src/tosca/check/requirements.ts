/** Requirement definitions of a node type: what they name, and that it fits together. */
import type { Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { capabilitiesOf } from '../definitions/capability.ts';
import { isWithin, readRange, renderRange } from '../definitions/range.ts';
import { namedItems, requirementsOf } from '../definitions/requirement.ts';
import type { NamedItem, RequirementDefinition } from '../definitions/requirement.ts';
import type { Findings } from '../findings.ts';
import { scopeOfType } from '../functions/scope.ts';
import { bodyOf, findType, isBeyondKnowledge } from '../names/scope.ts';
import type { TypeDeclaration } from '../names/scope.ts';
import { inheritedNode, isA, lineageOf, textOf } from '../types/lineage.ts';
import { checkRelationshipDefinition } from './interfaces.ts';
import { requireType } from './names.ts';
import { checkNodeFilter } from './node-filter.ts';
import { sectionFor } from '../sections.ts';

const sectionOf = (findings: Findings): string => sectionFor('requirementDefinition', findings.version);

export function checkRequirementDefinitions(type: TypeDeclaration, findings: Findings): void {
  const all = requirementsOf(type);
  const [, parent] = lineageOf(type);
  const inherited = parent === undefined ? undefined : requirementsOf(parent);
  const seen = new Set<string>();
  for (const item of namedItems(valueOf(bodyOf(type), 'requirements'))) {
    if (seen.has(item.name))
      findings.add('DuplicateName', `The requirement "${item.name}" is defined twice in this type.`, item.at, {
        section: sectionOf(findings),
      });
    seen.add(item.name);
    const definition = all.get(item.name);
    if (definition !== undefined) checkDefinition(item, definition, inherited?.get(item.name), type, findings);
  }
}

function checkDefinition(
  item: NamedItem,
  definition: RequirementDefinition,
  before: RequirementDefinition | undefined,
  type: TypeDeclaration,
  findings: Findings,
): void {
  const { node } = item;
  const { unit } = type;
  const nodeName = valueOf(node, 'node');
  const ownNode = requireType(nodeName, 'node', unit, findings);
  const capability = textOf(node) === undefined ? valueOf(node, 'capability') : node;
  if (capability === undefined && before === undefined && definition.capability === undefined)
    findings.add('MissingRequiredKeyname', `The requirement definition "${item.name}" lacks "capability".`, item.at, {
      section: sectionOf(findings),
    });
  checkCapability(capability, definition, type, findings);
  const relationship = valueOf(node, 'relationship');
  const relationshipName = textOf(relationship) === undefined ? valueOf(relationship, 'type') : relationship;
  const ownRelationship = requireType(relationshipName, 'relationship', unit, findings);
  if (relationship?.kind === 'map')
    checkRelationshipDefinition(relationship, definition.relationshipType, type, findings);
  if (before !== undefined) {
    narrows(nodeName, ownNode, before.nodeType, 'node', findings);
    narrows(relationshipName, ownRelationship, before.relationshipType, 'relationship', findings);
    const ownCapability = capability === undefined ? undefined : findType(unit, 'capability', textOf(capability) ?? '');
    narrows(capability, ownCapability, before.capabilityType, 'capability', findings);
    checkRange(node, before, findings);
  }
  checkFit(item, definition, findings);
  const filter = valueOf(node, 'node_filter');
  if (filter !== undefined)
    checkNodeFilter(filter, definition.nodeType, { ...scopeOfType(type), self: { kind: 'open' } }, findings);
}

/** A capability type, or the name of a capability of the node type named. */
function checkCapability(
  node: Node | undefined,
  definition: RequirementDefinition,
  type: TypeDeclaration,
  findings: Findings,
): void {
  const name = textOf(node);
  if (node === undefined || name === undefined) return;
  if (findType(type.unit, 'capability', name) !== undefined) return;
  if (definition.nodeType !== undefined && capabilitiesOf(definition.nodeType).has(name)) return;
  if (!isBeyondKnowledge(type.unit, name)) requireType(node, 'capability', type.unit, findings);
}

function narrows(
  node: Node | undefined,
  own: TypeDeclaration | undefined,
  before: TypeDeclaration | undefined,
  what: string,
  findings: Findings,
): void {
  if (node === undefined || own === undefined || before === undefined || isA(own, before)) return;
  findings.add(
    'InvalidRefinement',
    `The ${what} of this requirement is "${before.name}" where it is inherited from; it can only become a type derived from that.`,
    node.span,
    {
      section: findings.version === '2.0' ? '8.6' : sectionOf(findings),
    },
  );
}

function checkRange(node: Node, before: RequirementDefinition, findings: Findings): void {
  const rangeNode = valueOf(node, 'count_range') ?? valueOf(node, 'occurrences');
  const own = readRange(rangeNode);
  if (own === undefined || rangeNode === undefined || findings.version !== '2.0' || isWithin(own, before.range)) return;
  findings.add(
    'InvalidRefinement',
    `The range has to lie within ${renderRange(before.range)}, which is inherited.`,
    rangeNode.span,
    { section: '8.6' },
  );
}

/** The relationship takes such capabilities, and the node type has one. */
function checkFit(item: NamedItem, definition: RequirementDefinition, findings: Findings): void {
  const { relationshipType, capabilityType, nodeType } = definition;
  const at = item.node.kind === 'map' ? item.at : item.node.span;
  if (relationshipType !== undefined && capabilityType !== undefined) {
    const targets =
      inheritedNode(relationshipType, 'valid_target_types') ??
      inheritedNode(relationshipType, 'valid_capability_types');
    const allowed =
      targets?.node.kind === 'list'
        ? targets.node.items.flatMap((one) => findType(targets.from.unit, 'capability', textOf(one) ?? '') ?? [])
        : [];
    const complete = targets?.node.kind === 'list' && allowed.length === targets.node.items.length;
    if (complete && allowed.length > 0 && !allowed.some((one) => isA(capabilityType, one) || isA(one, capabilityType)))
      findings.add(
        'InvalidTarget',
        `"${relationshipType.name}" leads to no capability of type "${capabilityType.name}".`,
        valueOf(item.node, 'relationship')?.span ?? at,
        {
          section: sectionOf(findings),
        },
      );
  }
  if (nodeType === undefined || capabilityType === undefined || definition.capabilityOfNode !== undefined) return;
  const has = [...capabilitiesOf(nodeType).values()].some(
    ({ type }) => type === undefined || isA(type, capabilityType) || isA(capabilityType, type),
  );
  if (!has)
    findings.add(
      'DoubtfulTarget',
      `"${nodeType.name}" has no capability of type "${capabilityType.name}".`,
      valueOf(item.node, 'node')?.span ?? at,
      { section: sectionOf(findings) },
    );
}
