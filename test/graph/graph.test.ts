import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderGraph } from '../../src/graph/index.ts';
import { layOut } from '../../src/graph/layout.ts';
import type { PlacedBox } from '../../src/graph/layout.ts';
import { layersOf } from '../../src/graph/layers.ts';
import type { Box, Line } from '../../src/graph/picture.ts';
import { publishedPorts } from '../../src/graph/ports.ts';
import { entityWith } from '../blueprint/build.ts';
import type { Entity } from '../../src/model/entity.ts';
import { typeName } from '../../src/model/entity-types.ts';
import type { Value } from '../../src/model/value.ts';

const applicationOf = (children: readonly Entity[], name?: string) => ({
  ...entityWith(typeName.application, {}, { children, ...(name === undefined ? {} : { name }) }),
  metadata: new Map(),
});

const reference = (id: string): Value => ({
  kind: 'dsl',
  steps: [
    { kind: 'call', name: 'entity', arguments: [id] },
    { kind: 'call', name: 'attributeWhenReady', arguments: ['x'] },
  ],
});

/** Lines of a picture as `from -> to kind`, by title. */
function linesOf(children: readonly Entity[]): readonly string[] {
  const text = renderGraph(applicationOf(children), 'dot', 'a');
  const titles = new Map(
    [...text.matchAll(/^ *(?:subgraph cluster_)?(n\d+) (?:\{\n *|\[)label="([^"\\]*)/gm)].map(([, key, title]) => [
      key,
      title,
    ]),
  );
  return [...text.matchAll(/(n\d+) -> (n\d+) \[label="(\w*)", (\S+?)[,\]]/g)].map(
    ([, from, to, label, look]) => `${titles.get(from)} -> ${titles.get(to)} ${label || look}`,
  );
}

test('lines: references, latches, links, networks, storage', () => {
  const lines = linesOf([
    entityWith('docker:web', { env: new Map([['A', reference('db')]]) }, { id: 'web' }),
    entityWith('docker:db', {}, { id: 'db' }),
    entityWith('docker:late', { 'latch.start': reference('db'), env: reference('db') }, { id: 'late' }),
    entityWith('docker:old', { 'docker.container.links': new Map([['db', 'db']]) }, { id: 'old' }),
    entityWith('docker:net', { 'network.list': ['front', 'nowhere'] }, { id: 'net' }),
    entityWith(typeName.network, { 'network.id': 'front' }, { id: 'n' }),
    entityWith(
      'docker:disk',
      { 'docker.container.volumes': ['data:/x', '/host:/y', new Map([['source', 'data']])] },
      { id: 'disk' },
    ),
    entityWith(typeName.volume, {}, { id: 'data' }),
    entityWith('docker:keys', { 'docker.container.secrets': ['s', new Map([['source', 's']])] }, { id: 'keys' }),
    entityWith(typeName.secret, { 'secret.id': 'engine-name' }, { id: 's' }),
    entityWith('docker:self', { env: reference('self') }, { id: 'self' }),
    entityWith(
      'g',
      { env: reference('inner') },
      { id: 'outer', children: [entityWith('docker:i', {}, { id: 'inner' })] },
    ),
  ]);
  expect(lines).toEqual([
    'web -> db style=dashed',
    'late -> db after',
    'old -> db link',
    'net -> n dir=none',
    'disk -> data dir=none',
    'keys -> s dir=none',
  ]);
});

test('ports as people write them', () => {
  const ports = publishedPorts(
    new Map<string, Value>([
      ['docker.container.directPorts', [53, '80/tcp']],
      ['docker.container.portBindings', new Map<string, Value>([['127.0.0.1:8080', 80]])],
      [
        'docker.container.publishedPorts',
        [
          new Map<string, Value>([
            ['target', 443],
            ['published', '8443'],
          ]),
          new Map([['target', 9]]),
          '70',
        ],
      ],
    ]),
  );
  expect(ports).toEqual(['53 → 53', '80/tcp → 80/tcp', '127.0.0.1:8080 → 80', '8443 → 443', '9', '70']);
});

