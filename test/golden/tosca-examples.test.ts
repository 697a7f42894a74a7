/** Templates as blueprints, with what became of them: our own examples, and a case for each row of the mapping. */
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { convert } from '../../src/convert/index.ts';
import type { ConvertRequest } from '../../src/convert/index.ts';
import { plainPaint, renderProblem } from '../../src/diagnostic/render.ts';
import { hasErrors } from '../../src/diagnostic/problem.ts';
import type { Report } from '../../src/diagnostic/report.ts';
import { filesFromMap } from '../../src/document/files.ts';
import { expectGolden, goldenCases } from '../support/golden.ts';

const examples = join(import.meta.dirname, '../../tosca/examples');
const goldens = join(import.meta.dirname, 'tosca-examples');
const rows = join(import.meta.dirname, 'tosca-rows');

/** As if the template stood in a folder of its own at the top, so that the goldens tell nothing of this machine. */
function requestOf(folder: string, name: string): ConvertRequest {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const texts = new Map(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [`/${name}/${relative(folder, path)}`, readFileSync(path, 'utf8')];
    }),
  );
  const path = `/${name}/template.yaml`;
  return {
    documents: [{ path, text: texts.get(path) ?? '' }],
    disk: filesFromMap(texts),
    currentDirectory: `/${name}`,
    environment: new Map(),
    to: 'blueprint',
  };
}

const told = (report: Report): string =>
  report
    .filter(({ fate, path }) => fate !== 'carried' && !/^(?:[a-z]+_types|imports|tosca_definitions)/.test(path))
    .map(({ path, fate, at, reason }) => `${at?.start.line ?? 0} ${fate} ${path}: ${reason ?? ''}\n`)
    .join('');

async function expectCase(folder: string, name: string, golden: string): Promise<void> {
  const { text, problems, report, sources } = await convert(requestOf(folder, name));
  const shown = problems.map((problem) => `${renderProblem(problem, (one) => sources.get(one), plainPaint)}\n`);
  expect(hasErrors(problems), shown.join('\n')).toBe(false);
  expectGolden(golden, 'problems.txt', shown.join('\n'));
  expectGolden(golden, 'blueprint.yaml', text);
  expectGolden(golden, 'report.txt', told(report));
}

describe('example', () => {
  test.each(readdirSync(examples))('%s', (name) => expectCase(join(examples, name), name, join(goldens, name)));
});

describe('row of the mapping', () => {
  test.each(goldenCases(rows))('%s', (name) => expectCase(join(rows, name), name, join(rows, name)));
});
