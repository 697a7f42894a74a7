/** Requirement assignments lead to a node that can be the target, and to a capability of the type asked for. */
import { didYouMean } from '../../diagnostic/suggest.ts';
import type { Node } from '../../document/node.ts';
import { capabilitiesOf } from '../definitions/capability.ts';
import type { TypeList } from '../definitions/capability.ts';
import { asMap } from '../definitions/schema.ts';
import type { Findings } from '../findings.ts';
import { findType, isBeyondKnowledge } from '../names/scope.ts';
import type { TypeDeclaration } from '../names/scope.ts';
import type { RequirementAssignment } from '../topology/requirement.ts';
import { targetType } from '../topology/requirement.ts';
import { isA, textOf } from '../types/lineage.ts';
import { findMatch } from './matching.ts';
import { declaredAt, requirementSection } from './requirement-words.ts';
import { sectionFor } from '../sections.ts';

export function checkTarget(assignment: RequirementAssignment, findings: Findings): void {
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
export function checkCapabilityName(assignment: RequirementAssignment, findings: Findings): void {
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

/** Nothing in the template meets the filter, and nothing is to be found outside before 2.0. */
export function checkMatch(assignment: RequirementAssignment, filter: Node, findings: Findings): void {
  if (findings.version === '2.0' || assignment.target.kind === 'template' || assignment.definition === undefined)
    return;
  if (asMap(filter) === undefined || findMatch(assignment, filter) !== 'none') return;
  findings.add(
    'NoMatchingNode',
    `No node of this template meets the filter of the requirement "${assignment.name}".`,
    filter.span,
    { section: sectionFor('nodeFilter', findings.version) },
  );
}
