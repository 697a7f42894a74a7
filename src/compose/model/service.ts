/**
 * One service as an entity: a container; a cluster of containers where it has a size; one in each location where its mode
 * is global; and, where its profiles are not chosen, a conditional entity that is not made.
 */
import { renderImageReference, imageOfType } from '../../model/image-reference.ts';
import { kindOfType, typeName } from '../../model/entity-types.ts';
import type { Entity } from '../../model/entity.ts';
import { readText, textOf } from '../../model/read.ts';
import type { Value, ValueMap } from '../../model/value.ts';
import { isDeferred, isList } from '../../model/value.ts';
import { absorbWindow, deriveAdjuncts } from './adjuncts.ts';
import { entityOf } from './entity.ts';
import type { Names } from './names.ts';
import { remainderKey } from './remainder.ts';
import { encodeService } from './service-config.ts';
import { mapOf } from './values.ts';

const profileTag = 'profile:';

/** What is said of the group, not of each member. */
const groupKeys: ReadonlySet<string> = new Set([
  'cluster.initial.size',
  'docker.constraint.expressions',
  'docker.constraint.maxPerHost',
  'docker.constraint.spread',
  'docker.container.dependencies.optional',
  'docker.container.dependencies.restart',
  'docker.service.endpointMode',
  'docker.service.labels',
  'docker.service.mode',
  'docker.service.rollback',
  'docker.service.update',
  'latch.start',
  remainderKey,
]);

export function serviceEntity(key: string, attributes: ValueMap, names: Names): Entity {
  const profiles = attributes.get('profiles');
  const tags = (isList(profiles) ? profiles : []).map((profile) => `${profileTag}${textOf(profile) ?? ''}`);
  const { config, adjuncts } = deriveAdjuncts(encodeService(attributes, names));
  const container = { ...containerOf(config), ...adjuncts };
  return { ...(groupOf(container) ?? container), id: names.id('services', key), tags };
}

/** A service of profiles that are not chosen is known but not made. */
export function conditionalOf({ id, ...entity }: Entity): Entity {
  const spec: Value = { kind: 'entitySpec', entity };
  return entityOf(typeName.conditional, {
    ...(id === undefined ? {} : { id }),
    config: new Map<string, Value>([
      ['conditional.entity.spec', spec],
      ['conditional.entity.create', false],
    ]),
  });
}

