import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exceedsDepth } from '../../../plugins/protocol/depth.ts';

const depthOf = (value: unknown): number =>
  typeof value !== 'object' || value === null ? 0 : 1 + Math.max(0, ...Object.values(value).map(depthOf));

test('is the depth of the value, whatever the strings in it hold', () => {
  const values = fc.jsonValue({ maxDepth: 6 });
  fc.assert(
    fc.property(values, fc.integer({ min: 0, max: 7 }), (value, most) => {
      expect(exceedsDepth(JSON.stringify(value), most)).toBe(depthOf(value) > most);
    }),
  );
});

test.each(['"[[[[', '"\\"[[[["', '"\\\\"', '', ']]]]'])(
  'text that is no JSON (%s) is gone through all the same',
  (text) => {
    expect(exceedsDepth(text, 3)).toBe(false);
  },
);
