/** Valid files of 1.x in the corpus are right by 2.0 when they are upgraded, but for those that use what 2.0 took away. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { readDocuments } from '../../src/commands/input.ts';
import { judgeFiles } from '../../src/commands/judge.ts';
import { convert } from '../../src/convert/index.ts';

const corpus = join(import.meta.dirname, '../../../shared/corpus/tosca');
if (!existsSync(corpus)) console.warn('SKIPPED: upgrades of the corpus: there is no ../shared/corpus/tosca');

const data = 'tosca-parser/samples/tests/data';
/** File -> why a person has to look at it; it is told with these codes. */
const needsAHand: Readonly<Record<string, { readonly codes: readonly string[]; readonly why: string }>> = {
  [`${data}/test_long_rel.yaml`]: {
    codes: ['InvalidTarget'],
    why: 'Names a Container as the capability of Compute, which is a Compute in the profile of 2.0.',
  },
  [`${data}/containers/test_container_docker_mysql.yaml`]: {
    codes: ['InvalidTarget'],
    why: 'Container.Runtime has no Docker capability in the profile of 2.0.',
  },
  [`${data}/custom_types/compute_with_nested_atributes.yaml`]: {
    codes: ['InvalidRefinement'],
    why: 'Makes the Endpoint.Admin of Compute an Endpoint; 2.0 takes only what derives.',
  },
  [`${data}/custom_types/custom_cap.yaml`]: {
    codes: ['InvalidRefinement'],
    why: 'Replaces an inherited requirement by one of a capability that does not derive.',
  },
  [`${data}/custom_types/custom_interface.yaml`]: {
    codes: ['UnknownOperation'],
    why: 'A node type adds an operation that the type of the interface lacks.',
  },
  [`${data}/functions/test_get_attribute_source_target_keywords.yaml`]: {
    codes: ['UnknownAttribute'],
    why: 'Root has no tosca_name in the profile of 2.0.',
  },
  [`${data}/functions/test_get_prop_cap_bool.yaml`]: {
    codes: ['InvalidRefinement'],
    why: 'Makes the Endpoint.Admin of Compute an Endpoint; 2.0 takes only what derives.',
  },
  [`${data}/functions/test_get_prop_cap_host.yaml`]: {
    codes: ['UnknownRequirement'],
    why: 'Asks for its host in a type that has no such requirement.',
  },
};

const isOld = (path: string): boolean =>
  /^tosca_definitions_version:.*(?:_1_[0-3]|yaml\/1)/m.test(readFileSync(path, 'utf8'));

test.skipIf(!existsSync(corpus))('upgrades of the corpus are valid', { timeout: 120_000 }, async () => {
  const files = readdirSync(corpus, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  const found: Record<string, readonly string[]> = {};
  let valid = 0;
  for (const path of files.filter(isOld)) {
    if ((await judgeFiles([path], {})).verdict !== 'valid') continue;
    valid++;
    const { problems } = await convert({ ...(await readDocuments([path], {})), to: 'tosca', upgrade: true });
    const told = problems.filter(({ at, code }) => at?.file.includes('.upgraded') === true && isWrong(code));
    if (told.length > 0) found[relative(corpus, path)] = [...new Set(told.map(({ code }) => code))];
  }
  expect(valid).toBeGreaterThan(80);
  expect(found).toEqual(Object.fromEntries(Object.entries(needsAHand).map(([file, { codes }]) => [file, codes])));
});

const isWrong = (code: string): boolean => !['MissingArtifactFile', 'UnknownArtifactKind'].includes(code);
