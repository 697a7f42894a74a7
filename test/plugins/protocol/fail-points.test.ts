import { expect, test } from 'vitest';
import { failAt, noFailPoints, parseFailPoint } from '../../../plugins/protocol/index.ts';
import { failPlaces } from '../../../plugins/protocol/fail-points.ts';

test.each(failPlaces)('dies at its place only (%s)', (place) => {
  let deaths = 0;
  const points = failAt(parseFailPoint(`NetworkDriver.Join:${place}`), () => deaths++);
  for (const other of failPlaces) if (other !== place) points.reach('NetworkDriver.Join', other);
  points.reach('NetworkDriver.Leave', place);
  expect(deaths).toBe(0);
  points.reach('NetworkDriver.Join', place);
  expect(deaths).toBe(1);
});

test.each([
  '',
  'NetworkDriver.Join',
  'Join:after-reply',
  'NetworkDriver.Join:never',
  'NetworkDriver.Join:after-reply:x',
  'toString:after-reply',
])('what is no fail-point (%s) is refused', (text) => {
  expect(() => parseFailPoint(text)).toThrow(/no fail-point/);
});

test('without one nothing happens', () => {
  expect(() => noFailPoints.reach('NetworkDriver.Join', 'after-reply')).not.toThrow();
});
