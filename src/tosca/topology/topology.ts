/** The topology of a file: its templates, by name, each with the type it is of. */
import type { Span } from '../../diagnostic/problem.ts';
import type { MapEntry, MapNode, Node } from '../../document/node.ts';
import { entryOf, valueOf } from '../../document/node.ts';
import type { ValueDefinitions } from '../definitions/value.ts';
import { nothingDefined, refineValues } from '../definitions/value.ts';
import { asMap } from '../definitions/schema.ts';
import type { NamedItem } from '../definitions/requirement.ts';
import { namedItems } from '../definitions/requirement.ts';
import type { Unit } from '../load/unit.ts';
import { memo } from '../memo.ts';
import type { Category } from '../names/category.ts';
import { findType } from '../names/scope.ts';
import type { TypeDeclaration } from '../names/scope.ts';
import { isWhole, textOf } from '../types/lineage.ts';

/** A node, relationship, group or policy of the topology. */
export type Template = {
  readonly kind: 'node' | 'relationship' | 'group' | 'policy';
  readonly name: string;
  readonly at: Span;
  /** With what it copies from another. */
  readonly node: MapNode;
  /** As it is written. */
  readonly own: MapNode;
  readonly type: TypeDeclaration | undefined;
  readonly topology: Topology;
};

export type Topology = {
  readonly unit: Unit;
  readonly at: Span;
  readonly node: MapNode;
  readonly inputs: ValueDefinitions;
  readonly outputs: readonly MapEntry[];
  readonly nodes: ReadonlyMap<string, Template>;
  readonly relationships: ReadonlyMap<string, Template>;
  readonly groups: ReadonlyMap<string, Template>;
  readonly policies: readonly Template[];
  readonly workflows: ReadonlyMap<string, MapEntry>;
  readonly substitution: MapNode | undefined;
};

/** `topology_template` before 2.0, `service_template` since. */
export const topologyOf = memo((unit: Unit): Topology | undefined => {
  const entry = entryOf(unit.root, unit.version === '2.0' ? 'service_template' : 'topology_template');
  if (entry?.value.kind !== 'map') return undefined;
  const node = entry.value;
  const nodes = new Map<string, Template>();
  const relationships = new Map<string, Template>();
  const groups = new Map<string, Template>();
  const policies: Template[] = [];
  const workflows = new Map<string, MapEntry>();
  const topology: Topology = {
    unit,
    at: entry.key.span,
    node,
    inputs: refineValues(nothingDefined, valueOf(node, 'inputs'), unit, undefined),
    outputs: asMap(valueOf(node, 'outputs'))?.entries ?? [],
    nodes,
    relationships,
    groups,
    policies,
    workflows,
    substitution: asMap(valueOf(node, 'substitution_mappings')),
  };
  readTemplates(topology, 'node_templates', 'node', nodes);
  readTemplates(topology, 'relationship_templates', 'relationship', relationships);
  readTemplates(topology, 'groups', 'group', groups);
  for (const item of policyItems(valueOf(node, 'policies'))) {
    const body = asMap(item.node);
    if (body !== undefined) policies.push(templateOf('policy', item.name, item.at, body, body, topology));
  }
  for (const entryOfWorkflow of asMap(valueOf(node, 'workflows'))?.entries ?? [])
    if (entryOfWorkflow.key.kind === 'scalar') workflows.set(String(entryOfWorkflow.key.value), entryOfWorkflow);
  return topology;
});

const policyItems = (section: Node | undefined): readonly NamedItem[] =>
  section?.kind === 'map'
    ? section.entries.map(({ key, value }) => ({
        name: key.kind === 'scalar' ? String(key.value) : '',
        at: key.span,
        node: value,
      }))
    : namedItems(section);

function readTemplates(
  topology: Topology,
  section: string,
  kind: 'node' | 'relationship' | 'group',
  into: Map<string, Template>,
): void {
  const map = asMap(valueOf(topology.node, section));
  if (map === undefined) return;
  const bodies = new Map<string, MapNode>();
  for (const { key, value } of map.entries)
    if (key.kind === 'scalar' && value.kind === 'map') bodies.set(String(key.value), value);
  for (const { key } of map.entries) {
    const name = key.kind === 'scalar' ? String(key.value) : '';
    const body = bodies.get(name);
    if (body !== undefined) into.set(name, templateOf(kind, name, key.span, body, withCopied(body, bodies), topology));
  }
}

const categoryOf: Readonly<Record<Template['kind'], Category>> = {
  node: 'node',
  relationship: 'relationship',
  group: 'group',
  policy: 'policy',
};

function templateOf(
  kind: Template['kind'],
  name: string,
  at: Span,
  own: MapNode,
  node: MapNode,
  topology: Topology,
): Template {
  const typeName = textOf(valueOf(node, 'type'));
  const found = typeName === undefined ? undefined : findType(topology.unit, categoryOf[kind], typeName);
  // What comes from a parent that is unknown is unknown too: told at the parent, once, and nowhere else.
  const type = found !== undefined && isWhole(found) ? found : undefined;
  return { kind, name, at, node, own, type, topology };
}

/** `copy`: the other template is the basis. Maps are put together, everything else is replaced (1.3 §3.8.3, 2.0 §7.2). */
function withCopied(body: MapNode, all: ReadonlyMap<string, MapNode>): MapNode {
  const source = all.get(textOf(valueOf(body, 'copy')) ?? '');
  return source === undefined || source === body ? body : mergeMaps(source, body, 1);
}

function mergeMaps(base: MapNode, over: MapNode, depth: number): MapNode {
  const entries = new Map<string, MapEntry>();
  for (const entry of base.entries)
    if (entry.key.kind === 'scalar' && entry.key.value !== 'copy') entries.set(String(entry.key.value), entry);
  for (const entry of over.entries) {
    if (entry.key.kind !== 'scalar') continue;
    const name = String(entry.key.value);
    const known = entries.get(name);
    const both = depth > 0 && known?.value.kind === 'map' && entry.value.kind === 'map';
    entries.set(name, both ? { ...entry, value: mergeMaps(known.value, entry.value, depth - 1) } : entry);
  }
  return { ...over, entries: [...entries.values()] };
}

/** The value of a keyname of a template. */
export const sectionOf = (template: Template, keyname: string): Node | undefined => valueOf(template.node, keyname);

export const textsOf = (node: Node | undefined): readonly string[] =>
  node?.kind === 'list' ? node.items.flatMap((item) => textOf(item) ?? []) : [];

export const directivesOf = (template: Template): readonly string[] => textsOf(sectionOf(template, 'directives'));
