/**
 * What we write of the templates of the corpus is right itself: 1.x upgraded to 2.0, and any of them written back as 1.3
 * and as 2.0. Of the latter every fourth; all of them with CLOCKER_LONG=1.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { readDocuments } from '../../src/commands/input.ts';
import { judgeFiles, judgeRequest } from '../../src/commands/judge.ts';
import { convert } from '../../src/convert/index.ts';

const corpus = join(import.meta.dirname, '../../../shared/corpus/tosca');
if (!existsSync(corpus)) console.warn('skipped: no ../shared/corpus/tosca beside the checkout');

const templates = ['oasis', 'tosca-parser', 'cloudnet', 'tosker']
  .map((folder) => join(corpus, folder))
  .filter((folder) => existsSync(folder))
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name)),
  )
  .sort();

const parser = 'tosca-parser/samples/tests/data';
const otherProfile = 'The type differs in the Simple Profile for 2.0, so a person has to decide.';

/** Upgraded templates that need a hand, and why. */
const byHand: Readonly<Record<string, string>> = {
  [`${parser}/containers/test_container_docker_mysql.yaml`]: otherProfile,
  [`${parser}/custom_types/compute_with_nested_atributes.yaml`]: otherProfile,
  [`${parser}/custom_types/custom_cap.yaml`]: otherProfile,
  [`${parser}/custom_types/custom_interface.yaml`]: 'A node type adds an operation to an interface, which 2.0 refuses.',
  [`${parser}/functions/test_get_attribute_source_target_keywords.yaml`]: otherProfile,
  [`${parser}/functions/test_get_prop_cap_bool.yaml`]: otherProfile,
  [`${parser}/functions/test_get_prop_cap_host.yaml`]: 'HOST stands for a requirement that has another name.',
  [`${parser}/test_long_rel.yaml`]: otherProfile,
};

test.skipIf(templates.length === 0)('templates of 1.x are right by 2.0 once upgraded', async () => {
  const wrong: string[] = [];
  for (const path of templates) {
    if (!readFileSync(path, 'utf8').includes('tosca_simple_yaml_1')) continue;
    const { verdict } = await judgeFiles([path], {});
    if (verdict !== 'valid') continue;
    const { text, problems } = await convert({ ...(await readDocuments([path], {})), to: 'tosca', upgrade: true });
    expect(text, path).toContain('tosca_2_0');
    if (problems.some(({ at }) => at?.file.endsWith('.upgraded') === true)) wrong.push(relative(corpus, path));
  }
  expect(wrong).toEqual(Object.keys(byHand).sort());
});

test.skipIf(templates.length === 0)(
  'what is written of any template is right',
  async () => {
    const step = process.env['CLOCKER_LONG'] === '1' ? 1 : 4;
    const wrong: string[] = [];
    let count = 0;
    for (const [index, path] of templates.entries()) {
      if (index % step !== 0 || (await judgeFiles([path], {})).verdict !== 'valid') continue;
      for (const toscaVersion of ['1.3', '2.0'] as const) {
        const base = await readDocuments([path], {});
        const { text } = await convert({ ...base, to: 'tosca', toscaVersion });
        const { verdict, problems } = await judgeRequest({
          ...base,
          documents: [{ path: `${path}.written`, text }],
          from: 'tosca',
        });
        count++;
        if (verdict !== 'valid')
          wrong.push(`${relative(corpus, path)} ${toscaVersion}: ${problems[0]?.message ?? verdict}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(100);
  },
  300_000,
);
