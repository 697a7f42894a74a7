/** Capabilities of a node type. */
import type { Span } from '../../diagnostic/problem.ts';
import type { Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import type { Unit } from '../load/unit.ts';
import { memo } from '../memo.ts';
import type { TypeDeclaration } from '../names/scope.ts';
import { bodyOf, findType } from '../names/scope.ts';
import { inheritedNode, lineageOf, textOf } from '../types/lineage.ts';
import type { Range } from './range.ts';
import { readRange, unbounded } from './range.ts';
import { asMap } from './schema.ts';
import type { ValueDefinitions } from './value.ts';
import { declaredAttributesOf, nothingDefined, propertiesOf, refineValues } from './value.ts';

export type CapabilityDefinition = {
  readonly name: string;
  readonly type: TypeDeclaration | undefined;
  readonly typeName: string | undefined;
  readonly properties: ValueDefinitions;
  readonly attributes: ValueDefinitions;
  /** Names of node types that may be sources, with the file that says so; none: all may. */
  readonly sources: TypeList | undefined;
  /** Relationships it takes. */
  readonly range: Range;
  readonly mentions: readonly { readonly at: Span; readonly node: Node; readonly type: TypeDeclaration }[];
};

export type TypeList = { readonly names: readonly Node[]; readonly unit: Unit };

export type CapabilityDefinitions = ReadonlyMap<string, CapabilityDefinition>;

export const capabilitiesOf = memo((type: TypeDeclaration): CapabilityDefinitions => {
  const all = new Map<string, CapabilityDefinition>();
  for (const one of lineageOf(type).toReversed()) {
    for (const { key, value } of asMap(valueOf(bodyOf(one), 'capabilities'))?.entries ?? []) {
      if (key.kind !== 'scalar') continue;
      const name = String(key.value);
      all.set(name, refineCapability(all.get(name), name, key.span, value, one));
    }
  }
  return all;
});

function refineCapability(
  inherited: CapabilityDefinition | undefined,
  name: string,
  at: Span,
  node: Node,
  from: TypeDeclaration,
): CapabilityDefinition {
  const { unit } = from;
  const ownName = textOf(node) ?? textOf(valueOf(node, 'type'));
  const type = ownName === undefined ? inherited?.type : findType(unit, 'capability', ownName);
  // A new type begins with its own members; what the parent node type refined stays refined.
  const properties = type === undefined ? nothingDefined : propertiesOf(type);
  const attributes = type === undefined ? nothingDefined : declaredAttributesOf(type);
  const base = inherited !== undefined && type === inherited.type ? inherited : { properties, attributes };
  const range = readRange(valueOf(node, 'occurrences'));
  return {
    name,
    type,
    typeName: ownName ?? inherited?.typeName,
    properties: refineValues(base.properties, valueOf(node, 'properties'), unit, from),
    attributes: refineValues(base.attributes, valueOf(node, 'attributes'), unit, from),
    sources: readTypeList(node, unit) ?? inherited?.sources ?? (type === undefined ? undefined : sourcesOfType(type)),
    range: range ?? inherited?.range ?? { least: 1, most: unbounded },
    mentions: [...(inherited?.mentions ?? []), { at, node, type: from }],
  };
}

const readTypeList = (node: Node, unit: Unit): TypeList | undefined => {
  const list = valueOf(node, 'valid_source_types') ?? valueOf(node, 'valid_source_node_types');
  return list?.kind === 'list' ? { names: list.items, unit } : undefined;
};

function sourcesOfType(type: TypeDeclaration): TypeList | undefined {
  const found = inheritedNode(type, 'valid_source_types') ?? inheritedNode(type, 'valid_source_node_types');
  return found?.node.kind === 'list' ? { names: found.node.items, unit: found.from.unit } : undefined;
}