/** The image goes into the type. */
function containerOf(config: ReadonlyMap<string, Value>): Entity {
  const rest = new Map(config);
  const name = readText(config, 'docker.image.name');
  if (config.has('provider.type')) return entityOf(typeName.provider, { config: rest });
  if (name === undefined) return entityOf(typeName.container, { config: rest });
  const tag = readText(config, 'docker.image.tag');
  const digest = readText(config, 'docker.image.digest');
  for (const key of ['docker.image.name', 'docker.image.tag', 'docker.image.digest']) rest.delete(key);
  const image = { name, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
  return entityOf(`docker:${renderImageReference(image)}`, { config: rest });
}

const specKeys = ['conditional.entity.spec', 'dynamiccluster.memberspec', 'dynamicfabric.memberspec'];

function groupOf(container: Entity): Entity | undefined {
  const size = container.config.get('cluster.initial.size');
  const everywhere = size === undefined && container.config.get('docker.service.mode') === 'global';
  if (size === undefined && !everywhere) return undefined;
  const group = new Map<string | Value, Value>();
  const member = new Map<string, Value>();
  for (const [key, value] of container.config) {
    if (typeof key !== 'string') continue;
    if (groupKeys.has(key)) group.set(key, value);
    else member.set(key, value);
  }
  const spec: Value = { kind: 'entitySpec', entity: { ...container, config: member } };
  if (!everywhere) return entityOf(typeName.cluster, { config: withSpec(group, 'dynamiccluster.memberspec', spec) });
  group.delete('docker.service.mode');
  return entityOf(typeName.fabric, { config: withSpec(group, 'dynamicfabric.memberspec', spec) });
}

/** Changes the specification inside a cluster or fabric. */
export function mapSpec(entity: Entity, change: (spec: Entity) => Entity): Entity {
  const config = new Map<string, Value>();
  for (const [key, value] of entity.config) {
    if (typeof key !== 'string') continue;
    const spec = specKeys.includes(key) && isDeferred(value) && value.kind === 'entitySpec' ? value : undefined;
    config.set(key, spec === undefined ? value : { ...spec, entity: change(spec.entity) });
  }
  return { ...entity, config };
}

const withSpec = (config: ReadonlyMap<Value, Value>, name: string, spec: Value): ValueMap => {
  const whole = new Map<string, Value>();
  for (const [key, value] of config) if (typeof key === 'string') whole.set(key, value);
  return whole.set(name, spec);
};

/** An entity taken apart: what Compose calls one service. */
export type ServiceParts = {
  /** The entity as it stands in the application. */
  readonly entity: Entity;
  /** Cluster or fabric, where it is one. */
  readonly group?: Entity;
  /** The container, or the provider. */
  readonly container: Entity;
  readonly active: boolean;
};

function specOf(entity: Entity): Entity | undefined {
  const spec = specKeys.map((key) => entity.config.get(key)).find((value) => value !== undefined);
  return isDeferred(spec) && spec.kind === 'entitySpec' ? spec.entity : undefined;
}

/** `undefined`: not a service. */
export function partsOfEntity(entity: Entity): ServiceParts | undefined {
  const conditional = kindOfType(entity.type) === 'conditional';
  const made = conditional ? specOf(entity) : entity;
  if (made === undefined) return undefined;
  const kind = kindOfType(made.type);
  const grouped = kind === 'cluster' || kind === 'fabric';
  const container = grouped ? specOf(made) : made;
  if (container === undefined || !['container', 'provider'].includes(kindOfType(container.type))) return undefined;
  const active = !conditional || entity.config.get('conditional.entity.create') !== false;
  return { entity, active, ...(grouped ? groupedParts(made, container) : { container }) };
}

/** Profiles said of the member are those of the whole, where a container was made the member of a group by hand. */
function groupedParts(group: Entity, container: Entity): Required<Pick<ServiceParts, 'group' | 'container'>> {
  const profiles = container.tags.filter(isProfile);
  if (profiles.length === 0) return { group, container };
  const more = profiles.filter((tag) => !group.tags.includes(tag));
  const member = { ...container, tags: container.tags.filter((tag) => !isProfile(tag)) };
  return { group: { ...mapSpec(group, () => member), tags: [...group.tags, ...more] }, container: member };
}

const isProfile = (tag: Value): boolean => typeof tag === 'string' && tag.startsWith(profileTag);

/** All it says, as one flat map of keys; the image in keys too. */
export function flatConfig({ group, container }: ServiceParts): ValueMap {
  const image = imageOfType(container.type);
  const size = group !== undefined && kindOfType(group.type) === 'cluster';
  const config = new Map<string | Value, Value>([
    ...mapOf({
      'docker.image.name': image?.name,
      'docker.image.tag': image?.tag,
      'docker.image.digest': image?.digest,
      'cluster.initial.size': size ? 1 : undefined,
      'docker.service.mode': group !== undefined && !size ? 'global' : undefined,
    }),
    ...container.config,
    ...(group?.config ?? []),
  ]);
  const texts = new Map<string, Value>();
  for (const [key, value] of config) if (typeof key === 'string' && !specKeys.includes(key)) texts.set(key, value);
  return absorbWindow(texts, container.policies);
}

export const profilesOf = (parts: ServiceParts): readonly string[] =>
  (parts.group ?? parts.container).tags.flatMap((tag) =>
    typeof tag === 'string' && tag.startsWith(profileTag) ? [tag.slice(profileTag.length)] : [],
  );
