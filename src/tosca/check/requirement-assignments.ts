/** Requirement assignments: they lead to a node that can be the target, and there are as many as the type allows. */
import type { Span } from '../../diagnostic/problem.ts';
import { didYouMean } from '../../diagnostic/suggest.ts';
import type { Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { capabilitiesOf } from '../definitions/capability.ts';
import type { TypeList } from '../definitions/capability.ts';
import type { InterfaceDefinitions } from '../definitions/interface.ts';
import { interfacesOf, refineInterfaces } from '../definitions/interface.ts';
import { renderRange, unbounded } from '../definitions/range.ts';
import { requirementsOf } from '../definitions/requirement.ts';
import type { RequirementDefinition } from '../definitions/requirement.ts';
import { asMap } from '../definitions/schema.ts';
import { declaredAttributesOf, propertiesOf } from '../definitions/value.ts';
import type { Findings } from '../findings.ts';
import { checkNestedCalls } from '../functions/check.ts';
import type { FunctionScope } from '../functions/scope.ts';
import { scopeOfRequirement, scopeOfTemplate } from '../functions/scope.ts';
import { findType, isBeyondKnowledge } from '../names/scope.ts';
import type { TypeDeclaration } from '../names/scope.ts';
import type { RequirementAssignment } from '../topology/requirement.ts';
import { assignmentsOf, targetType } from '../topology/requirement.ts';
import type { Template } from '../topology/topology.ts';
import { directivesOf, sectionOf } from '../topology/topology.ts';
import { inheritedNode, isA, textOf } from '../types/lineage.ts';
import { checkAssignments } from './assignments.ts';
import { findMatch } from './matching.ts';
import { checkInterfaceAssignments } from './interface-assignments.ts';
import { checkNodeFilter } from './node-filter.ts';
import { checkCount, isSelected } from './representations.ts';

export const requirementSection = (findings: Findings): string =>
  findings.version === '2.0' ? '8.7' : findings.isAfter('1.1') ? '3.8.2' : '3.7.2';

export function checkRequirementAssignments(template: Template, findings: Findings): void {
  const assignments = assignmentsOf(template);
  for (const assignment of assignments) checkAssignment(assignment, findings);
  if (template.type !== undefined && !isSelected(template)) checkCounts(template, template.type, assignments, findings);
}

function checkAssignment(assignment: RequirementAssignment, findings: Findings): void {
  const { source, name, definition, node } = assignment;
  const section = requirementSection(findings);
  if (definition === undefined && source.type !== undefined) {
    const hint = didYouMean(name, requirementsOf(source.type).keys());
    findings.add('UnknownRequirement', `"${source.name}" has no requirement "${name}".`, assignment.at, {
      section,
      ...(hint === undefined ? {} : { hint }),
    });
  }
  checkTarget(assignment, findings);
  checkCapabilityName(assignment, findings);
  checkRelationship(assignment, findings);
  const scope = scopeOfTemplate(source);
  const filter = valueOf(node, 'node_filter');
  if (filter !== undefined)
    checkNodeFilter(
      filter,
      targetType(assignment),
      { ...scope, self: { kind: 'requirement', requirement: assignment } },
      findings,
    );
  if (filter !== undefined) checkMatch(assignment, filter, findings);
  checkCount(valueOf(node, 'count'), scope, findings);
  checkDirectives(valueOf(node, 'directives'), findings);
  checkAllocation(assignment, findings);
}

function checkTarget(assignment: RequirementAssignment, findings: Findings): void {
  const { target, definition, source } = assignment;
  const section = requirementSection(findings);
  const { nodes, unit } = source.topology;
  if (target.kind === 'unknown') {
    if (isBeyondKnowledge(unit, target.name)) return;
    const hint = didYouMean(target.name, nodes.keys());
    findings.add('UnknownNodeTemplate', `No node template or node type "${target.name}" is known here.`, target.at, {
      section,
      ...(hint === undefined ? {} : { hint }),
    });
    return;
  }
  if (target.kind === 'open') return;
  const type = target.kind === 'template' ? target.template.type : target.type;
  if (type === undefined || definition === undefined) return;
  const wanted = definition.nodeType;
  const title = target.kind === 'template' ? `"${target.template.name}", of type "${type.name}",` : `"${type.name}"`;
  if (wanted !== undefined && !isA(type, wanted)) {
    // A node type as target may be more general: the node that is found has to be of both.
    const mayStill = target.kind === 'type' && isA(wanted, type);
    if (!mayStill)
      findings.add(
        'InvalidTarget',
        `${title} can’t be the target: the requirement "${definition.name}" asks for a "${wanted.name}".`,
        target.at,
        { section, ...declaredAt(definition) },
      );
    return;
  }
  const capability = definition.capabilityType;
  if (capability === undefined || assignment.capabilityName !== undefined) return checkSources(assignment, findings);
  const fits = [...capabilitiesOf(type).values()].some((one) => one.type === undefined || isA(one.type, capability));
  if (!fits) {
    findings.add(
      'InvalidTarget',
      `${title} has no capability of type "${capability.name}", which the requirement "${definition.name}" asks for.`,
      target.at,
      { section, ...declaredAt(definition) },
    );
    return;
  }
  checkSources(assignment, findings);
}

const declaredAt = (
  definition: RequirementDefinition,
): { related?: readonly { message: string; at: RequirementDefinition['mentions'][number]['at'] }[] } => {
  const last = definition.mentions.at(-1);
  return last === undefined ? {} : { related: [{ message: 'It is declared here.', at: last.at }] };
};

/** The capability may say which types of nodes are let in. */
function checkSources(assignment: RequirementAssignment, findings: Findings): void {
  const { capability, source, target } = assignment;
  const sources = capability?.sources;
  if (sources === undefined || source.type === undefined || target.kind === 'open' || target.kind === 'unknown') return;
  const allowed = typesOf(sources, 'node');
  // Some of the list may be unknown here; then it is not known who is shut out.
  if (
    allowed.length === 0 ||
    allowed.length < sources.names.length ||
    allowed.some((one) => source.type !== undefined && isA(source.type, one))
  )
    return;
  const names = allowed.map((one) => `"${one.name}"`).join(', ');
  findings.add(
    'InvalidTarget',
    `The capability "${capability?.name ?? ''}" of the target takes only ${names} as its sources, and "${source.name}" is a "${source.type.name}".`,
    assignment.at,
    {
      section: requirementSection(findings),
    },
  );
}

const typesOf = (list: TypeList, category: 'node' | 'relationship'): readonly TypeDeclaration[] =>
  list.names.flatMap((node) => findType(list.unit, category, textOf(node) ?? '') ?? []);

/** A capability of the target, or a capability type. */
function checkCapabilityName(assignment: RequirementAssignment, findings: Findings): void {
  const { capabilityName, definition, source } = assignment;
  if (capabilityName === undefined) return;
  const section = requirementSection(findings);
  const { unit } = source.topology;
  const type = targetType(assignment);
  const named = type === undefined ? undefined : capabilitiesOf(type).get(capabilityName.text);
  const asType = findType(unit, 'capability', capabilityName.text);
  const wanted = definition?.capabilityType;
  if (named === undefined && asType === undefined) {
    if (type === undefined || isBeyondKnowledge(unit, capabilityName.text)) return;
    const hint = didYouMean(capabilityName.text, capabilitiesOf(type).keys());
    findings.add(
      'UnknownCapability',
      `The target, a "${type.name}", has no capability "${capabilityName.text}".`,
      capabilityName.at,
      { section, ...(hint === undefined ? {} : { hint }) },
    );
    return;
  }
  const own = named?.type ?? asType;
  if (own === undefined || wanted === undefined || isA(own, wanted)) return;
  findings.add(
    'InvalidTarget',
    `The capability is of type "${own.name}", and the requirement asks for a "${wanted.name}".`,
    capabilityName.at,
    { section },
  );
}

/** A relationship type, a relationship template, or a relationship described in place. */
function checkRelationship(assignment: RequirementAssignment, findings: Findings): void {
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

/** Nothing in the template meets the filter, and nothing is to be found outside before 2.0. */
function checkMatch(assignment: RequirementAssignment, filter: Node, findings: Findings): void {
  if (findings.version === '2.0' || assignment.target.kind === 'template' || assignment.definition === undefined)
    return;
  if (asMap(filter) === undefined || findMatch(assignment, filter) !== 'none') return;
  findings.add(
    'NoMatchingNode',
    `No node of this template meets the filter of the requirement "${assignment.name}".`,
    filter.span,
    { section: '3.6.5' },
  );
}

function checkDirectives(node: Node | undefined, findings: Findings): void {
  if (node?.kind !== 'list') return;
  for (const item of node.items) {
    const name = textOf(item);
    if (name === undefined || name === 'internal' || name === 'external') continue;
    findings.add(
      'UnknownDirective',
      `The directives of a requirement are internal and external, and this is "${name}".`,
      item.span,
      { section: '8.7.2' },
    );
  }
}

/** Only numbers can be shared out, and only those the capability has (2.0 §8.7.5). */
function checkAllocation(assignment: RequirementAssignment, findings: Findings): void {
  const allocation = asMap(valueOf(assignment.node, 'allocation'));
  if (allocation === undefined) return;
  const properties = assignment.capability?.properties;
  const scope: FunctionScope = scopeOfRequirement(assignment);
  for (const { key, value } of allocation.entries) {
    const name = key.kind === 'scalar' ? String(key.value) : '';
    checkNestedCalls(value, scope, findings);
    if (properties === undefined || properties.has(name)) continue;
    const hint = didYouMean(name, properties.keys());
    findings.add('DoubtfulAllocation', `The capability has no property "${name}" to allocate from.`, key.span, {
      section: '8.7.5',
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

/** As many as the range of the definition allows; those that are missing may be found by the orchestrator since 2.0. */
function checkCounts(
  template: Template,
  type: TypeDeclaration,
  assignments: readonly RequirementAssignment[],
  findings: Findings,
): void {
  const outside = mappedRequirements(template);
  for (const definition of requirementsOf(type).values()) {
    // Whoever the template stands for brings the target.
    if (outside.has(definition.name)) continue;
    const own = assignments.filter(({ name }) => name === definition.name);
    const counts = own.map(({ node }) => countOf(node));
    if (counts.some((count) => count === undefined)) continue;
    const total = counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
    const optional = own.reduce((sum, { node }, index) => sum + (isOptional(node) ? (counts[index] ?? 0) : 0), 0);
    checkTotal(template, definition, own, total, total - optional, findings);
  }
}

/** Requirements of this node that substitution mappings hand to the outside. */
function mappedRequirements(template: Template): ReadonlySet<string> {
  const section = valueOf(template.topology.substitution, 'requirements');
  const entries =
    section?.kind === 'list'
      ? section.items.flatMap((item) => asMap(item)?.entries ?? [])
      : (asMap(section)?.entries ?? []);
  return new Set(
    entries
      .flatMap(({ value }) => pairsIn(value))
      .flatMap(([name, requirement]) => (name === template.name && requirement !== undefined ? [requirement] : [])),
  );
}

/** Every `[node, requirement]` in a mapping, however deep it stands. */
function pairsIn(node: Node): readonly (readonly [string, string | undefined])[] {
  if (node.kind === 'map') return node.entries.flatMap(({ value }) => pairsIn(value));
  if (node.kind !== 'list') return [];
  const [name, requirement] = node.items.map(textOf);
  if (name !== undefined && node.items.length === 2) return [[name, requirement]];
  return node.items.flatMap(pairsIn);
}

function checkTotal(
  template: Template,
  definition: RequirementDefinition,
  own: readonly RequirementAssignment[],
  total: number,
  mandatory: number,
  findings: Findings,
): void {
  const { range, name } = definition;
  const say = (what: string, at = template.at): void =>
    findings.add(
      'InvalidOccurrences',
      `"${template.name}" ${what} "${name}", and ${renderRange(range)} are allowed.`,
      at,
      { section: findings.version === '2.0' ? '8.7.4' : requirementSection(findings), ...declaredAt(definition) },
    );
  if (range.most !== unbounded && total > range.most) return say(`has ${total} requirements`, own.at(-1)?.at);
  if (mandatory >= range.least) return;
  if (own.length === 0) {
    // 2.0 makes an assignment itself where none is given (§8.7.4); before, somebody has to (1.3 §3.8.2).
    if (findings.version === '2.0' || directivesOf(template).length > 0) return;
    return say('lacks the requirement');
  }
  say(`has only ${mandatory} requirements`, own[0]?.at);
}

const isOptional = (node: Node): boolean => {
  const optional = valueOf(node, 'optional');
  return optional?.kind === 'scalar' && optional.value === true;
};

/** `undefined`: only known when it runs. */
function countOf(node: Node): number | undefined {
  const count = valueOf(node, 'count');
  if (count === undefined) {
    const occurrences = valueOf(node, 'occurrences');
    const most = occurrences?.kind === 'list' ? occurrences.items[1] : undefined;
    if (most?.kind === 'scalar' && typeof most.value === 'number') return Math.max(1, most.value);
    return most === undefined ? 1 : undefined;
  }
  return count.kind === 'scalar' && typeof count.value === 'number' ? count.value : undefined;
}
