/** Blueprints in the forms people write them, and as they are written back; problems as a person sees them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readBlueprint, renderBlueprint } from '../../src/blueprint/index.ts';
import { plainPaint, renderProblem } from '../../src/diagnostic/render.ts';
import { expectGolden, goldenCases } from '../support/golden.ts';

const folder = join(import.meta.dirname, 'blueprint');

test.each(goldenCases(folder))('%s', (name) => {
  const text = readFileSync(join(folder, name, 'input.yaml'), 'utf8');
  const { value, problems } = readBlueprint(text, 'input.yaml');
  const written = renderBlueprint(value);
  expectGolden(join(folder, name), 'expected.yaml', written);
  expectGolden(
    join(folder, name),
    'problems.txt',
    problems.map((problem) => `${renderProblem(problem, () => text, plainPaint)}\n`).join('\n'),
  );
  expect(readBlueprint(written, 'expected.yaml').value).toEqual(value);
});
