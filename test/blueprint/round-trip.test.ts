import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readBlueprint, renderBlueprint } from '../../src/blueprint/index.ts';
import { anyApplication, anyValue } from './arbitrary.ts';
import { applicationWith } from './build.ts';

test('what is written is read back: values', () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      const application = applicationWith({ 'a.b.c': value });
      const text = renderBlueprint(application);
      expect(readBlueprint(text, 'f').value, text).toEqual(application);
    }),
    { numRuns: 400 },
  );
});

test('what is written is read back: whole applications', () => {
  fc.assert(
    fc.property(anyApplication, (application) => {
      const text = renderBlueprint(application);
      const read = readBlueprint(text, 'f');
      expect(read.value, text).toEqual(application);
      expect(renderBlueprint(read.value)).toBe(text);
    }),
    { numRuns: 60 },
  );
});
