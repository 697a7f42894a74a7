/** Random models, for properties that must hold of all of them. */
import { inspect } from 'node:util';
import fc from 'fast-check';
import type { Adjunct, Application, Entity, Location, Parameter } from '../../src/model/entity.ts';
import { typeName } from '../../src/model/entity-types.ts';
import type { DslChain, DslStep, Value, ValueMap } from '../../src/model/value.ts';

const identifier = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/);

/** `literal`, `chain`, `object` and `entitySpec` have forms of their own; the rest is what any function looks like. */
const functionName = fc.oneof(
  fc.constantFrom('entity', 'component', 'attributeWhenReady', 'config', 'formatString', 'sensor', 'external', 'self'),
  identifier.filter((name) => !['literal', 'chain', 'object', 'entitySpec'].includes(name)),
);

const text = fc.oneof(
  fc.string(),
  fc.string({
    unit: fc.constantFrom('$', '"', '\\', '(', ')', ':', '\n', ' ', '#', '-', "'", '{', '}', 'a', '1', '.', '\t', '['),
  }),
  fc.constantFrom(
    '$brooklyn:entity("x")',
    '$brooklyn:',
    '$brooklyn:nonsense((',
    'yes',
    '0440',
    '1e3',
    'null',
    '~',
    '<<',
    '=',
    '',
  ),
);

/** Integers a `number` holds stay numbers; beyond, they are bigints. */
const big = fc.bigInt({ min: 2n ** 53n, max: 2n ** 70n });

const many = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<readonly T[]> => fc.array(item, { maxLength: 3 });

type Tied = { value: Value; map: ValueMap; chain: DslChain; step: DslStep; entity: Entity };

const optional = <T extends object>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> =>
  fc.record(fields, { requiredKeys: [] }) as unknown as fc.Arbitrary<Partial<T>>;

/** Keys that no table gives a meaning: short names would come back as full ones. */
const configKey = fc.oneof(
  fc.constantFrom(
    'docker.container.environment',
    'docker.container.openPorts',
    'cluster.initial.size',
    'shell.env',
    'wars.root',
  ),
  fc.stringMatching(/^[a-z]{1,6}\.[a-z]{1,6}\.[A-Za-z0-9]{1,6}$/),
);

const config = (value: fc.Arbitrary<Value>): fc.Arbitrary<ValueMap> =>
  fc.array(fc.tuple(configKey, value), { maxLength: 3 }).map((entries) => new Map(entries));

const named = fc.string({ minLength: 1 });

function adjunctOf(value: fc.Arbitrary<Value>, hasFields: boolean): fc.Arbitrary<Adjunct> {
  const fields = hasFields ? { fields: config(value).filter((map) => map.size > 0) } : {};
  return fc
    .tuple(
      fc.record({ type: fc.constantFrom('com.acme.Policy', 'com.acme.Other'), config: config(value) }),
      optional<Pick<Adjunct, 'id' | 'name' | 'fields'>>({ id: named, name: named, ...fields }),
    )
    .map(([one, more]) => ({ ...one, ...more }));
}

const parameterOf = (value: fc.Arbitrary<Value>): fc.Arbitrary<Parameter> =>
  fc
    .tuple(
      fc.record({ name: named }),
      optional<Omit<Parameter, 'name'>>({
        label: named,
        description: named,
        type: fc.constantFrom('string', 'integer', 'duration', 'java.util.List'),
        default: value,
        pinned: fc.boolean(),
        constraints: many(value),
        inheritance: fc
          .subarray(['type', 'runtime'], { minLength: 1 })
          .map((axes) => new Map(axes.map((axis) => [axis, 'deep_merge']))),
        reconfigurable: fc.boolean(),
        deprecatedNames: many(named),
        more: config(value).filter((map) => map.size > 0),
      }),
    )
    .map(([one, more]) => ({ ...one, ...more }));

