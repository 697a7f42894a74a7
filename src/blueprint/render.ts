/** The model as a blueprint that Apache Brooklyn's own parser accepts: full key names, DSL in its own forms. */
import { renderYaml } from '../document/render.ts';
import type { Renderable } from '../document/render.ts';
import type { Adjunct, Application, Entity, Location, Parameter } from '../model/entity.ts';
import { typeName } from '../model/entity-types.ts';
import type { Value, ValueMap } from '../model/value.ts';
import { renderValue, renderValueMap } from './render-value.ts';
import { unwrapSingleService } from './unwrap.ts';

type Field = readonly [key: string, value: Renderable];

export const renderBlueprint = (application: Application): string => renderYaml(renderApplication(application));

/**
 * An application of a type of its own is written as the only service, which Brooklyn takes for the whole; so is one that
 * Brooklyn would take for a mere wrapper of its only child.
 */
export function renderApplication(application: Application): Renderable {
  const { metadata, ...entity } = application;
  const carried = fieldsOfMap(metadata);
  if (entity.type !== typeName.application || unwrapSingleService(application) !== application)
    return new Map<string, Renderable>([...carried, ['services', [renderEntity(entity)]]]);
  const services = entity.children.map(renderEntity);
  return new Map<string, Renderable>([...fieldsOf({ ...entity, children: [] }), ...carried, ['services', services]]);
}

/** One item of `services`. */
export const renderEntity = (entity: Entity): ReadonlyMap<string, Renderable> =>
  new Map<string, Renderable>([['type', entity.type], ...fieldsOf(entity)]);

const value = (one: Value): Renderable => renderValue(one, renderEntity);

const map = (one: ValueMap): Renderable => renderValueMap(one, renderEntity);

/** The fields of metadata and parameters nobody knows: their keys are texts. */
const fieldsOfMap = (one: ValueMap): readonly Field[] =>
  [...one].flatMap(([key, part]): Field[] => (typeof key === 'string' ? [[key, value(part)]] : []));

const optional = (key: string, text: Renderable | undefined): readonly Field[] =>
  text === undefined ? [] : [[key, text]];

const list = <T>(key: string, items: readonly T[], render: (item: T) => Renderable): readonly Field[] =>
  items.length === 0 ? [] : [[key, items.map(render)]];

const config = (one: ValueMap): readonly Field[] => (one.size === 0 ? [] : [['brooklyn.config', map(one)]]);

/** All but the type. */
function fieldsOf(entity: Entity): readonly Field[] {
  return [
    ...optional('id', entity.id),
    ...optional('name', entity.name),
    ...optional('description', entity.description),
    ...optional('iconUrl', entity.iconUrl),
    ...locationFields(entity.locations),
    ...list('brooklyn.parameters', entity.parameters, renderParameter),
    ...config(entity.config),
    ...list('brooklyn.initializers', entity.initializers, renderAdjunct),
    ...list('brooklyn.enrichers', entity.enrichers, renderAdjunct),
    ...list('brooklyn.policies', entity.policies, renderAdjunct),
    ...list('brooklyn.tags', entity.tags, value),
    ...list('brooklyn.children', entity.children, renderEntity),
  ];
}

/** An empty list clears the locations inherited from elsewhere. */
function locationFields(locations: readonly Location[] | undefined): readonly Field[] {
  if (locations === undefined) return [];
  const [only, ...others] = locations.map(renderLocation);
  return only !== undefined && others.length === 0
    ? [['location', only]]
    : [['locations', locations.map(renderLocation)]];
}

const renderLocation = (location: Location): Renderable =>
  location.config.size === 0 ? location.name : new Map([[location.name, map(location.config)]]);

const renderAdjunct = (adjunct: Adjunct): Renderable =>
  new Map<string, Renderable>([
    ['type', adjunct.type],
    ...optional('id', adjunct.id),
    ...optional('name', adjunct.name),
    ...fieldsOfMap(adjunct.fields ?? new Map()),
    ...config(adjunct.config),
  ]);

const renderParameter = (parameter: Parameter): Renderable =>
  new Map<string, Renderable>([
    ['name', parameter.name],
    ...optional('label', parameter.label),
    ...optional('description', parameter.description),
    ...optional('type', parameter.type),
    ...(parameter.default === undefined ? [] : optional('default', value(parameter.default))),
    ...optional('pinned', parameter.pinned),
    ...optional('constraints', parameter.constraints?.map(value)),
    ...[...(parameter.inheritance ?? [])].flatMap(([axis, mode]): Field[] => [
      [`inheritance.${typeof axis === 'string' ? axis : ''}`, value(mode)],
    ]),
    ...optional('reconfigurable', parameter.reconfigurable),
    ...optional('deprecatedNames', parameter.deprecatedNames),
    ...fieldsOfMap(parameter.more ?? new Map()),
  ]);
