/** Triggers of policies: event, filter, condition, action. */
import type { MapNode, Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { checkValue } from '../data/check-value.ts';
import { keyText } from '../data/node-value.ts';
import { capabilitiesOf } from '../definitions/capability.ts';
import type { InterfaceDefinitions } from '../definitions/interface.ts';
import { interfacesOf } from '../definitions/interface.ts';
import { requirementsOf } from '../definitions/requirement.ts';
import { plainSchema } from '../definitions/schema.ts';
import type { ValueDefinitions } from '../definitions/value.ts';
import { attributesOf } from '../definitions/value.ts';
import type { Findings } from '../findings.ts';
import type { FunctionScope } from '../functions/scope.ts';
import type { TypeDeclaration } from '../names/scope.ts';
import { didYouMean } from '../../diagnostic/suggest.ts';
import { builtin } from '../types/data-type.ts';
import { textOf } from '../types/lineage.ts';
import { targetType } from '../topology/requirement.ts';
import { assignmentsOf } from '../topology/requirement.ts';
import type { Template } from '../topology/topology.ts';
import { checkActivities } from './activities.ts';
import { checkAssertions } from './assertions.ts';
import { checkCondition } from './values.ts';
import { sectionFor } from '../sections.ts';

const sectionOf = (findings: Findings): string => sectionFor('trigger', findings.version);

/** `targets`: what the policy applies to; unknown in a policy type. */
export function checkTriggers(
  section: MapNode | undefined,
  scope: FunctionScope,
  targets: readonly Template[] | undefined,
  findings: Findings,
): void {
  for (const { value } of section?.entries ?? []) checkTrigger(value, scope, targets, findings);
}

function checkTrigger(
  node: Node,
  scope: FunctionScope,
  targets: readonly Template[] | undefined,
  findings: Findings,
): void {
  const filter = valueOf(node, 'target_filter');
  const about = filter === undefined ? subjectsOf(targets) : filteredSubject(filter, targets, findings);
  const condition = valueOf(node, 'condition');
  if (condition !== undefined) {
    if (scope.unit.version === '2.0') checkCondition(condition, scope, findings, sectionOf(findings));
    else checkOldCondition(condition, about, scope, findings);
  }
  const action = valueOf(node, 'action');
  if (action?.kind === 'list')
    checkActivities(action.items, { interfaces: about?.interfaces, workflowInputs: undefined }, scope, findings);
}

/** What conditions and operations of the trigger are about. */
type Subject = {
  readonly attributes: ValueDefinitions | undefined;
  readonly interfaces: InterfaceDefinitions | undefined;
  readonly title: string;
};

/** All targets: only what every one has can be meant. With one it is that one. */
function subjectsOf(targets: readonly Template[] | undefined): Subject | undefined {
  const [first, second] = targets ?? [];
  if (first?.type === undefined || second !== undefined) return undefined;
  return subjectOf(first.type, first.name);
}

const subjectOf = (type: TypeDeclaration, title: string): Subject => ({
  attributes: attributesOf(type),
  interfaces: interfacesOf(type),
  title,
});

function filteredSubject(
  filter: Node,
  targets: readonly Template[] | undefined,
  findings: Findings,
): Subject | undefined {
  const node = valueOf(filter, 'node');
  const name = textOf(node);
  if (node === undefined || name === undefined || targets === undefined) return undefined;
  const target = targets.find((template) => template.name === name || template.type?.name === name);
  if (target === undefined) {
    if (targets.every((template) => template.kind === 'node') && targets.length > 0) {
      const hint = didYouMean(
        name,
        targets.map((template) => template.name),
      );
      findings.add('UnknownMember', `"${name}" is none of the policy’s targets.`, node.span, {
        section: sectionFor('eventFilter', findings.version),
        ...(hint === undefined ? {} : { hint }),
      });
    }
    return undefined;
  }
  const { type } = target;
  if (type === undefined) return undefined;
  return throughFilter(filter, target, type, findings);
}

/** To the capability, the requirement, or the capability of the requirement's target. */
function throughFilter(filter: Node, target: Template, type: TypeDeclaration, findings: Findings): Subject | undefined {
  const requirement = valueOf(filter, 'requirement');
  const requirementName = textOf(requirement);
  const capability = valueOf(filter, 'capability');
  const capabilityName = textOf(capability);
  let owner: TypeDeclaration | undefined = type;
  let known: Subject | undefined = subjectOf(type, target.name);
  if (requirement !== undefined && requirementName !== undefined) {
    const definition = requirementsOf(type).get(requirementName);
    if (definition === undefined)
      report(
        'UnknownRequirement',
        'requirement',
        requirementName,
        requirement,
        type.name,
        requirementsOf(type).keys(),
        findings,
      );
    const assigned = assignmentsOf(target).find((one) => one.name === requirementName);
    owner = assigned === undefined ? definition?.nodeType : targetType(assigned);
    known = owner === undefined ? undefined : subjectOf(owner, owner.name);
  }
  if (capability === undefined || capabilityName === undefined) return known;
  if (owner === undefined) {
    if (requirementName !== undefined && requirementsOf(type).get(requirementName) === undefined)
      findings.add(
        'UnknownCapability',
        `Without the requirement, its capability "${capabilityName}" is unknown too.`,
        capability.span,
        { section: sectionFor('eventFilter', findings.version) },
      );
    return undefined;
  }
  const found = capabilitiesOf(owner).get(capabilityName);
  if (found === undefined) {
    report(
      'UnknownCapability',
      'capability',
      capabilityName,
      capability,
      owner.name,
      capabilitiesOf(owner).keys(),
      findings,
    );
    return undefined;
  }
  return {
    attributes: new Map([...found.properties, ...found.attributes]),
    interfaces: interfacesOf(type),
    title: capabilityName,
  };
}

function report(
  code: 'UnknownRequirement' | 'UnknownCapability',
  what: string,
  name: string,
  node: Node,
  owner: string,
  known: Iterable<string>,
  findings: Findings,
): void {
  const hint = didYouMean(name, known);
  findings.add(code, `"${owner}" has no ${what} "${name}".`, node.span, {
    section: sectionFor('eventFilter', findings.version),
    ...(hint === undefined ? {} : { hint }),
  });
}

const extended = ['constraint', 'period', 'evaluations', 'method'];

/** A list of assertions, or the extended form with period and evaluations (1.3 §3.6.22.4). */
function checkOldCondition(node: Node, about: Subject | undefined, scope: FunctionScope, findings: Findings): void {
  if (node.kind === 'list') return checkAssertions(node, about?.attributes, about?.title ?? '', scope, findings);
  const isExtended = extended.some((keyname) => valueOf(node, keyname) !== undefined);
  if (!isExtended) return checkAssertions(node, about?.attributes, about?.title ?? '', scope, findings);
  for (const { key } of node.kind === 'map' ? node.entries : []) {
    const name = keyText(key);
    if (extended.includes(name)) continue;
    const hint = didYouMean(name, extended);
    findings.add('UnknownKeyname', `The condition of a trigger has no keyname "${name}".`, key.span, {
      section: sectionOf(findings),
      ...(hint === undefined ? {} : { hint }),
    });
  }
  const constraint = valueOf(node, 'constraint');
  if (constraint !== undefined) checkAssertions(constraint, about?.attributes, about?.title ?? '', scope, findings);
  const period = valueOf(node, 'period');
  if (period !== undefined) checkValue(period, plainSchema(builtin('scalar-unit.time')), scope, findings);
  const evaluations = valueOf(node, 'evaluations');
  if (
    evaluations !== undefined &&
    !(evaluations.kind === 'scalar' && Number.isInteger(evaluations.value) && Number(evaluations.value) > 0)
  )
    findings.add('ValueTypeMismatch', '"evaluations" has to be an integer greater than 0.', evaluations.span, {
      section: sectionOf(findings),
    });
}
