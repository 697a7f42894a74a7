/** Entities as node templates: by what kind of thing each is. */
import { kindOfType, policyType } from '../../model/entity-types.ts';
import type { EntityKind } from '../../model/entity-types.ts';
import type { Entity } from '../../model/entity.ts';
import { parseLatch, readySensor } from '../../model/latches.ts';
import { readNumber, textEntries } from '../../model/read.ts';
import { specsIn } from '../../model/traverse.ts';
import type { Value } from '../../model/value.ts';
import { isMap } from '../../model/value.ts';
import { tagsProperty } from '../model/members.ts';
import { containerKeys, writeImage } from './container.ts';
import type { NodeDraft, Writing } from './draft.ts';
import { keepProperty, newDraft, tell } from './draft.ts';
import { freeName, writeAttachments, writeMounts, writeNetwork, writeVolume } from './network.ts';
import { writePolicies } from './policy.ts';
import { containerType, softwareType } from './types.ts';

/** Places first, so that what refers to them finds them: every entity that gets a node template, and its name. */
export function placeEntities(
  entities: readonly Entity[],
  parent: NodeDraft | undefined,
  writing: Writing,
  names: Map<string, string>,
): void {
  for (const entity of entities) {
    const { member, sizes } = memberOf(entity);
    const name = freeName(nameOf(entity), writing);
    const draft = newDraft(name, member, typeFor(member, writing));
    draft.description ??= entity.description;
    writing.nodes.set(name, draft);
    if (entity.id !== undefined) names.set(entity.id, name);
    if (sizes !== undefined) draft.capabilities.set('scalable', new Map(Object.entries(sizes)));
    if (parent !== undefined) placeInside(draft, parent, writing);
    placeEntities(
      entity === member ? entity.children : [...member.children, ...entity.children],
      draft,
      writing,
      names,
    );
  }
}

/** The words of TOSCA only host software in what has room for it. */
function placeInside(draft: NodeDraft, parent: NodeDraft, writing: Writing): void {
  const isHosted = draft.type === softwareType && (parent.type === containerType || parent.type === softwareType);
  if (isHosted) draft.requirements.push(new Map([['host', parent.name]]));
  else tell(writing, `${draft.name}.parent`, 'lost', `It is no longer inside of "${parent.name}".`);
}

const nameOf = ({ id, name, type }: Entity): string =>
  id ?? name ?? type.slice(type.lastIndexOf('.') + 1).replaceAll(/[^A-Za-z0-9_-]+/g, '_');

type Sizes = { readonly min_instances: number; readonly max_instances: number; readonly default_instances: number };

/** Of a cluster, what its members are and how many. */
function memberOf(entity: Entity): { readonly member: Entity; readonly sizes?: Sizes } {
  if (kindOfType(entity.type) !== 'cluster') return { member: entity };
  const [member] = [...specsIn(entity.config.get('dynamiccluster.memberspec') ?? null)];
  if (member === undefined) return { member: entity };
  const initial = readNumber(entity.config, 'cluster.initial.size') ?? 1;
  const scaler = entity.policies.find(({ type }) => type === policyType.autoScaler)?.config;
  const said = readNumber(scaler, 'autoscaler.maxPoolSize') ?? readNumber(entity.config, 'cluster.max.size');
  const most = Math.max(said ?? initial, initial);
  return { member, sizes: { min_instances: Math.min(initial, 1), max_instances: most, default_instances: initial } };
}

const ofCluster: ReadonlySet<string> = new Set([
  'cluster.initial.size',
  'cluster.max.size',
  'dynamiccluster.memberspec',
  'latch.start',
]);

