/** Walking an entity tree and the values in it. */
import type { Application, Entity } from './entity.ts';
import type { DslChain, Value } from './value.ts';
import { isDeferred, isList, isMap } from './value.ts';

export type Placed = {
  readonly entity: Entity | Application;
  /** For people: `services[0].brooklyn.children[1]`; '' for the application. */
  readonly path: string;
  readonly parent?: Entity | Application;
  /** It is what the members of a group are made from, not an entity itself. */
  readonly isSpec: boolean;
};

/** The application and every entity below it, parents first; the specifications of members come after their group. */
export function* entitiesOf(application: Application): Generator<Placed, void, undefined> {
  yield* below(application, '', undefined, false);
}

function* below(
  entity: Entity | Application,
  path: string,
  parent: Entity | Application | undefined,
  isSpec: boolean,
): Generator<Placed, void, undefined> {
  yield { entity, path, isSpec, ...(parent === undefined ? {} : { parent }) };
  for (const [key, value] of entity.config)
    for (const spec of specsIn(value))
      yield* below(
        spec,
        `${path}${path === '' ? '' : '.'}brooklyn.config.${typeof key === 'string' ? key : '…'}`,
        entity,
        true,
      );
  for (const [index, child] of entity.children.entries())
    yield* below(child, path === '' ? `services[${index}]` : `${path}.brooklyn.children[${index}]`, entity, isSpec);
}

/** Entity specifications in a value, not those inside of them. */
export function* specsIn(value: Value): Generator<Entity, void, undefined> {
  if (isDeferred(value) && value.kind === 'entitySpec') yield value.entity;
  else for (const part of partsOf(value)) yield* specsIn(part);
}

/** The values a value is made of. */
function partsOf(value: Value): readonly Value[] {
  if (isList(value)) return value;
  if (isMap(value)) return [...value].flatMap(([key, part]) => (typeof key === 'string' ? [part] : [key, part]));
  if (!isDeferred(value)) return [];
  if (value.kind === 'dsl') return value.steps.flatMap((step) => (step.kind === 'call' ? step.arguments : []));
  return value.kind === 'object' ? partsOf(value.fields) : [];
}

/** Every DSL chain in a value, outer ones first; what entity specifications hold is theirs and left out. */
export function* chainsIn(value: Value): Generator<DslChain, void, undefined> {
  if (isDeferred(value) && value.kind === 'dsl') yield value;
  for (const part of partsOf(value)) yield* chainsIn(part);
}

/** Every value an entity itself has: config, parameters' defaults, policies, enrichers, initializers, tags. */
export function valuesOf(entity: Entity | Application): readonly Value[] {
  const adjuncts = [...entity.policies, ...entity.enrichers, ...entity.initializers];
  return [
    entity.config,
    ...entity.parameters.flatMap((parameter) => parameter.default ?? []),
    ...adjuncts.flatMap((adjunct) => [adjunct.config, ...(adjunct.fields === undefined ? [] : [adjunct.fields])]),
    ...entity.tags,
  ];
}

/** Functions that find an entity by its id, and where they look. */
const lookups: ReadonlySet<string> = new Set([
  'entity',
  'component',
  'child',
  'sibling',
  'descendant',
  'member',
  'ancestor',
]);

/** The id of a reference such as `entity("db")` or `component("descendant", "db")`, where it is written as text. */
export function referencedId({ steps }: DslChain): string | undefined {
  for (const step of steps) {
    if (step.kind !== 'call' || !lookups.has(step.name)) continue;
    const id = step.arguments.at(-1);
    return typeof id === 'string' && !isScopeWithoutId(step.name, step.arguments) ? id : undefined;
  }
  return undefined;
}

/** `component("root")` and `component("this", "")` name no entity; `applications` looks on the whole server. */
const isScopeWithoutId = (name: string, [scope, ...rest]: readonly Value[]): boolean =>
  name === 'component' &&
  typeof scope === 'string' &&
  (rest.length > 0 ? scopesWithoutId.has(scope) : scope === 'root');

const scopesWithoutId: ReadonlySet<string> = new Set(['this', 'parent', 'root', 'scopeRoot', 'applications']);
