import { expect, test } from 'vitest';
import type { Application, Entity } from '../../src/model/entity.ts';
import { checkApplication } from '../../src/model/invariants.ts';
import { renderLatch } from '../../src/model/latches.ts';
import { entitiesOf } from '../../src/model/traverse.ts';
import type { Value } from '../../src/model/value.ts';

const entity = (type: string, config: Record<string, Value> = {}, more: Partial<Entity> = {}): Entity => ({
  type,
  config: new Map(Object.entries(config)),
  parameters: [],
  policies: [],
  enrichers: [],
  initializers: [],
  tags: [],
  children: [],
  ...more,
});

const application = (...children: readonly Entity[]): Application => ({
  ...entity('org.apache.brooklyn.entity.stock.BasicApplication'),
  children,
  metadata: new Map(),
});

const waiting = (id: string, ...on: readonly string[]): Entity =>
  entity(
    'docker:x',
    on.length === 0
      ? {}
      : { 'latch.start': renderLatch(on.map((other) => ({ entity: other, sensor: 'service.isUp' }))) },
    { id },
  );

const network = (id: string, config: Record<string, Value>): Entity =>
  entity('clocker.networking.VirtualNetwork', config, { id });

const reference = (name: string, ...values: readonly Value[]): Value => ({
  kind: 'dsl',
  steps: [{ kind: 'call', name, arguments: values }],
});

const scaler = (config: Record<string, Value>): Partial<Entity> => ({
  policies: [
    { type: 'org.apache.brooklyn.policy.autoscaling.AutoScalerPolicy', config: new Map(Object.entries(config)) },
  ],
});

const cases: readonly (readonly [string, Application, readonly string[]])[] = [
  ['nothing', application(), []],
  ['distinct ids', application(waiting('a'), waiting('b', 'a')), []],
  ['an id twice', application(waiting('a'), entity('g', {}, { children: [waiting('a')] })), ['model-id-twice']],
  [
    'a reference to nobody',
    application(entity('docker:x', { env: new Map([['A', reference('entity', 'db')]]) })),
    ['model-reference-unknown'],
  ],
  [
    'a reference by scope',
    application(waiting('a'), entity('docker:x', { a: reference('component', 'sibling', 'a') })),
    [],
  ],
  [
    'scopes without id',
    application(entity('docker:x', { a: reference('component', 'root', ''), b: reference('component', 'root') })),
    [],
  ],
  [
    'a reference in a policy',
    application(entity('x', {}, scaler({ a: reference('sibling', 'q') }))),
    ['model-reference-unknown'],
  ],
  ['a ring of latches', application(waiting('a', 'b'), waiting('b', 'c'), waiting('c', 'a')), ['model-latch-cycle']],
  ['a latch on itself', application(waiting('a', 'a')), ['model-latch-cycle']],
  ['a diamond is no ring', application(waiting('a', 'b', 'c'), waiting('b', 'd'), waiting('c', 'd'), waiting('d')), []],
  ['a size below zero', application(entity('cluster', { 'cluster.initial.size': -1 })), ['model-size']],
  [
    'more at the start than at most',
    application(entity('cluster', { 'cluster.initial.size': 3, 'cluster.max.size': 2 })),
    ['model-size'],
  ],
  [
    'bounds in order',
    application(entity('cluster', {}, scaler({ 'autoscaler.minPoolSize': 1, 'autoscaler.maxPoolSize': 5 }))),
    [],
  ],
  [
    'bounds out of order',
    application(entity('cluster', {}, scaler({ 'autoscaler.minPoolSize': 5, 'autoscaler.maxPoolSize': 1 }))),
    ['model-size'],
  ],
  [
    'a good network',
    application(
      network('n', {
        'network.cidr': '198.19.8.0/24',
        'network.gateway': '198.19.8.1',
        'network.range': '198.19.8.128/25',
      }),
    ),
    [],
  ],
  ['a network without slash', application(network('n', { 'network.cidr': '198.19.8.0' })), ['model-address']],
  [
    'a gateway outside',
    application(network('n', { 'network.cidr': '198.19.8.0/24', 'network.gateway': '198.19.9.1' })),
    ['model-address-outside'],
  ],
  [
    'a gateway that is none',
    application(network('n', { 'network.cidr': '198.19.8.0/24', 'network.gateway': 'x' })),
    ['model-address'],
  ],
  [
    'a range outside',
    application(network('n', { 'network.cidr': '198.19.8.0/24', 'network.range': '198.19.0.0/16' })),
    ['model-address-outside'],
  ],
  [
    'networks that overlap',
    application(network('n', { 'network.cidr': '198.19.8.0/24' }), network('m', { 'network.cidr': '198.19.0.0/16' })),
    ['model-address-overlap'],
  ],
  [
    'pools that overlap',
    application(
      network('n', { 'network.cidr': '198.19.8.0/24', 'network.pools': [new Map([['cidr', '198.19.8.0/25']])] }),
    ),
    ['model-address-overlap'],
  ],
  [
    'families never overlap',
    application(network('n', { 'network.cidr': '0.0.0.0/0' }), network('m', { 'network.cidr': '::/0' })),
    [],
  ],
  ['an external network is not ours', application(network('n', { 'network.cidr': 'x', 'network.external': true })), []],
  [
    'what the DSL will say',
    application(
      network('n', { 'network.cidr': reference('config', 'x') }),
      entity('cluster', { 'cluster.initial.size': reference('config', 'n') }),
    ),
    [],
  ],
];

test.each(cases)('%s', (_name, one, codes) => {
  expect(checkApplication(one).map((problem) => problem.code)).toEqual(codes);
});

test('members share the id of their specification', () => {
  const spec: Value = { kind: 'entitySpec', entity: waiting('a') };
  expect(checkApplication(application(entity('cluster', { 'dynamiccluster.memberspec': spec }, { id: 'a' })))).toEqual(
    [],
  );
});

test('a long chain of latches is no deep recursion', () => {
  const many = Array.from({ length: 20_000 }, (_, index) => waiting(`e${index}`, `e${index + 1}`));
  expect(checkApplication(application(...many, waiting('e20000')))).toEqual([]);
});

test('walking tells where each entity is', () => {
  const spec: Value = { kind: 'entitySpec', entity: entity('docker:member', {}, { children: [entity('deep')] }) };
  const tree = application(
    entity('docker:a', {}, { children: [entity('docker:b')] }),
    entity('cluster', { 'dynamiccluster.memberspec': spec }),
  );
  expect(
    [...entitiesOf(tree)].map(({ entity: { type }, path, isSpec }) => `${path} ${type}${isSpec ? ' (spec)' : ''}`),
  ).toEqual([
    ' org.apache.brooklyn.entity.stock.BasicApplication',
    'services[0] docker:a',
    'services[0].brooklyn.children[0] docker:b',
    'services[1] cluster',
    'services[1].brooklyn.config.dynamiccluster.memberspec docker:member (spec)',
    'services[1].brooklyn.config.dynamiccluster.memberspec.brooklyn.children[0] deep (spec)',
  ]);
});
