/** Templates of 1.x rewritten as 2.0: our own examples and the cases of the mapping are right by 2.0 afterwards. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readDocuments } from '../../src/commands/input.ts';
import { convert } from '../../src/convert/index.ts';

const folders = ['../../tosca/examples', '../golden/tosca-rows'].flatMap((path) => {
  const folder = join(import.meta.dirname, path);
  return readdirSync(folder).map((name) => join(folder, name, 'template.yaml'));
});
const old = folders.filter((path) => existsSync(path) && readFileSync(path, 'utf8').includes('tosca_simple_yaml_1'));

/** Types whose properties differ in the profile of 2.0: there the template needs a hand, and is told so. */
const otherInProfile: Readonly<Record<string, readonly string[]>> = {
  'attaches-to': ['"disk" has no property "name".'],
  'connects-to-credential': ['"db" needs a value for the property "port".'],
};

test.each(old)('%s', async (path) => {
  const { text, problems } = await convert({ ...(await readDocuments([path], {})), to: 'tosca', upgrade: true });
  const wrong = problems.filter(({ at }) => at?.file.endsWith('.upgraded'));
  const known = otherInProfile[path.split('/').at(-2) ?? ''] ?? [];
  expect(
    wrong.map(({ message }) => message),
    text,
  ).toEqual(known);
});
