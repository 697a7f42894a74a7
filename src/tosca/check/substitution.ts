/** Substitution mappings: what the template offers as a node of some type, and what stands for it inside. */
import { didYouMean } from '../../diagnostic/suggest.ts';
import type { Span } from '../../diagnostic/problem.ts';
import type { MapEntry, Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { keyText } from '../data/node-value.ts';
import { capabilitiesOf } from '../definitions/capability.ts';
import { interfacesOf } from '../definitions/interface.ts';
import { requirementsOf } from '../definitions/requirement.ts';
import { asMap } from '../definitions/schema.ts';
import { attributesOf, propertiesOf } from '../definitions/value.ts';
import type { ValueDefinition } from '../definitions/value.ts';
import type { Findings } from '../findings.ts';
import { mayStandFor } from '../functions/check.ts';
import { scopeOfTopology } from '../functions/scope.ts';
import type { TypeDeclaration } from '../names/scope.ts';
import type { Template, Topology } from '../topology/topology.ts';
import { dataTypeName } from '../types/data-type.ts';
import { isA, textOf } from '../types/lineage.ts';
import { requireType } from './names.ts';
import { checkNodeFilter } from './node-filter.ts';
import { sectionFor } from '../sections.ts';

const specOf = (findings: Findings): string => sectionFor('substitution', findings.version);

export function checkSubstitution(topology: Topology, findings: Findings): void {
  const { substitution, unit } = topology;
  if (substitution === undefined) return;
  const type = requireType(valueOf(substitution, 'node_type'), 'node', unit, findings);
  const filter = valueOf(substitution, 'substitution_filter');
  if (filter !== undefined)
    checkNodeFilter(
      filter,
      type,
      { ...scopeOfTopology(topology), self: type === undefined ? { kind: 'open' } : { kind: 'type', type } },
      findings,
    );
  if (type === undefined) return;
  for (const entry of entriesOf(valueOf(substitution, 'capabilities')))
    checkCapabilityMapping(entry, type, topology, findings);
  for (const entry of entriesOf(valueOf(substitution, 'requirements')))
    checkRequirementMapping(entry, type, topology, findings);
  checkValueMappings(valueOf(substitution, 'properties'), type, 'properties', topology, findings);
  checkValueMappings(valueOf(substitution, 'attributes'), type, 'attributes', topology, findings);
  checkInterfaceMappings(valueOf(substitution, 'interfaces'), type, topology, findings);
}

/** A map, or a list of maps with one name each. */
const entriesOf = (node: Node | undefined): readonly MapEntry[] =>
  node?.kind === 'list' ? node.items.flatMap((item) => asMap(item)?.entries ?? []) : (asMap(node)?.entries ?? []);

function report(
  code:
    | 'UnknownCapability'
    | 'UnknownRequirement'
    | 'UnknownNodeTemplate'
    | 'UnknownInput'
    | 'UnknownOutput'
    | 'UnknownProperty'
    | 'UnknownAttribute'
    | 'UnknownInterface'
    | 'UnknownOperation'
    | 'UnknownWorkflow',
  message: string,
  at: Span,
  name: string,
  known: Iterable<string>,
  findings: Findings,
): void {
  const hint = didYouMean(name, known);
  findings.add(code, message, at, { section: specOf(findings), ...(hint === undefined ? {} : { hint }) });
}

/** The two names of `[template, member]`, wherever they are written. */
function pairOf(node: Node): readonly Node[] | undefined {
  const list = node.kind === 'list' ? node : valueOf(node, 'mapping');
  return list?.kind === 'list' ? list.items : undefined;
}

/** 2.0: `[name, count]` stands for the name, as often as that. */
function mappedName(key: Node): string {
  return key.kind === 'list' ? keyText(key.items[0] ?? key) : keyText(key);
}

function templateAt(node: Node | undefined, topology: Topology, findings: Findings): Template | undefined {
  const name = textOf(node);
  if (node === undefined || name === undefined) return undefined;
  const found = topology.nodes.get(name);
  if (found === undefined)
    report(
      'UnknownNodeTemplate',
      `No node template "${name}" is in this topology.`,
      node.span,
      name,
      topology.nodes.keys(),
      findings,
    );
  return found;
}

function checkCapabilityMapping(
  { key, value }: MapEntry,
  type: TypeDeclaration,
  topology: Topology,
  findings: Findings,
): void {
  const name = mappedName(key);
  const outer = capabilitiesOf(type).get(name);
  if (outer === undefined)
    report(
      'UnknownCapability',
      `"${type.name}" has no capability "${name}".`,
      key.span,
      name,
      capabilitiesOf(type).keys(),
      findings,
    );
  const [templateNode, memberNode] = pairOf(value) ?? [];
  const template = templateAt(templateNode, topology, findings);
  const member = textOf(memberNode);
  if (template?.type === undefined || memberNode === undefined || member === undefined) return;
  const inner = capabilitiesOf(template.type).get(member);
  if (inner === undefined)
    return report(
      'UnknownCapability',
      `"${template.name}" has no capability "${member}".`,
      memberNode.span,
      member,
      capabilitiesOf(template.type).keys(),
      findings,
    );
  if (outer?.type !== undefined && inner.type !== undefined && !isA(inner.type, outer.type))
    findings.add(
      'InvalidMapping',
      `The capability "${member}" is a "${inner.type.name}", and "${name}" has to be a "${outer.type.name}".`,
      memberNode.span,
      { section: specOf(findings) },
    );
}

function checkRequirementMapping(
  { key, value }: MapEntry,
  type: TypeDeclaration,
  topology: Topology,
  findings: Findings,
): void {
  const name = mappedName(key);
  const outer = requirementsOf(type).get(name);
  if (outer === undefined)
    report(
      'UnknownRequirement',
      `"${type.name}" has no requirement "${name}".`,
      key.span,
      name,
      requirementsOf(type).keys(),
      findings,
    );
  for (const target of requirementTargets(value)) {
    const [templateNode, memberNode] = target;
    const template = templateAt(templateNode, topology, findings);
    const member = textOf(memberNode);
    if (template?.type === undefined || memberNode === undefined || member === undefined) continue;
    const inner = requirementsOf(template.type).get(member);
    if (inner === undefined)
      report(
        'UnknownRequirement',
        `"${template.name}" has no requirement "${member}".`,
        memberNode.span,
        member,
        requirementsOf(template.type).keys(),
        findings,
      );
    else if (
      outer?.capabilityType !== undefined &&
      inner.capabilityType !== undefined &&
      !isA(inner.capabilityType, outer.capabilityType) &&
      !isA(outer.capabilityType, inner.capabilityType)
    )
      findings.add(
        'InvalidMapping',
        `The requirement "${member}" asks for a "${inner.capabilityType.name}", and "${name}" for a "${outer.capabilityType.name}".`,
        memberNode.span,
        { section: specOf(findings) },
      );
  }
}

/** `[template, requirement]`, the name of a selectable node, or a list of either (2.0 §15.5). */
function requirementTargets(value: Node): readonly (readonly Node[])[] {
  if (value.kind === 'scalar') return [[value]];
  const items = pairOf(value);
  if (items === undefined) return [];
  const isList = items.some((item) => item.kind === 'list');
  const [, second] = items;
  if (!isList) return second === undefined ? items.map((item) => [item]) : [items];
  return items.map((item) => (item.kind === 'list' ? item.items : [item]));
}

/** Properties come in through inputs, attributes go out through outputs. */
function checkValueMappings(
  section: Node | undefined,
  type: TypeDeclaration,
  what: 'properties' | 'attributes',
  topology: Topology,
  findings: Findings,
): void {
  const known = what === 'properties' ? propertiesOf(type) : attributesOf(type);
  for (const { key, value } of asMap(section)?.entries ?? []) {
    const isPath = key.kind === 'list';
    const name = keyText(key);
    if (!isPath && !known.has(name)) {
      const code = what === 'properties' ? 'UnknownProperty' : 'UnknownAttribute';
      report(
        code,
        `"${type.name}" has no ${what === 'properties' ? 'property' : 'attribute'} "${name}".`,
        key.span,
        name,
        known.keys(),
        findings,
      );
    }
    checkMappedName(value, what, topology, findings);
    if (what === 'properties' && !isPath) checkMappedType(value, known.get(name), topology, findings);
  }
}

/** What the property is given goes into the input. */
function checkMappedType(
  value: Node,
  property: ValueDefinition | undefined,
  topology: Topology,
  findings: Findings,
): void {
  const node = mappedNode(value);
  const name = textOf(node);
  const input = name === undefined ? undefined : topology.inputs.get(name)?.schema?.type;
  const own = property?.schema?.type;
  if (node === undefined || input === undefined || own === undefined || mayStandFor(own, input)) return;
  findings.add(
    'InvalidMapping',
    `The input "${name ?? ''}" is of type "${dataTypeName(input)}", and the property of type "${dataTypeName(own)}".`,
    node.span,
    { section: specOf(findings) },
  );
}

const mappedNode = (value: Node): Node | undefined =>
  value.kind === 'list' && value.items.length === 1 ? value.items[0] : (valueOf(value, 'mapping') ?? value);

function checkMappedName(value: Node, what: 'properties' | 'attributes', topology: Topology, findings: Findings): void {
  if (value.kind === 'list' && value.items.length > 1) return checkMappedMember(value.items, what, topology, findings);
  const node = mappedNode(value);
  const name = textOf(node);
  if (node === undefined || name === undefined) return;
  if (what === 'properties' && !topology.inputs.has(name)) {
    // 1.x also allowed a value here, which is then the property's (1.3 §3.8.8).
    if (topology.unit.version !== '2.0' && value === node) return;
    report('UnknownInput', `No input "${name}" is declared.`, node.span, name, topology.inputs.keys(), findings);
  }
  const outputs = new Set(topology.outputs.map(({ key }) => keyText(key)));
  if (what === 'attributes' && topology.unit.version === '2.0' && !outputs.has(name))
    report('UnknownOutput', `No output "${name}" is declared.`, node.span, name, outputs, findings);
}

/** 1.x: `[template, property]`. */
function checkMappedMember(
  [templateNode, memberNode]: readonly Node[],
  what: 'properties' | 'attributes',
  topology: Topology,
  findings: Findings,
): void {
  const template = templateAt(templateNode, topology, findings);
  const member = textOf(memberNode);
  if (template?.type === undefined || memberNode === undefined || member === undefined) return;
  const known = what === 'properties' ? propertiesOf(template.type) : attributesOf(template.type);
  // What a capability has may be named by the capability first.
  if (known.has(member) || capabilitiesOf(template.type).has(member)) return;
  report(
    what === 'properties' ? 'UnknownProperty' : 'UnknownAttribute',
    `"${template.name}" has no ${what === 'properties' ? 'property' : 'attribute'} "${member}".`,
    memberNode.span,
    member,
    known.keys(),
    findings,
  );
}

function checkInterfaceMappings(
  section: Node | undefined,
  type: TypeDeclaration,
  topology: Topology,
  findings: Findings,
): void {
  const interfaces = interfacesOf(type);
  for (const { key, value } of asMap(section)?.entries ?? []) {
    const name = keyText(key);
    const known = interfaces.get(name);
    if (known === undefined) {
      report(
        'UnknownInterface',
        `"${type.name}" has no interface "${name}".`,
        key.span,
        name,
        interfaces.keys(),
        findings,
      );
      continue;
    }
    for (const { key: operationKey, value: workflow } of asMap(value)?.entries ?? []) {
      const operation = keyText(operationKey);
      if (!known.operations.has(operation))
        report(
          'UnknownOperation',
          `The interface "${name}" has no operation "${operation}".`,
          operationKey.span,
          operation,
          known.operations.keys(),
          findings,
        );
      const workflowName = textOf(workflow);
      if (workflowName !== undefined && !topology.workflows.has(workflowName))
        report(
          'UnknownWorkflow',
          `There is no workflow "${workflowName}".`,
          workflow.span,
          workflowName,
          topology.workflows.keys(),
          findings,
        );
    }
  }
}
