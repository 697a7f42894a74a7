/**
 * One thing wrong at a time, for each version: the offending line is told with its code, and at most two other lines are.
 * Read by hand against the standard. One version of those a row is for is tried in a run; with CLOCKER_LONG=1 all are.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readDocuments } from '../../src/commands/input.ts';
import { judgeRequest } from '../../src/commands/judge.ts';
import { mutants as laterMutants } from './mutants/rows-1.3.ts';
import { cascades as oldCascades, mutants as oldMutants } from './mutants/rows-1.x.ts';
import { cascades as latestCascades, mutants as latestMutants } from './mutants/rows-2.0.ts';
import type { Row, Variant } from './mutants/row.ts';
import { lineOf, mutated } from './mutants/row.ts';
import * as variants from './mutants/variants.ts';

const folder = join(import.meta.dirname, 'mutants');
const everyVersion = process.env['CLOCKER_LONG'] === '1';

type Base = {
  readonly file: string;
  readonly versions: readonly string[];
  readonly mutants: readonly Row[];
  readonly cascades: readonly Row[];
  readonly variants: readonly Variant[];
};

const bases: readonly Base[] = [
  {
    file: 'base-1.x.yaml',
    versions: ['simple_yaml_1_0', 'simple_yaml_1_1', 'simple_yaml_1_2', 'simple_yaml_1_3'],
    mutants: oldMutants,
    cascades: oldCascades,
    variants: variants.old,
  },
  {
    file: 'base-1.3.yaml',
    versions: ['simple_yaml_1_3'],
    mutants: laterMutants,
    cascades: [],
    variants: variants.after,
  },
  {
    file: 'base-2.0.yaml',
    versions: ['2_0'],
    mutants: latestMutants,
    cascades: latestCascades,
    variants: variants.latest,
  },
];

const textOf = (base: Base, version: string): string =>
  readFileSync(join(folder, base.file), 'utf8').replace(/(?<=^tosca_definitions_version: tosca_)\w+/, version);

async function errorsOf(text: string): Promise<readonly { code: string; line: number }[]> {
  const request = await readDocuments([], {});
  const path = join(folder, 'template.yaml');
  const { problems } = await judgeRequest({ ...request, documents: [{ path, text }], from: 'tosca' });
  return problems
    .filter(({ severity }) => severity === 'error')
    .map(({ code, at }) => ({ code, line: at?.start.line ?? 0 }));
}

const versionsFor = (base: Base, index: number): readonly string[] =>
  everyVersion ? base.versions : [base.versions[index % base.versions.length] ?? ''];

describe.each(bases)('$file', (base) => {
  test.each(base.versions)('is valid as %s', async (version) => {
    expect(await errorsOf(textOf(base, version))).toEqual([]);
  });

  test('every mutant is told, at its line', async () => {
    expect(base.mutants.length).toBeGreaterThan(60);
    const missed: string[] = [];
    for (const [index, [what, replace, by, code, at]] of [...base.mutants, ...base.cascades].entries())
      for (const version of versionsFor(base, index)) {
        const { text, line: first } = mutated(textOf(base, version), what, replace, by);
        const line = at === undefined ? first : lineOf(text, what, at);
        const found = await errorsOf(text);
        const others = new Set(found.map((one) => one.line));
        others.delete(line);
        const told = found.some((one) => one.code === code && one.line === line);
        if (!told || (others.size > 2 && index < base.mutants.length))
          missed.push(`${what}, ${version}: wanted ${code} at ${line}, found ${JSON.stringify(found)}`);
      }
    expect(missed).toEqual([]);
  }, 300_000);

  test('what may be said in another way may', async () => {
    const refused: string[] = [];
    for (const [index, [what, replace, by]] of base.variants.entries())
      for (const version of versionsFor(base, index)) {
        const found = await errorsOf(mutated(textOf(base, version), what, replace, by).text);
        if (found.length > 0) refused.push(`${what}, ${version}: ${JSON.stringify(found)}`);
      }
    expect(refused).toEqual([]);
  }, 300_000);
});
