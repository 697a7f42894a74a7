/**
 * What can be wrong with types and with templates, line by line: each offending line names the codes it is told with,
 * and no other line is told. Read by hand against the Simple Profile 1.2.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { judgeFiles } from '../../src/commands/judge.ts';

const folder = join(import.meta.dirname, 'lines');

/** `12 UnknownProperty`, sorted. */
const wanted = (text: string): readonly string[] =>
  text.split('\n').flatMap((line, index) => {
    const codes = / # ([A-Z][A-Za-z ]+)$/.exec(line)?.[1]?.split(' ') ?? [];
    return codes.map((code) => `${index + 1} ${code}`);
  });

test.each(readdirSync(folder))('%s', async (name) => {
  const path = join(folder, name);
  const { verdict, problems } = await judgeFiles([path], {});
  const found = problems
    .filter(({ severity }) => severity === 'error')
    .map(({ code, at }) => `${at?.start.line ?? 0} ${code}`);
  const expected = wanted(readFileSync(path, 'utf8'));
  expect(expected.length).toBeGreaterThan(10);
  expect([...new Set(found)].sort()).toEqual([...expected].sort());
  expect(verdict).toBe('invalid');
});
