/** Steps through the graph of a template: from a node to its capabilities and relationships, and on to their other ends. */
import { capabilitiesOf } from '../definitions/capability.ts';
import type { CapabilityDefinition } from '../definitions/capability.ts';
import { requirementsOf } from '../definitions/requirement.ts';
import { memo } from '../memo.ts';
import type { TypeDeclaration } from '../names/scope.ts';
import type { RequirementAssignment } from '../topology/requirement.ts';
import { assignmentsOf } from '../topology/requirement.ts';
import type { Template, Topology } from '../topology/topology.ts';
import { lineageOf } from '../types/lineage.ts';
import type { Self } from './scope.ts';

export type Context =
  | { readonly kind: 'node'; readonly template: Template }
  /** A node of which only the type is known. */
  | { readonly kind: 'node-type'; readonly type: TypeDeclaration }
  | { readonly kind: 'capability'; readonly template: Template | undefined; readonly capability: CapabilityDefinition }
  | {
      readonly kind: 'relationship';
      readonly requirement: RequirementAssignment | undefined;
      readonly template: Template | undefined;
      readonly type: TypeDeclaration | undefined;
    }
  /** A group or a policy. */
  | { readonly kind: 'template'; readonly template: Template }
  /** Another kind of type. */
  | { readonly kind: 'type'; readonly type: TypeDeclaration }
  /** There, but not known here. */
  | { readonly kind: 'unknown' };

const unknown: Context = { kind: 'unknown' };

export function contextOfSelf(self: Self): Context | undefined {
  switch (self.kind) {
    case 'node':
      return { kind: 'node', template: self.template };
    case 'requirement':
      return relationshipContext(self.requirement);
    case 'template':
      return self.template.kind === 'relationship'
        ? relationshipOfTemplate(self.template)
        : { kind: 'template', template: self.template };
    case 'type':
      return contextOfType(self.type);
    case 'open':
      return unknown;
    case 'none':
      return undefined;
  }
}

function contextOfType(type: TypeDeclaration): Context {
  if (type.category === 'node') return { kind: 'node-type', type };
  if (type.category === 'relationship')
    return { kind: 'relationship', requirement: undefined, template: undefined, type };
  return { kind: 'type', type };
}

const relationshipContext = (requirement: RequirementAssignment): Context => ({
  kind: 'relationship',
  requirement,
  template: requirement.relationshipTemplate,
  type: requirement.relationshipType,
});

/** With the requirement that uses it, if one does: that gives it its two ends. */
export const relationshipOfTemplate = (template: Template): Context => ({
  kind: 'relationship',
  requirement: usersOf(template.topology).get(template.name),
  template,
  type: template.type,
});

const usersOf = memo((topology: Topology): ReadonlyMap<string, RequirementAssignment> => {
  const users = new Map<string, RequirementAssignment>();
  for (const node of topology.nodes.values())
    for (const requirement of assignmentsOf(node)) {
      const name = requirement.relationshipTemplate?.name;
      if (name !== undefined && !users.has(name)) users.set(name, requirement);
    }
  return users;
});

export function sourceOf(context: Context): Context | undefined {
  if (context.kind !== 'relationship') return undefined;
  return context.requirement === undefined ? unknown : { kind: 'node', template: context.requirement.source };
}

export function targetOf(context: Context): Context | undefined {
  if (context.kind !== 'relationship') return undefined;
  return context.requirement === undefined ? unknown : targetOfRequirement(context.requirement);
}

function targetOfRequirement({ target, definition }: RequirementAssignment): Context {
  if (target.kind === 'template') return { kind: 'node', template: target.template };
  if (target.kind === 'type') return { kind: 'node-type', type: target.type };
  return definition?.nodeType === undefined || target.kind === 'unknown'
    ? unknown
    : { kind: 'node-type', type: definition.nodeType };
}

export function targetCapability(context: Context): Context | undefined {
  if (context.kind !== 'relationship') return undefined;
  const capability = context.requirement?.capability;
  if (context.requirement === undefined || capability === undefined) return unknown;
  const { target } = context.requirement;
  return { kind: 'capability', template: target.kind === 'template' ? target.template : undefined, capability };
}

export const nodeTypeOf = (context: Context): TypeDeclaration | undefined =>
  context.kind === 'node' ? context.template.type : context.kind === 'node-type' ? context.type : undefined;

export function capabilityOf(context: Context, name: string): Context | undefined {
  const type = nodeTypeOf(context);
  const capability = type === undefined ? undefined : capabilitiesOf(type).get(name);
  if (capability === undefined) return undefined;
  return { kind: 'capability', template: context.kind === 'node' ? context.template : undefined, capability };
}

/** The `index`th relationship of a requirement; of a node of which only the type is known, one that leads to the declared type. */
export function requirementOf(context: Context, name: string, index: number): Context | undefined {
  if (context.kind === 'node') {
    const assigned = assignmentsOf(context.template).filter((assignment) => assignment.name === name);
    const chosen = assigned[Math.min(index, assigned.length - 1)];
    if (chosen !== undefined) return relationshipContext(chosen);
  }
  const type = nodeTypeOf(context);
  const definition = type === undefined ? undefined : requirementsOf(type).get(name);
  if (definition === undefined) return undefined;
  return { kind: 'relationship', requirement: undefined, template: undefined, type: definition.relationshipType };
}

/** What hosts a node, the nearest first. */
export function hostsOf(template: Template): readonly Template[] {
  const hosts: Template[] = [];
  for (
    let host = hostOf(template);
    host !== undefined && host !== template && !hosts.includes(host);
    host = hostOf(host)
  )
    hosts.push(host);
  return hosts;
}

export function hostOf(template: Template): Template | undefined {
  for (const requirement of assignmentsOf(template))
    if (requirement.target.kind === 'template' && isHosting(requirement)) return requirement.target.template;
  return undefined;
}

/** By its type, which derives from HostedOn; where that is unknown, by its name. */
export const isHosting = ({ relationshipType, name }: RequirementAssignment): boolean =>
  relationshipType === undefined ? name === 'host' : isNamed(relationshipType, 'HostedOn');

/** The type, or an ancestor, is the normative one of this short name, in any version. */
export const isNamed = (type: TypeDeclaration, name: string): boolean =>
  lineageOf(type).some((one) => one.name === name || one.name === `tosca.${plural[one.category]}.${name}`);

const plural: Readonly<Record<TypeDeclaration['category'], string>> = {
  artifact: 'artifacts',
  data: 'datatypes',
  capability: 'capabilities',
  interface: 'interfaces',
  relationship: 'relationships',
  node: 'nodes',
  group: 'groups',
  policy: 'policies',
};
