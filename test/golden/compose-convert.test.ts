/** The examples as blueprints and as stack files, with what became of them; and back to what they were. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { convert } from '../../src/convert/index.ts';
import type { ConvertRequest, Target } from '../../src/convert/index.ts';
import { plainPaint, renderProblem } from '../../src/diagnostic/render.ts';
import type { Report } from '../../src/diagnostic/report.ts';
import { filesFromMap } from '../../src/document/files.ts';
import { expectGolden } from '../support/golden.ts';

const examples = join(import.meta.dirname, '../../compose-examples');
const goldens = join(import.meta.dirname, 'compose-convert');

/** As if the example stood in a folder of its own at the top, so that the goldens tell nothing of this machine. */
function requestOf(name: string, to: Target, documents?: ConvertRequest['documents']): ConvertRequest {
  const folder = join(examples, name);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const texts = new Map(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [`/${name}/${relative(folder, path)}`, readFileSync(path, 'utf8')];
    }),
  );
  return {
    documents: documents ?? [{ path: 'compose.yml', text: texts.get(`/${name}/compose.yml`) ?? '' }],
    disk: filesFromMap(texts),
    currentDirectory: `/${name}`,
    environment: new Map([['GRAFANA_ADMIN_PASSWORD', 'a']]),
    compose: { profiles: ['debug'] },
    to,
  };
}

const told = (report: Report): string =>
  report
    .filter(({ fate }) => fate !== 'carried')
    .map(({ path, fate, at, reason }) => `${at?.file ?? ''}:${at?.start.line ?? 0} ${fate} ${path}: ${reason ?? ''}\n`)
    .join('');

describe.each(readdirSync(examples))('%s', (name) => {
  test.each([
    ['blueprint', 'blueprint.yaml'],
    ['stack', 'stack.yml'],
  ] as const)('to %s', async (to, file) => {
    const { text, problems, report, sources } = await convert(requestOf(name, to));
    const shown = problems.map((problem) => `${renderProblem(problem, (one) => sources.get(one), plainPaint)}\n`);
    expectGolden(join(goldens, name), 'problems.txt', shown.join('\n'));
    expectGolden(join(goldens, name), file, text);
    expectGolden(join(goldens, name), file.replace(/\..*/, '-report.txt'), told(report));
  });

  test('as a blueprint and back it is the same project', async () => {
    const json = { format: 'json', compose: { profiles: ['*'] } } as const;
    const blueprint = await convert({ ...requestOf(name, 'blueprint'), compose: { profiles: ['*'] } });
    const written = { path: 'blueprint.yaml', text: blueprint.text };
    const compose = await convert({ ...requestOf(name, 'compose', [written]) });
    const again = await convert({
      ...requestOf(name, 'compose', [{ path: 'compose.yml', text: compose.text }]),
      ...json,
    });
    const first = await convert({ ...requestOf(name, 'compose'), ...json });
    expect(again.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(JSON.parse(again.text)).toEqual(JSON.parse(first.text));
  });
});
