/** Blueprints and catalogs of Apache Brooklyn and the original Clocker. Prints how much of them is understood. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readBlueprint, renderBlueprint } from '../../src/blueprint/index.ts';
import { hasErrors } from '../../src/diagnostic/problem.ts';

const corpus = join(import.meta.dirname, '../../../shared/corpus/blueprints');
const isThere = existsSync(corpus);
if (!isThere) console.warn(`skipped: no corpus at ${corpus}`);

const files = isThere
  ? readdirSync(corpus, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ya?ml|bom)$/.test(name))
      .sort()
      .map((name) => ({ name, text: readFileSync(join(corpus, name), 'utf8') }))
  : [];

/** Blueprints and catalogs, told from configuration of other tools, fragments and templates by what they hold. */
const isBlueprint = (text: string): boolean =>
  /^(?:services|brooklyn\.catalog|serviceType|type):/m.test(text) && !/^\[#ftl\]/.test(text);

/** Files whose own text is wrong, with the line where it is. */
const wrong = new Map([
  ['testcase-entity.yaml', 'yaml-syntax'],
  ['postgresql-chef.yaml', 'yaml-syntax'],
  ['jclouds-location-test-various-login-credentials.yaml', 'yaml-syntax'],
  ['nodejs_test.yaml', 'dsl-map-form'],
  ['package-apps.yaml', 'yaml-multiple-documents'],
  ['testhttpcall-examples.yml', 'yaml-multiple-documents'],
]);

test.skipIf(!isThere)('blueprints are read without error, and written so that they read the same', () => {
  const blueprints = files.filter(({ text }) => isBlueprint(text));
  const failed: string[] = [];
  for (const { name, text } of blueprints) {
    const { value, problems } = readBlueprint(text, name);
    const base = name.split('/').at(-1) ?? name;
    if (hasErrors(problems)) {
      if (!problems.some((problem) => problem.code === wrong.get(base)))
        failed.push(`${name}: ${problems[0]?.message}`);
      continue;
    }
    expect(readBlueprint(renderBlueprint(value), name).value, name).toEqual(value);
  }
  expect(failed).toEqual([]);
  expect(blueprints.length).toBeGreaterThan(150);
});

test.skipIf(!isThere)('nothing else crashes it, and every broken text gets a place', () => {
  for (const { name, text } of files) {
    for (const problem of readBlueprint(text, name).problems) {
      expect(problem.at, `${name}: ${problem.message}`).toBeDefined();
      expect(problem.message.length).toBeGreaterThan(10);
    }
  }
});

test.skipIf(!isThere)('DSL expressions and keys that are understood', () => {
  const texts = files.filter(({ text }) => isBlueprint(text));
  const calls = texts.flatMap(({ text }) => text.match(/\$brooklyn:/g) ?? []).length;
  const all = texts.flatMap(({ name, text }) => readBlueprint(text, name).problems);
  const badDsl = all.filter((problem) => problem.code.startsWith('dsl-')).length;
  const unknown = all.filter((problem) => problem.code === 'blueprint-key-unknown').length;
  const keys = texts.flatMap(({ text }) => text.match(/^\s*(?:- )?[\w.$]+:/gm) ?? []).length;
  console.log(
    `blueprints: ${texts.length} of ${files.length} files, ${calls} expressions of which ${badDsl} not understood, ${keys} keys of which ${unknown} reported unknown`,
  );
  expect(badDsl).toBeLessThanOrEqual(calls * 0.01);
  expect(unknown).toBeLessThanOrEqual(keys * 0.01);
});
