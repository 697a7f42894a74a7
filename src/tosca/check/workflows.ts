/** Imperative workflows: steps, what they act on, and the order between them. */
import { didYouMean } from '../../diagnostic/suggest.ts';
import type { MapEntry, Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { interfacesOf } from '../definitions/interface.ts';
import { requirementsOf } from '../definitions/requirement.ts';
import { asMap } from '../definitions/schema.ts';
import type { ValueDefinitions } from '../definitions/value.ts';
import { attributesOf } from '../definitions/value.ts';
import type { Findings } from '../findings.ts';
import type { FunctionScope } from '../functions/scope.ts';
import { scopeOfTopology } from '../functions/scope.ts';
import type { TypeDeclaration } from '../names/scope.ts';
import { assignmentsOf } from '../topology/requirement.ts';
import type { Template, Topology } from '../topology/topology.ts';
import { textOf } from '../types/lineage.ts';
import { checkActivities, workflowInputs } from './activities.ts';
import { checkImplementation } from './artifacts.ts';
import { checkAssertions } from './assertions.ts';
import { checkOutputs } from './operation-outputs.ts';
import { checkCondition, checkValueSection } from './values.ts';
import { sectionFor } from '../sections.ts';

const specOf = (findings: Findings): string => sectionFor('workflow', findings.version);
const stepSection = (findings: Findings): string => sectionFor('step', findings.version);

export function checkWorkflows(topology: Topology, findings: Findings): void {
  for (const entry of topology.workflows.values()) checkWorkflow(entry, topology, findings);
}

function checkWorkflow({ value }: MapEntry, topology: Topology, findings: Findings): void {
  const inputs = workflowInputs(value, topology);
  const scope: FunctionScope = { ...scopeOfTopology(topology), inputs };
  checkValueSection(valueOf(value, 'inputs'), inputs, topology.unit, findings, {
    kind: 'parameter',
    typeRequired: topology.unit.version !== '2.0',
    scope,
  });
  const preconditions = valueOf(value, 'preconditions');
  for (const item of preconditions?.kind === 'list' ? preconditions.items : [])
    checkPrecondition(item, topology, scope, findings);
  const precondition = valueOf(value, 'precondition');
  if (precondition !== undefined) checkCondition(precondition, scope, findings, '13.2.1');
  const steps = asMap(valueOf(value, 'steps'));
  const names = new Set(
    (steps?.entries ?? []).map((step) => (step.key.kind === 'scalar' ? String(step.key.value) : '')),
  );
  for (const step of steps?.entries ?? []) checkStep(step, names, inputs, topology, scope, findings);
  const implementation = valueOf(value, 'implementation');
  if (implementation !== undefined) checkImplementation(implementation, scope, findings);
  if (implementation !== undefined && steps !== undefined)
    findings.add('ExclusiveKeynames', 'A workflow has steps or an implementation, not both.', implementation.span, {
      section: specOf(findings),
    });
  checkOutputs(valueOf(value, 'outputs'), scope, findings);
}

type Subject = {
  readonly attributes: ValueDefinitions | undefined;
  readonly interfaces: ReturnType<typeof interfacesOf> | undefined;
  readonly title: string;
};

const subjectOf = (type: TypeDeclaration | undefined, title: string): Subject => ({
  attributes: type === undefined ? undefined : attributesOf(type),
  interfaces: type === undefined ? undefined : interfacesOf(type),
  title,
});

/** What a step or precondition is about: a node or group, or one of its relationships. */
function subjectAt(node: Node, topology: Topology, section: string, findings: Findings): Subject | undefined {
  const target = valueOf(node, 'target');
  const name = textOf(target);
  const relationship = valueOf(node, 'target_relationship');
  const requirement = textOf(relationship);
  const template = name === undefined ? undefined : (topology.nodes.get(name) ?? topology.groups.get(name));
  if (template === undefined) {
    if (target !== undefined && name !== undefined) {
      const hint = didYouMean(name, topology.nodes.keys());
      findings.add('UnknownMember', `No node template or group "${name}" is in this topology.`, target.span, {
        section,
        ...(hint === undefined ? {} : { hint }),
      });
    }
    if (relationship !== undefined && target !== undefined && name !== undefined)
      findings.add(
        'UnknownRequirement',
        `"${name}" is unknown, and so is its requirement "${requirement ?? ''}".`,
        relationship.span,
        { section },
      );
    return undefined;
  }
  if (relationship === undefined || requirement === undefined) return subjectOf(template.type, template.name);
  return relationshipSubject(template, requirement, relationship, section, findings);
}

function relationshipSubject(
  template: Template,
  requirement: string,
  node: Node,
  section: string,
  findings: Findings,
): Subject | undefined {
  const definition = template.type === undefined ? undefined : requirementsOf(template.type).get(requirement);
  const assigned =
    template.kind === 'node' ? assignmentsOf(template).find(({ name }) => name === requirement) : undefined;
  if (definition === undefined && assigned === undefined && template.type !== undefined) {
    const hint = didYouMean(requirement, requirementsOf(template.type).keys());
    findings.add('UnknownRequirement', `"${template.name}" has no requirement "${requirement}".`, node.span, {
      section,
      ...(hint === undefined ? {} : { hint }),
    });
    return undefined;
  }
  return subjectOf(assigned?.relationshipType ?? definition?.relationshipType, `${template.name}.${requirement}`);
}

function checkPrecondition(node: Node, topology: Topology, scope: FunctionScope, findings: Findings): void {
  const subject = subjectAt(node, topology, sectionFor('precondition', findings.version), findings);
  const condition = valueOf(node, 'condition');
  if (condition !== undefined) checkAssertions(condition, subject?.attributes, subject?.title ?? '', scope, findings);
}

function checkStep(
  { value }: MapEntry,
  steps: ReadonlySet<string>,
  inputs: ValueDefinitions,
  topology: Topology,
  scope: FunctionScope,
  findings: Findings,
): void {
  const section = stepSection(findings);
  const subject = subjectAt(value, topology, section, findings);
  checkHost(valueOf(value, 'operation_host'), topology, section, findings);
  const filter = valueOf(value, 'filter');
  if (filter?.kind === 'list') {
    if (topology.unit.version === '2.0')
      for (const clause of filter.items) checkCondition(clause, scope, findings, section);
    else checkAssertions(filter, subject?.attributes, subject?.title ?? '', scope, findings);
  }
  const activities = valueOf(value, 'activities');
  if (activities?.kind === 'list')
    checkActivities(activities.items, { interfaces: subject?.interfaces, workflowInputs: inputs }, scope, findings);
  for (const keyname of ['on_success', 'on_failure']) checkNext(valueOf(value, keyname), steps, section, findings);
}

const hostKeywords = new Set(['SELF', 'HOST', 'SOURCE', 'TARGET', 'ORCHESTRATOR']);

function checkHost(node: Node | undefined, topology: Topology, section: string, findings: Findings): void {
  const name = textOf(node);
  if (node === undefined || name === undefined || hostKeywords.has(name) || topology.nodes.has(name)) return;
  const hint = didYouMean(name, topology.nodes.keys());
  findings.add('UnknownMember', `No node template "${name}" is in this topology.`, node.span, {
    section,
    ...(hint === undefined ? {} : { hint }),
  });
}

function checkNext(node: Node | undefined, steps: ReadonlySet<string>, section: string, findings: Findings): void {
  for (const item of node?.kind === 'list' ? node.items : node === undefined ? [] : [node]) {
    const name = textOf(item);
    if (name === undefined || steps.has(name)) continue;
    const hint = didYouMean(name, steps);
    findings.add('UnknownStep', `The workflow has no step "${name}".`, item.span, {
      section,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}