test('what a line leads to is in a lower row, rings notwithstanding', () => {
  expect(
    layersOf(3, [
      { from: 2, to: 0 },
      { from: 0, to: 1 },
    ]),
  ).toEqual([[2], [0], [1]]);
  expect(
    layersOf(2, [
      { from: 0, to: 1 },
      { from: 1, to: 0 },
      { from: 1, to: 1 },
    ]),
  ).toEqual([[0], [1]]);
  expect(layersOf(0, [])).toEqual([]);
});

const box = fc.letrec<{ box: Box }>((tie) => ({
  box: fc.record({
    key: fc.uuid(),
    kind: fc.constantFrom('container', 'network', 'volume', 'cluster'),
    title: fc.string({ maxLength: 60 }),
    lines: fc.array(fc.string({ maxLength: 60 }), { maxLength: 3 }),
    boxes: fc.oneof({ maxDepth: 2 }, fc.constant([]), fc.array(tie('box'), { maxLength: 4 })),
  }),
})).box;

const overlap = (a: PlacedBox, b: PlacedBox): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

function checkPlaces(boxes: readonly PlacedBox[], width: number, height: number): void {
  for (const [index, one] of boxes.entries()) {
    expect(one.x).toBeGreaterThanOrEqual(0);
    expect(one.y).toBeGreaterThanOrEqual(0);
    expect(one.x + one.width).toBeLessThanOrEqual(width + 1);
    expect(one.y + one.height).toBeLessThanOrEqual(height);
    for (const other of boxes.slice(0, index)) expect(overlap(one, other)).toBe(false);
    for (const inner of one.inner) {
      expect(inner.x >= one.x && inner.x + inner.width <= one.x + one.width + 1).toBe(true);
      expect(inner.y > one.y && inner.y + inner.height < one.y + one.height).toBe(true);
    }
  }
}

test('boxes never overlap, and what is in a box is inside of it', () => {
  fc.assert(
    fc.property(fc.array(box, { maxLength: 10 }), fc.array(fc.tuple(fc.nat(9), fc.nat(9))), (boxes, pairs) => {
      const lines = pairs.flatMap(([a, b]): Line[] => {
        const [from, to] = [boxes[a]?.key, boxes[b]?.key];
        return from === undefined || to === undefined ? [] : [{ from, to, kind: 'uses', label: '' }];
      });
      const sheet = layOut(boxes, lines);
      checkPlaces(sheet.boxes, sheet.width, sheet.height);
    }),
  );
});

const hostile = '"]; click n0 "javascript:alert(1)" <script>alert(1)</script> \\" --> `x` %% &#0; \u0000\u202e\n\r end';

test('no name gets out of its quotes', () => {
  const application = applicationOf([entityWith('docker:x', {}, { name: hostile, id: hostile })], hostile);
  const svg = renderGraph(application, 'svg', 'a');
  expect(svg).not.toMatch(/<script|\u0000|\u202e/);
  expect(svg.replace(/<\/?[a-z]+(?: [a-zA-Z-]+="[^"<>]*")*\/?>|[^<>&]|&(?:amp|lt|gt|quot|#39);/g, '')).toBe('');
  const mermaid = renderGraph(application, 'mermaid', 'a');
  expect(mermaid.split('\n')).toHaveLength(8);
  expect(mermaid).not.toMatch(/<script|click n0 "|`|javascript:alert\(1\)"/);
  const dot = renderGraph(application, 'dot', 'a');
  expect(dot.replace(/"(?:[^"\\]|\\.)*"/g, '""')).not.toMatch(/script|click|alert/);
});

test('a large application in little time, always the same', () => {
  const many = Array.from({ length: 2000 }, (_, index) =>
    entityWith('docker:x', { 'network.list': ['n'], env: reference(`e${Math.floor(index / 2)}`) }, { id: `e${index}` }),
  );
  const application = applicationOf([entityWith(typeName.network, {}, { id: 'n' }), ...many]);
  const before = performance.now();
  const svg = renderGraph(application, 'svg', 'a');
  expect(performance.now() - before).toBeLessThan(15_000);
  expect(renderGraph(application, 'svg', 'a')).toBe(svg);
});
