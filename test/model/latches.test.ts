import { expect, test } from 'vitest';
import { parseLatch, renderLatch } from '../../src/model/latches.ts';

test.each([
  [[{ entity: 'db', sensor: 'docker.container.running' }]],
  [
    [
      { entity: 'db', sensor: 'docker.container.healthy' },
      { entity: 'a "b"', sensor: 'service.isUp' },
    ],
  ],
])('conditions come back from their latch', (conditions) => {
  expect(parseLatch(renderLatch(conditions))).toEqual(conditions);
});

test('a value that waits for nobody has no conditions', () => {
  expect(parseLatch(true)).toEqual([]);
  expect(parseLatch({ kind: 'dsl', steps: [{ kind: 'call', name: 'config', arguments: ['x'] }] })).toEqual([]);
});
