/** Values of a node as they are in the end: what the template says, else what its type does. */
import type { MapEntry } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { capabilitiesOf } from '../definitions/capability.ts';
import type { CapabilityDefinition } from '../definitions/capability.ts';
import type { OperationDefinition } from '../definitions/interface.ts';
import { interfacesOf, operationEntries } from '../definitions/interface.ts';
import { asMap } from '../definitions/schema.ts';
import type { ValueDefinition, ValueDefinitions } from '../definitions/value.ts';
import { nothingDefined, propertiesOf } from '../definitions/value.ts';
import type { FunctionScope, Placed } from '../functions/scope.ts';
import { scopeOfTemplate } from '../functions/scope.ts';
import type { Node } from '../../document/node.ts';
import type { Unit } from '../load/unit.ts';
import type { TypeDeclaration } from '../names/scope.ts';
import type { Template } from '../topology/topology.ts';
import { sectionOf } from '../topology/topology.ts';
import { textOf } from '../types/lineage.ts';
import { isNamed } from '../functions/context.ts';

export type Member = Placed & {
  readonly name: string;
  readonly definition: ValueDefinition | undefined;
  /** The template says it itself. */
  readonly isOwn: boolean;
};

/** Names with values, in order of declaration, those the type does not know last. */
export function membersOf(
  section: Node | undefined,
  definitions: ValueDefinitions,
  scope: FunctionScope,
): readonly Member[] {
  const own = new Map<string, Node>();
  for (const { key, value } of asMap(section)?.entries ?? [])
    if (key.kind === 'scalar') own.set(String(key.value), value);
  const members: Member[] = [];
  for (const definition of definitions.values()) {
    const given = own.get(definition.name);
    const fallback = definition.fixed ?? definition.default;
    if (given !== undefined) members.push({ name: definition.name, definition, node: given, scope, isOwn: true });
    else if (fallback !== undefined)
      members.push({
        name: definition.name,
        definition,
        node: fallback.node,
        scope: { ...scope, unit: fallback.unit },
        isOwn: false,
      });
    own.delete(definition.name);
  }
  for (const [name, node] of own) members.push({ name, definition: undefined, node, scope, isOwn: true });
  return members;
}

/** A property that is no config key: the tags of the entity. */
export const tagsProperty = 'brooklyn.tags';

export const propertyMembers = (template: Template): readonly Member[] =>
  allPropertyMembers(template).filter(({ name }) => name !== tagsProperty);

export const allPropertyMembers = (template: Template): readonly Member[] =>
  membersOf(
    sectionOf(template, 'properties'),
    template.type === undefined ? nothingDefined : propertiesOf(template.type),
    scopeOfTemplate(template),
  );

export type CapabilityOf = {
  readonly name: string;
  readonly definition: CapabilityDefinition;
  readonly members: readonly Member[];
};

export function capabilityMembers(template: Template): readonly CapabilityOf[] {
  if (template.type === undefined) return [];
  const section = sectionOf(template, 'capabilities');
  return [...capabilitiesOf(template.type).values()].map((definition) => ({
    name: definition.name,
    definition,
    members: membersOf(
      valueOf(valueOf(section, definition.name), 'properties'),
      definition.properties,
      scopeOfTemplate(template),
    ),
  }));
}

/** Capabilities of a normative type, by its short name. */
export const capabilitiesNamed = (template: Template, name: string): readonly CapabilityOf[] =>
  capabilityMembers(template).filter(
    ({ definition }) => definition.type !== undefined && isNamed(definition.type, name),
  );

export type Operation = {
  readonly interface: string;
  readonly interfaceType: TypeDeclaration | undefined;
  readonly name: string;
  readonly implementation: { readonly node: Node; readonly unit: Unit } | undefined;
  readonly inputs: readonly Member[];
  readonly outputs: Node | undefined;
  /** Where the template speaks of it. */
  readonly node: Node | undefined;
  readonly definition: OperationDefinition | undefined;
};

/** Every operation that has an implementation or is spoken of by the template. `scope`: of the node or relationship. */
export function operationsIn(
  section: Node | undefined,
  type: TypeDeclaration | undefined,
  scope: FunctionScope,
): readonly Operation[] {
  const definitions = type === undefined ? new Map<string, never>() : interfacesOf(type);
  const names = new Set([
    ...definitions.keys(),
    ...(asMap(section)?.entries ?? []).map(({ key }) => (key.kind === 'scalar' ? String(key.value) : '')),
  ]);
  return [...names].flatMap((name) => {
    const definition = definitions.get(name);
    const own = valueOf(section, name);
    const entries = new Map<string, MapEntry>(
      operationEntries(own).map((entry) => [entry.key.kind === 'scalar' ? String(entry.key.value) : '', entry]),
    );
    const operations = new Set([...(definition?.operations.keys() ?? []), ...entries.keys()]);
    const around = membersOf(valueOf(own, 'inputs'), definition?.inputs ?? nothingDefined, scope);
    return [...operations].flatMap((operation) => {
      const entry = entries.get(operation)?.value;
      const known = definition?.operations.get(operation);
      const ownImplementation = textOf(entry) === undefined ? valueOf(entry, 'implementation') : entry;
      const implementation =
        ownImplementation === undefined ? known?.implementation : { node: ownImplementation, unit: scope.unit };
      if (implementation === undefined && entry === undefined) return [];
      const inside = membersOf(valueOf(entry, 'inputs'), known?.inputs ?? nothingDefined, scope);
      const inputs = new Map([...around, ...inside].map((member) => [member.name, member]));
      return {
        interface: name,
        interfaceType: definition?.type,
        name: operation,
        implementation,
        inputs: [...inputs.values()],
        outputs: valueOf(entry, 'outputs') ?? known?.outputs?.node,
        node: entry,
        definition: known,
      };
    });
  });
}

export const operationsOf = (template: Template): readonly Operation[] =>
  operationsIn(sectionOf(template, 'interfaces'), template.type, scopeOfTemplate(template));

/** Of the normative lifecycle, or of an interface called as it. */
export const isLifecycle = ({ interface: name, interfaceType }: Operation): boolean =>
  interfaceType === undefined
    ? name === 'Standard' || name === 'tosca.interfaces.node.lifecycle.Standard'
    : isNamed(interfaceType, 'node.lifecycle.Standard') ||
      isNamed(interfaceType, 'Lifecycle.Standard') ||
      name === 'Standard';
