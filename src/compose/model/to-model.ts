/** The normal form of a compose project as an application of entities. */
import type { Checked, Problem } from '../../diagnostic/problem.ts';
import type { Report } from '../../diagnostic/report.ts';
import type { MapNode, Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { typeName } from '../../model/entity-types.ts';
import type { Application, Entity } from '../../model/entity.ts';
import type { Value, ValueMap } from '../../model/value.ts';
import { isMap } from '../../model/value.ts';
import { entityOf } from './entity.ts';
import { applyExtension, extensionKey, extensionNode } from './extension.ts';
import type { BlueprintWords } from './extension.ts';
import { makeMarks, reportLeaves } from './leaves.ts';
import type { Marks, Path } from './leaves.ts';
import { namesOf, namesOfTree, resourceSections } from './names.ts';
import type { Names, ResourceSection } from './names.ts';
import { remainderKey } from './remainder.ts';
import { resourceEntity } from './resource.ts';
import { conditionalOf, mapSpec, serviceEntity } from './service.ts';
import { usedBy } from './used-by.ts';
import { entriesOf, mapValue, overlayValue, valueOfNode } from './values.ts';

export type ComposeTree = {
  readonly tree: MapNode;
  /** Services of profiles that are not chosen, in the same form: kept, not made. */
  readonly inactive?: MapNode;
  /** Resources by section that no active service uses; those the inactive ones use are kept with them. */
  readonly unused?: MapNode;
};

/** `report`: a line for each leaf of the tree. */
export type ModelResult = Checked<Application> & { readonly report: Report };

type Build = {
  readonly names: Names;
  readonly words: BlueprintWords;
  readonly problems: Problem[];
  readonly marks: Marks;
};

export function translateToModel(project: ComposeTree, words: BlueprintWords): ModelResult {
  const inactive = project.inactive === undefined ? new Map() : mapValue(valueOfNode(project.inactive));
  const kept = project.unused && usedBy(inactive, project.unused);
  const nodes = nodesOf(project, kept);
  const sections = joinSections(mapValue(valueOfNode(project.tree)), kept);
  const services = new Map([...mapValue(sections.get('services')), ...inactive]);
  const named = namesOfTree(new Map(sections).set('services', services));
  const build: Build = { names: namesOf(named), words, problems: [], marks: makeMarks() };
  const resources = resourceSections.flatMap((section) =>
    entriesOf(sections.get(section)).map(([key, entry]) =>
      extendedResource(section, key, { attributes: mapValue(entry), node: nodes(section, key) }, build),
    ),
  );
  const made = entriesOf(services).map(([key, attributes]) => {
    const entity = extendedService(key, { attributes: mapValue(attributes), node: nodes('services', key) }, build);
    return inactive.has(key) ? conditionalOf(entity) : entity;
  });
  const whole = { attributes: sections, node: project.tree };
  const application = applicationOf(whole, [...resources, ...made], build);
  const report = [
    ...reportLeaves(project.tree, build.marks),
    ...(project.inactive === undefined ? [] : reportLeaves(project.inactive, build.marks, ['services'])),
    ...(kept === undefined ? [] : reportLeaves(kept, build.marks)),
  ];
  return { value: application, problems: build.problems, report };
}

const keptApart = {
  fate: 'adapted',
  reason: 'Kept under clocker.compose in Compose’s own words; nothing acts on it when deployed.',
} as const;

/** What an entity keeps apart is marked leaf by leaf; how a size was written (a text) is no leaf of the file. */
function markRemainder(config: ValueMap, path: Path, { marks }: Build): void {
  const mark = (value: Value, at: Path): void => {
    if (isMap(value) && value.size > 0) for (const [key, item] of entriesOf(value)) mark(item, [...at, key]);
    else if (at.at(-1) !== 'scale' || typeof value === 'number') marks.set(at, keptApart);
  };
  const remainder = config.get(remainderKey);
  if (remainder !== undefined) mark(remainder, path);
}

/** An entry of the file: as a value, and as the node that has its extension with places. */
type Entry = { readonly attributes: ValueMap; readonly node: Node | undefined };

const withoutExtension = (attributes: ValueMap): ValueMap => {
  const own = new Map(attributes);
  own.delete(extensionKey);
  return own;
};

function extendedResource(section: ResourceSection, key: string, { attributes, node }: Entry, build: Build): Entity {
  const named = { key, id: build.names.id(section, key) };
  const entity = resourceEntity(section, named, withoutExtension(attributes), build.names);
  markRemainder(entity.config, [section, key], build);
  return extend(entity, extensionNode(node), build);
}

function extend(entity: Entity, extension: Node | undefined, build: Build): Entity {
  const { value, problems } = applyExtension(entity, extension, build.words);
  build.problems.push(...problems);
  return value;
}

function extendedService(key: string, { attributes, node }: Entry, build: Build): Entity {
  const extension = extensionNode(node);
  const entity = serviceEntity(key, withoutExtension(attributes), build.names);
  markRemainder(entity.config, ['services', key], build);
  if (extension === undefined) return entity;
  return mapSpec(extend(entity, extension, build), (member) => extend(member, valueOf(extension, 'member'), build));
}

type NodeAt = (section: string, key: string) => Node | undefined;

const joinSections = (sections: ValueMap, kept: MapNode | undefined): ValueMap =>
  kept === undefined ? sections : mapValue(overlayValue(valueOfNode(kept), sections));

/** Nodes of entries, found by section and key in one step each: files may have thousands. */
function nodesOf({ tree, inactive }: ComposeTree, kept: MapNode | undefined): NodeAt {
  const found = new Map<string, Node>();
  const add = (section: string, node: Node | undefined): void => {
    if (node?.kind !== 'map') return;
    for (const { key, value } of node.entries)
      if (key.kind === 'scalar') found.set(`${section}/${String(key.value ?? '')}`, value);
  };
  for (const section of resourceSections) {
    add(section, valueOf(kept, section));
    add(section, valueOf(tree, section));
  }
  add('services', inactive);
  add('services', valueOf(tree, 'services'));
  return (section, key) => found.get(`${section}/${key}`);
}

const sectionNames: ReadonlySet<string> = new Set(['name', 'services', ...resourceSections, extensionKey]);

function applicationOf({ attributes, node }: Entry, children: readonly Entity[], build: Build): Application {
  const rest = new Map(entriesOf(attributes).filter(([key]) => !sectionNames.has(key)));
  const name = attributes.get('name');
  const bare = entityOf(typeName.application, {
    ...(typeof name === 'string' ? { name } : {}),
    config: rest.size === 0 ? new Map() : new Map([[remainderKey, rest]]),
  });
  markRemainder(bare.config, [], build);
  const extension = extensionNode(node);
  const root = extend(bare, extension, build);
  const further = valueOf(extension, 'services');
  const others = further?.kind === 'list' ? further.items.map((item) => extend(entityOf(''), item, build)) : [];
  const metadata = valueOf(valueOf(node, extensionKey), 'metadata');
  return {
    ...root,
    children: [...children, ...root.children, ...others],
    metadata: metadata === undefined ? new Map() : mapValue(valueOfNode(metadata)),
  };
}
