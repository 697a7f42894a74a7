import { expect, test } from 'vitest';
import { encodeService, decodeService } from '../../../src/compose/model/service-config.ts';
import { namesOf } from '../../../src/compose/model/names.ts';
import type { Named } from '../../../src/compose/model/names.ts';
import { valueOfNode } from '../../../src/compose/model/values.ts';
import { parseDocument } from '../../../src/document/parse.ts';
import type { Value, ValueMap } from '../../../src/model/value.ts';
import { isMap } from '../../../src/model/value.ts';
import { plain } from './plain.ts';

const named: readonly Named[] = [
  { section: 'services', key: 'db', id: 'db' },
  { section: 'networks', key: 'front', id: 'front', networkId: 'p_front' },
  { section: 'volumes', key: 'db', id: 'db-volume' },
  { section: 'secrets', key: 's', id: 's' },
];
const names = namesOf(named);

function valueOf(text: string): ValueMap {
  const value = valueOfNode(parseDocument(text, 'x', { schema: 'core' }).value);
  if (!isMap(value)) throw new Error('not a map');
  return value;
}

const dsl = (entity: string, sensor: string): Value => ({
  kind: 'dsl',
  steps: [
    { kind: 'call', name: 'entity', arguments: [entity] },
    { kind: 'call', name: 'attributeWhenReady', arguments: [sensor] },
  ],
});

/** Normal form of some attributes, and how the keys say them. */
test.each<[string, Readonly<Record<string, unknown>>]>([
  ['image: host:5000/a:1', { 'docker.image.name': 'host:5000/a', 'docker.image.tag': '1' }],
  ['{command: null, entrypoint: []}', { 'docker.image.entrypoint': [] }],
  ['environment: {A: "1", B: null}', { 'docker.container.environment': { A: '1', B: null } }],
  [
    'expose: ["80", "0080", "8000-8010", "53/udp"]',
    { 'docker.container.openPorts': [80, '0080', '8000-8010', '53/udp'] },
  ],
  [
    'ports: [{mode: ingress, target: 80, published: "8080", protocol: tcp}, {mode: ingress, host_ip: "::1", target: 53, published: "53", protocol: udp}]',
    { 'docker.container.portBindings': { '8080': 80, '[::1]:53/udp': 53 } },
  ],
  ['ports: [{mode: ingress, target: 80, published: "80", protocol: tcp}]', { 'docker.container.directPorts': [80] }],
  [
    'ports: [{mode: ingress, target: 80, protocol: tcp}, {mode: host, target: 81, published: "81", protocol: tcp}]',
    { 'docker.container.publishedPorts': [80, { mode: 'host', target: 81, published: '81' }] },
  ],
  [
    'volumes: [{type: volume, source: db, target: /d, volume: {}}, {type: bind, source: /a, target: /b, read_only: true, bind: {create_host_path: true}}, {type: tmpfs, target: /t}]',
    { 'docker.container.volumes': ['db-volume:/d', '/a:/b:ro', { type: 'tmpfs', target: '/t' }] },
  ],
  [
    'networks: {front: null, other: {aliases: [x]}}',
    { 'network.list': ['p_front', 'other'], 'network.attachments': { other: { aliases: ['x'] } } },
  ],
  [
    'depends_on: {db: {condition: service_healthy, restart: true, required: false}}',
    {
      'latch.start': dsl('db', 'docker.container.healthy'),
      'docker.container.dependencies.restart': ['db'],
      'docker.container.dependencies.optional': ['db'],
    },
  ],
  [
    'links: [db, "db:sql"]',
    { 'docker.container.links': { db: expect.anything() as unknown, sql: expect.anything() as unknown } },
  ],
  [
    'secrets: [{source: s, target: /run/secrets/s}, {source: s, target: x, mode: "0440"}]',
    { 'docker.container.secrets': ['s', { source: 's', target: 'x', mode: '0440' }] },
  ],
  ['scale: 3', { 'cluster.initial.size': 3, 'clocker.compose': { scale: 'instead' } }],
  [
    '{scale: 3, deploy: {replicas: 3, resources: {}, placement: {}}}',
    { 'cluster.initial.size': 3, 'clocker.compose': { scale: 'also' } },
  ],
  [
    'deploy: {resources: {}, placement: {preferences: [{spread: node.labels.az}]}}',
    { 'docker.constraint.spread': ['node.labels.az'] },
  ],
  [
    'deploy: {resources: {}, placement: {}, x-a: 1}',
    { 'clocker.compose': { deploy: { resources: {}, placement: {}, 'x-a': 1 } } },
  ],
  [
    'build: {context: /x, dockerfile: Dockerfile, x-b: 1}',
    {
      'docker.build.context': '/x',
      'docker.build.dockerfile': 'Dockerfile',
      'clocker.compose': { build: { 'x-b': 1 } },
    },
  ],
  ['develop: {watch: []}', { 'clocker.compose': { develop: { watch: [] } } }],
  ['image: conflict', { 'docker.image.name': 'conflict' }],
  ['{constructor: 1, __proto__: {a: 1}}', { 'clocker.compose': { constructor: 1, ['__proto__']: { a: 1 } } }],
])('%s', (text, config) => {
  const service = valueOf(text);
  const encoded = encodeService(service, names);
  expect(encoded).toEqual(new Map(Object.entries(config).map(([key, value]) => [key, toValue(value)])));
  expect(decodeService(encoded, names)).toEqual(new Map([['command', null], ['entrypoint', null], ...service]));
});

/** Objects become maps; matchers and DSL values stay. */
function toValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toValue);
  if (typeof value !== 'object' || value === null || 'kind' in value || 'asymmetricMatch' in value) return value;
  return new Map(Object.entries(value).map(([key, item]) => [key, toValue(item)]));
}

/** What a person may write in a blueprint, and the compose attribute it is. */
test.each<[string, unknown]>([
  [
    '{docker.container.directPorts: [3306]}',
    { ports: [{ mode: 'ingress', target: 3306, published: '3306', protocol: 'tcp' }] },
  ],
  [
    '{docker.container.portBindings: {8080: 80, "127.0.0.1:53/udp": 53}}',
    {
      ports: [
        { mode: 'ingress', target: 80, published: '8080', protocol: 'tcp' },
        { mode: 'ingress', host_ip: '127.0.0.1', target: 53, published: '53', protocol: 'udp' },
      ],
    },
  ],
  [
    '{docker.host.volumes: {/a: /b}, docker.container.volumes.export: [/c]}',
    {
      volumes: [
        { type: 'bind', source: '/a', target: '/b', bind: { create_host_path: true } },
        { type: 'volume', target: '/c', volume: {} },
      ],
    },
  ],
  ['{docker.container.environment: {PORT: 80, ON: true}}', { environment: { PORT: '80', ON: 'true' } }],
  ['{docker.image.commands: "sh -c \'a b\' \\"c d\\""}', { command: ['sh', '-c', 'a b', 'c d'] }],
  ['{docker.image.name: a, docker.registry.url: "r:5000/"}', { image: 'r:5000/a' }],
  ['{docker.container.openPorts: 6379}', { expose: ['6379'] }],
])('%s', (text, attributes) => {
  const made = decodeService(valueOf(text), names);
  const { command, entrypoint, ...rest } = plain(made) as Readonly<Record<string, unknown>>;
  expect(entrypoint).toBeNull();
  expect(command === null ? rest : { ...rest, command }).toEqual(attributes);
});