const locationOf = (map: fc.Arbitrary<ValueMap>): fc.Arbitrary<Location> =>
  fc.record({
    name: fc.constantFrom('localhost', 'byon', 'jclouds:aws-ec2:us-east-1', 'named:my cloud', 'docker'),
    config: fc.oneof(fc.constant<ValueMap>(new Map()), map),
  });

function entityOf(
  value: fc.Arbitrary<Value>,
  map: fc.Arbitrary<ValueMap>,
  children: fc.Arbitrary<readonly Entity[]>,
): fc.Arbitrary<Entity> {
  return fc
    .tuple(
      fc.record({
        type: fc.constantFrom(
          'docker:redis:7',
          typeName.network,
          typeName.cluster,
          'com.acme.Thing',
          'item:1.0',
          typeName.application,
        ),
        config: config(value),
        parameters: many(parameterOf(value)),
        policies: many(adjunctOf(value, false)),
        enrichers: many(adjunctOf(value, false)),
        initializers: many(adjunctOf(value, true)),
        tags: many(value),
        children,
      }),
      optional<Pick<Entity, 'id' | 'name' | 'description' | 'iconUrl' | 'locations'>>({
        id: named,
        name: named,
        description: named,
        iconUrl: named,
        locations: many(locationOf(map)),
      }),
    )
    .map(([one, more]) => ({ ...one, ...more }));
}

const tied = fc.letrec<Tied>((tie) => {
  const depth = { maxDepth: 2, depthIdentifier: 'value' } as const;
  const call: fc.Arbitrary<DslStep> = fc.record({
    kind: fc.constant('call' as const),
    name: functionName,
    arguments: fc.array(fc.oneof(depth, text, tie('chain'), tie('value')), { maxLength: 3 }),
  });
  const property: fc.Arbitrary<DslStep> = fc.record({ kind: fc.constant('property' as const), name: identifier });
  const index: fc.Arbitrary<DslStep> = fc.record({
    kind: fc.constant('index' as const),
    index: fc.oneof(text, fc.nat(99)),
  });
  return {
    step: fc.oneof(call, property, index),
    // A chain begins with a name, and one that could be the only key of a map does not end in a property.
    chain: fc.tuple(call, fc.array(tie('step'), { maxLength: 2 }), call).map(
      ([first, middle, last]): DslChain => ({
        kind: 'dsl',
        steps: middle.length === 0 ? [first] : [first, ...middle, last],
      }),
    ),
    map: fc
      .array(fc.tuple(fc.oneof({ weight: 5, arbitrary: text }, { weight: 1, arbitrary: tie('chain') }), tie('value')), {
        maxLength: 3,
      })
      .map((entries) => new Map(entries.filter(([key]) => typeof key !== 'string' || !key.startsWith('$brooklyn:'))))
      // Two keys that say the same are one key.
      .filter((one) => new Set([...one.keys()].map((key) => inspect(key, { depth: 20 }))).size === one.size),
    value: fc.oneof(
      depth,
      text,
      fc.constantFrom<Value>(null, true, false),
      fc.integer(),
      fc.double({ noNaN: true }),
      big,
      fc.array(tie('value'), { maxLength: 3 }),
      tie('map'),
      tie('chain'),
      tie('map').map((fields): Value => ({ kind: 'object', fields })),
      tie('entity').map((entity): Value => ({ kind: 'entitySpec', entity })),
    ),
    entity: entityOf(
      tie('value'),
      tie('map'),
      fc.oneof(depth, fc.constant([]), fc.array(tie('entity'), { maxLength: 2 })),
    ),
  };
});

const { value, map, entity } = tied;

export const anyValue = value;

export const anyApplication: fc.Arbitrary<Application> = fc
  .tuple(
    entityOf(value, map, fc.array(entity, { maxLength: 3 })),
    fc.array(fc.tuple(fc.constantFrom('origin', 'artifacts', 'version', 'x-note'), value), { maxLength: 2 }),
    fc.constantFrom(typeName.application, 'brooklyn.entity.basic.BasicApplication'),
  )
  .map(([one, metadata, type]) => ({ ...one, type, metadata: new Map(metadata) }));
