/** Requirements of a node type. */
import type { Span } from '../../diagnostic/problem.ts';
import type { ListNode, Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import type { Unit } from '../load/unit.ts';
import { memo } from '../memo.ts';
import type { TypeDeclaration } from '../names/scope.ts';
import { bodyOf, findType } from '../names/scope.ts';
import { lineageOf, textOf } from '../types/lineage.ts';
import { capabilitiesOf } from './capability.ts';
import type { CapabilityDefinition } from './capability.ts';
import type { Range } from './range.ts';
import { readRange, unbounded } from './range.ts';

export type RequirementDefinition = {
  readonly name: string;
  readonly capability: string | undefined;
  /** The type named, or the type of the capability named. */
  readonly capabilityType: TypeDeclaration | undefined;
  /** `capability` is the name of one of the target's capabilities. */
  readonly capabilityOfNode: CapabilityDefinition | undefined;
  readonly node: string | undefined;
  readonly nodeType: TypeDeclaration | undefined;
  readonly relationship: string | undefined;
  readonly relationshipType: TypeDeclaration | undefined;
  readonly range: Range;
  readonly filters: readonly { readonly node: Node; readonly unit: Unit }[];
  /** Oldest first. */
  readonly mentions: readonly RequirementMention[];
};

export type RequirementMention = { readonly at: Span; readonly node: Node; readonly type: TypeDeclaration };

export type RequirementDefinitions = ReadonlyMap<string, RequirementDefinition>;

/** In order of declaration, the oldest type's first. */
export const requirementsOf = memo((type: TypeDeclaration): RequirementDefinitions => {
  const all = new Map<string, RequirementDefinition>();
  for (const one of lineageOf(type).toReversed())
    for (const { name, at, node } of namedItems(valueOf(bodyOf(one), 'requirements')))
      all.set(name, refineRequirement(all.get(name), name, { at, node, type: one }));
  return all;
});

export type NamedItem = { readonly name: string; readonly at: Span; readonly node: Node };

/** Items of a list of maps with one name each. */
export const namedItems = (list: Node | undefined): readonly NamedItem[] =>
  list?.kind === 'list' ? itemsOf(list) : [];

const itemsOf = memo((list: ListNode): readonly NamedItem[] =>
  list.items.flatMap((item) => {
    const [entry] = item.kind === 'map' ? item.entries : [];
    if (entry?.key.kind !== 'scalar') return [];
    return [{ name: String(entry.key.value), at: entry.key.span, node: entry.value }];
  }),
);

function refineRequirement(
  inherited: RequirementDefinition | undefined,
  name: string,
  mention: RequirementMention,
): RequirementDefinition {
  const { node, type: from } = mention;
  const { unit } = from;
  const ownNode = textOf(valueOf(node, 'node'));
  const nodeType = ownNode === undefined ? inherited?.nodeType : findType(unit, 'node', ownNode);
  const ownCapability = textOf(node) ?? textOf(valueOf(node, 'capability'));
  const capability = ownCapability ?? inherited?.capability;
  const asType = ownCapability === undefined ? undefined : findType(unit, 'capability', ownCapability);
  const ofNode =
    capability === undefined || nodeType === undefined ? undefined : capabilitiesOf(nodeType).get(capability);
  const relationshipNode = valueOf(node, 'relationship');
  const ownRelationship = textOf(relationshipNode) ?? textOf(valueOf(relationshipNode, 'type'));
  const filter = valueOf(node, 'node_filter');
  const range = readRange(valueOf(node, 'occurrences') ?? valueOf(node, 'count_range'));
  return {
    name,
    capability,
    capabilityType: asType ?? (ownCapability === undefined ? inherited?.capabilityType : undefined) ?? ofNode?.type,
    capabilityOfNode:
      asType === undefined && (ownCapability !== undefined || inherited?.capabilityType === undefined)
        ? ofNode
        : undefined,
    node: ownNode ?? inherited?.node,
    nodeType,
    relationship: ownRelationship ?? inherited?.relationship,
    relationshipType:
      ownRelationship === undefined ? inherited?.relationshipType : findType(unit, 'relationship', ownRelationship),
    range: range ?? inherited?.range ?? defaultRange(unit),
    filters: [...(inherited?.filters ?? []), ...(filter === undefined ? [] : [{ node: filter, unit }])],
    mentions: [...(inherited?.mentions ?? []), mention],
  };
}

/** Exactly one before 2.0 (1.3 §3.7.3.3), any number since (2.0 §8.5). */
const defaultRange = (unit: Unit): Range =>
  unit.version === '2.0' ? { least: 0, most: unbounded } : { least: 1, most: 1 };
