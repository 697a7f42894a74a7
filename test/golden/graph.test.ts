/** Pictures of small applications in every format. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readBlueprint } from '../../src/blueprint/index.ts';
import { graphFormats, renderGraph } from '../../src/graph/index.ts';
import { expectGolden, goldenCases } from '../support/golden.ts';

const folder = join(import.meta.dirname, 'graph');

test.each(goldenCases(folder).flatMap((name) => graphFormats.map((format) => [name, format] as const)))(
  '%s as %s',
  (name, format) => {
    const { value, problems } = readBlueprint(readFileSync(join(folder, name, 'input.yaml'), 'utf8'), 'input.yaml');
    expect(problems).toEqual([]);
    const file = { mermaid: 'expected.mmd', dot: 'expected.dot', svg: 'expected.svg' }[format];
    expectGolden(join(folder, name), file, renderGraph(value, format, 'Application'));
  },
);
