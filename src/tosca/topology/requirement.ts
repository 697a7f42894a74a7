/** Requirement assignments of a node template, with what each leads to. */
import type { Span } from '../../diagnostic/problem.ts';
import type { MapNode, Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import type { CapabilityDefinition } from '../definitions/capability.ts';
import { capabilitiesOf } from '../definitions/capability.ts';
import type { RequirementDefinition } from '../definitions/requirement.ts';
import { namedItems, requirementsOf } from '../definitions/requirement.ts';
import { asMap } from '../definitions/schema.ts';
import { memo } from '../memo.ts';
import { findType } from '../names/scope.ts';
import type { TypeDeclaration } from '../names/scope.ts';
import { isA, textOf } from '../types/lineage.ts';
import type { Template } from './topology.ts';
import { sectionOf } from './topology.ts';

export type Target =
  | { readonly kind: 'template'; readonly template: Template; readonly at: Span }
  /** Whatever node of this type the orchestrator finds. */
  | { readonly kind: 'type'; readonly type: TypeDeclaration; readonly at: Span }
  | { readonly kind: 'unknown'; readonly name: string; readonly at: Span }
  | { readonly kind: 'open' };

export type RequirementAssignment = {
  readonly name: string;
  readonly at: Span;
  readonly node: Node;
  readonly source: Template;
  readonly definition: RequirementDefinition | undefined;
  readonly target: Target;
  /** As written: a name of a capability or of a capability type. */
  readonly capabilityName: { readonly text: string; readonly at: Span } | undefined;
  /** The one of the target that it is tied to, where that can be told. */
  readonly capability: CapabilityDefinition | undefined;
  readonly relationshipType: TypeDeclaration | undefined;
  readonly relationshipTemplate: Template | undefined;
  /** Keynames of a relationship that is written in place. */
  readonly relationship: MapNode | undefined;
  readonly relationshipName: { readonly text: string; readonly at: Span } | undefined;
};

export const assignmentsOf = memo((template: Template): readonly RequirementAssignment[] =>
  namedItems(sectionOf(template, 'requirements')).map(({ name, at, node }) => readAssignment(name, at, node, template)),
);

function readAssignment(name: string, at: Span, node: Node, source: Template): RequirementAssignment {
  const definition = source.type === undefined ? undefined : requirementsOf(source.type).get(name);
  const target = readTarget(targetNode(node), source, definition);
  const capabilityNode = valueOf(node, 'capability');
  const capabilityText = textOf(capabilityNode);
  const capabilityName =
    capabilityNode === undefined || capabilityText === undefined
      ? undefined
      : { text: capabilityText, at: capabilityNode.span };
  const relationship = valueOf(node, 'relationship');
  const relationshipNode = textOf(relationship) === undefined ? valueOf(relationship, 'type') : relationship;
  const relationshipText = textOf(relationshipNode);
  const { unit } = source.topology;
  const relationshipTemplate =
    relationshipText === undefined ? undefined : source.topology.relationships.get(relationshipText);
  const ownType = relationshipText === undefined ? undefined : findType(unit, 'relationship', relationshipText);
  return {
    name,
    at,
    node,
    source,
    definition,
    target,
    capabilityName,
    capability: findCapability(target, definition, capabilityText, source),
    relationshipType:
      ownType ?? (relationshipText === undefined ? definition?.relationshipType : relationshipTemplate?.type),
    relationshipTemplate: ownType === undefined ? relationshipTemplate : undefined,
    relationship: asMap(relationship),
    relationshipName:
      relationshipNode === undefined || relationshipText === undefined
        ? undefined
        : { text: relationshipText, at: relationshipNode.span },
  };
}

/** The short notation is the target; in 2.0 it may be `[template, index]`, as may `node`. */
function targetNode(node: Node): Node | undefined {
  const target = node.kind === 'map' ? valueOf(node, 'node') : node;
  return target?.kind === 'list' ? target.items[0] : target;
}

function readTarget(node: Node | undefined, source: Template, definition: RequirementDefinition | undefined): Target {
  const name = textOf(node);
  if (node === undefined || name === undefined) return { kind: 'open' };
  const template = source.topology.nodes.get(name);
  if (template !== undefined) return { kind: 'template', template, at: node.span };
  const type = findType(source.topology.unit, 'node', name);
  if (type !== undefined) return { kind: 'type', type, at: node.span };
  // A function, such as $get_input, names it later.
  if (name.startsWith('$') && source.topology.unit.version === '2.0') return { kind: 'open' };
  void definition;
  return { kind: 'unknown', name, at: node.span };
}

/** As if it named this node. */
export function leadingTo(assignment: RequirementAssignment, template: Template): RequirementAssignment {
  const target: Target = { kind: 'template', template, at: assignment.at };
  const { definition, capabilityName, source } = assignment;
  return { ...assignment, target, capability: findCapability(target, definition, capabilityName?.text, source) };
}

export const targetType = ({ target, definition }: RequirementAssignment): TypeDeclaration | undefined =>
  target.kind === 'template' ? target.template.type : target.kind === 'type' ? target.type : definition?.nodeType;

/** By its name, else the first of the type asked for. */
function findCapability(
  target: Target,
  definition: RequirementDefinition | undefined,
  name: string | undefined,
  source: Template,
): CapabilityDefinition | undefined {
  const type =
    target.kind === 'template' ? target.template.type : target.kind === 'type' ? target.type : definition?.nodeType;
  if (type === undefined) return undefined;
  const capabilities = capabilitiesOf(type);
  const named = name === undefined ? undefined : capabilities.get(name);
  if (named !== undefined) return named;
  const wanted =
    (name === undefined ? undefined : findType(source.topology.unit, 'capability', name)) ?? definition?.capabilityType;
  if (definition?.capabilityOfNode !== undefined && name === undefined)
    return capabilities.get(definition.capabilityOfNode.name);
  if (wanted === undefined) return undefined;
  const fitting = [...capabilities.values()].filter(
    (capability) => capability.type !== undefined && isA(capability.type, wanted),
  );
  // Nodes often have a capability called as the requirement is.
  return fitting.find((capability) => capability.name === definition?.name) ?? fitting[0];
}
