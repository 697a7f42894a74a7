import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { detectLanguage } from '../../src/convert/detect.ts';
import { parseDocument } from '../../src/document/parse.ts';

const detect = (text: string) => detectLanguage(parseDocument(text, 'f', { schema: 'core' }).value)?.language;

test.each([
  ['services: {web: {image: x}}', 'compose'],
  ['services: [{type: x}]', 'blueprint'],
  ['version: "3"\nservices:', 'compose'],
  ['web: {image: x}\ndb: {build: .}', 'compose'],
  ['include: [a.yml]', 'compose'],
  ['networks: {a: {}}', 'compose'],
  ['tosca_definitions_version: tosca_2_0\nservice_template: {}', 'tosca'],
  ['topology_template: {}', 'tosca'],
  ['node_types: {}\nservices: [{type: x}]', 'blueprint'],
  ['brooklyn.catalog: {items: []}', 'blueprint'],
  ['type: docker:x', 'blueprint'],
  ['brooklyn.policies: []', 'blueprint'],
  ['kind: Pod', undefined],
  ['- a', undefined],
  ['', undefined],
])('%s is %s', (text, language) => {
  expect(detect(text)).toBe(language);
});

const corpus = join(import.meta.dirname, '../../../shared/corpus');
if (!existsSync(corpus)) console.warn(`skipped: no corpus at ${corpus}`);

test.skipIf(!existsSync(corpus)).each([
  ['compose/inputs/awesome-compose', 'compose'],
  ['compose/expected-stack', 'compose'],
  ['tosca/oasis/tosca_2_0', 'tosca'],
  ['tosca/tosker', 'tosca'],
  ['blueprints/clocker-1.2.0', 'blueprint'],
  ['blueprints/brooklyn-library', 'blueprint'],
])('files in %s are %s', (folder, language) => {
  const names = readdirSync(join(corpus, folder), { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(ya?ml|bom)$/.test(name),
  );
  const right = names.filter((name) => detect(readFileSync(join(corpus, folder, name), 'utf8')) === language);
  expect(names.length).toBeGreaterThan(5);
  expect(right.length / names.length).toBeGreaterThan(0.9);
});