function typeFor({ type }: Entity, { dialect }: Writing): string {
  const kind = kindOfType(type);
  if (kind === 'container') return containerType;
  if (kind === 'network') return dialect.type('nodes', 'Network');
  if (kind === 'volume') return dialect.type('nodes', 'Storage.BlockStorage');
  // A type that the reader knows by its name stands for itself.
  const isOwn = type.startsWith('org.apache.brooklyn.') || (kind !== 'software' && type.includes('.'));
  if (isOwn && !type.endsWith('.VanillaSoftwareProcess')) return type;
  return kind === 'software' ? softwareType : dialect.type('nodes', 'Root');
}

type Writer = (draft: NodeDraft, writing: Writing) => void;

const writers: Partial<Readonly<Record<EntityKind, Writer>>> = {
  container(draft, writing) {
    writeImage(draft, writing);
    writeConfig(draft, writing);
    writeAttachments(draft, writing);
  },
  network: writeNetwork,
  volume: writeVolume,
  software(draft, writing) {
    if (!draft.entity.type.endsWith('.VanillaSoftwareProcess'))
      tell(
        writing,
        `${draft.name}.type`,
        'adapted',
        `It was "${draft.entity.type}": it becomes software that is run by commands.`,
      );
    writeConfig(draft, writing);
    writeAttachments(draft, writing);
  },
};

function writeOwn(draft: NodeDraft, writing: Writing): void {
  tell(writing, `${draft.name}.type`, 'adapted', 'Other orchestrators know no such type.');
  writeConfig(draft, writing);
}

/** `whole`: of a cluster the cluster. */
export function writeNode(draft: NodeDraft, whole: Entity, writing: Writing): void {
  const { entity } = draft;
  const writer = draft.type === entity.type ? writeOwn : writers[kindOfType(entity.type)];
  if (writer === undefined) tell(writing, `${draft.name}.type`, 'lost', `TOSCA has nothing like "${entity.type}".`);
  else writer(draft, writing);
  writeLatches(draft, whole.config.get('latch.start') ?? entity.config.get('latch.start'), writing);
  if (whole !== entity)
    for (const [key] of textEntries(whole.config))
      if (!ofCluster.has(key)) tell(writing, `${draft.name}.${key}`, 'lost', 'A node that scales has no such setting.');
  for (const one of whole === entity ? [entity] : [whole, entity]) {
    writePolicies(draft, one, writing);
    for (const list of ['parameters', 'enrichers', 'initializers', 'locations'] as const)
      if ((one[list] ?? []).length > 0)
        tell(writing, `${draft.name}.brooklyn.${list}`, 'lost', 'A node template has no such part.');
    const tags = one.tags.filter((tag) => !isLineage(tag));
    if (tags.length > 0) keepProperty(draft, tagsProperty, tags, writing);
  }
}

/** Written by the translation from TOSCA, to tell what the node was. */
const isLineage = (tag: Value): boolean => isMap(tag) && tag.size === 1 && tag.has('tosca.types');

function writeConfig(draft: NodeDraft, writing: Writing): void {
  for (const [key, value] of textEntries(draft.entity.config)) {
    if (key === 'latch.start' || key === 'network.list' || key === 'network.attachments') continue;
    if (key === 'docker.container.volumes' && draft.type === containerType) writeMounts(draft, value, writing);
    else if (draft.type !== containerType || containerKeys[key]?.(draft, value, writing) !== true)
      keepProperty(draft, key, value, writing);
  }
}

/** What is waited for is a dependency; TOSCA knows one thing to wait for: that it runs. */
function writeLatches(draft: NodeDraft, latch: Value | undefined, writing: Writing): void {
  for (const { entity, sensor } of parseLatch(latch)) {
    const name = writing.names.get(entity);
    const path = `${draft.name}.latch.start.${entity}`;
    if (name === undefined) tell(writing, path, 'lost', 'No node template is called so.');
    else {
      draft.requirements.push(new Map([['dependency', name]]));
      if (sensor === readySensor.up) tell(writing, path, 'carried');
      else tell(writing, path, 'adapted', `It waits until "${name}" is up, and not for "${sensor}".`);
    }
  }
}
