/** Whatever an attribute's value is, the model gives it back: what its keys can't say is kept apart. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { translateFromModel, translateToModel } from '../../../src/compose/model/index.ts';
import { resourceRows } from '../../../src/compose/model/resource-rows.ts';
import { serviceRows } from '../../../src/compose/model/service-rows.ts';
import { translateToStack } from '../../../src/compose/stack/index.ts';
import { lint } from '../../../src/compose/lint/index.ts';
import type { MapNode, Node } from '../../../src/document/node.ts';
import { plain } from './plain.ts';
import { plainWords } from './words.ts';

const span = { file: '', start: { offset: 0, line: 1, column: 1 }, end: { offset: 0, line: 1, column: 1 } };

function nodeOf(value: unknown): Node {
  if (Array.isArray(value)) return { kind: 'list', items: value.map(nodeOf), span };
  if (typeof value === 'object' && value !== null) return mapOf(value);
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null)
    return { kind: 'scalar', value, text: String(value), style: 'plain', span };
  throw new Error(`no such value: ${typeof value}`);
}

const mapOf = (value: object): MapNode => ({
  kind: 'map',
  entries: Object.entries(value).map(([key, item]) => ({ key: nodeOf(key), value: nodeOf(item) })),
  span,
});

/** Texts of the normal form have every `$` doubled. */
const text = fc.oneof(
  fc.constantFrom(
    '',
    '80',
    '8080:80',
    'a:b:ro',
    '/a',
    'service:db',
    'db',
    'x@sha256:1',
    '$$HOME',
    '0',
    '[::1]:1/udp',
    'tcp',
    'ingress',
    'volume',
    'bind',
    'conflict',
  ),
  fc.string({ maxLength: 8 }).map((one) => one.replaceAll('$', '$$$$')),
);

const keys = fc.constantFrom(
  'source',
  'target',
  'published',
  'protocol',
  'mode',
  'host_ip',
  'type',
  'read_only',
  'volume',
  'bind',
  'condition',
  'required',
  'restart',
  'replicas',
  'resources',
  'placement',
  'limits',
  'db',
  'x-a',
  '__proto__',
  'constructor',
  'window',
  'test',
  'disable',
  'subnet',
  'config',
);

const anything = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, text, fc.integer(), fc.boolean(), fc.constant(null), tie('list'), tie('map')),
  list: fc.array(tie('value'), { maxLength: 3 }),
  map: fc.dictionary(keys, tie('value'), { maxKeys: 4, noNullPrototype: false }),
})).value;

const attributes = (names: readonly string[]): fc.Arbitrary<Record<string, unknown>> =>
  fc.dictionary(fc.constantFrom(...names, 'x-mine'), anything, { maxKeys: 5 });

/** A name is always a text; an empty one is written, where there is none. */
const resource = (names: readonly string[]): fc.Arbitrary<Record<string, unknown>> =>
  attributes(names).map((entry) => ({ ...entry, name: entry['name'] === undefined ? '' : 'real' }));

/** What the loader lets through has lists where lists belong. */
const project = fc.record({
  name: fc.constantFrom('p', 'q'),
  services: fc.dictionary(
    fc.constantFrom('db', 'web', 'data'),
    attributes(Object.keys(serviceRows).filter((name) => name !== 'profiles')).map((service) => ({
      command: null,
      entrypoint: null,
      ...service,
    })),
  ),
  networks: fc.dictionary(
    fc.constantFrom('db', 'front'),
    resource(Object.keys(resourceRows.networks)).map((network) => ({ ipam: {}, ...network })),
  ),
  volumes: fc.dictionary(fc.constantFrom('db', 'data'), resource(Object.keys(resourceRows.volumes))),
  'x-top': anything,
});

test('to the model and back', () => {
  fc.assert(
    fc.property(project, (value) => {
      const { value: application } = translateToModel({ tree: mapOf(value) }, plainWords);
      const back = plain(translateFromModel(application, plainWords).tree) as Record<string, unknown>;
      const empty = { networks: {}, volumes: {} };
      expect({ ...empty, ...back }).toEqual({ ...empty, ...value });
    }),
    { numRuns: 2000 },
  );
});

test('no tree makes a translator or the lint fail', () => {
  fc.assert(
    fc.property(
      fc.oneof(project, fc.dictionary(fc.constantFrom('services', 'networks', 'name'), anything)),
      (value) => {
        const tree = mapOf(value);
        translateToStack(tree);
        lint({ tree, textAt: () => 'a' });
        translateToModel({ tree, inactive: tree, unused: tree }, plainWords);
      },
    ),
    { numRuns: 1000 },
  );
});
