import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { expect, test } from 'vitest';
import { blueprintSchema, extensionSchema } from './build.ts';

const folder = new URL('../../schemas/', import.meta.url).pathname;
const examples = new URL('../../compose-examples/', import.meta.url).pathname;

test.each([
  ['blueprint.schema.json', blueprintSchema],
  ['x-clocker.schema.json', extensionSchema],
])('%s is what the tables say (UPDATE_GOLDEN=1 rewrites it)', (name, schema) => {
  const text = `${JSON.stringify(schema, undefined, 2)}\n`;
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(`${folder}${name}`, text);
  expect(readFileSync(`${folder}${name}`, 'utf8')).toBe(text);
});

const ajv = new Ajv2020({ strict: false, allErrors: true });
const isBlueprint = ajv.compile(blueprintSchema);
ajv.addSchema(blueprintSchema, 'blueprint.schema.json');
const isExtended = ajv.compile(extensionSchema);

test.each(readdirSync(examples))('the x-clocker of compose-examples/%s is valid', (name) => {
  const compose: unknown = parse(readFileSync(`${examples}${name}/compose.yml`, 'utf8'), { merge: true });
  expect(isExtended(compose), JSON.stringify(isExtended.errors)).toBe(true);
});

test.each([
  ['a container', 'services: [{type: "docker:redis:7", openPorts: [6379], env: {A: 1}}]', true],
  [
    'the DSL for a number',
    'services: [{type: "docker:redis:7", brooklyn.config: {docker.cpuShares: $brooklyn:config("x")}}]',
    true,
  ],
  ['a compose file', 'services: {a: {image: redis}}', false],
  ['an entity of no type', 'services: [{name: a}]', false],
  ['a number that is a list', 'services: [{type: "docker:redis:7", cpuShares: [1]}]', false],
  ['a policy of no type', 'services: [{type: "docker:redis:7", brooklyn.policies: [{}]}]', false],
])('%s', (_name, text, valid) => {
  expect(isBlueprint(parse(text))).toBe(valid);
});
