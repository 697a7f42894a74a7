import { expect, test } from 'vitest';
import type { Problem, Severity } from '../../src/diagnostic/problem.ts';
import { sortProblems } from '../../src/diagnostic/sort.ts';

const at = (code: string, severity: Severity, file: string, offset: number): Problem => {
  const position = { offset, line: 1, column: offset + 1 };
  return { code, severity, message: code, at: { file, start: position, end: position } };
};

test('by file as first met, by place, errors first; a repeated problem once', () => {
  const nowhere: Problem = { code: 'nowhere', severity: 'info', message: 'n' };
  const sorted = sortProblems([
    at('b', 'error', 'z.yml', 9),
    at('a', 'warning', 'z.yml', 2),
    at('c', 'error', 'a.yml', 1),
    at('d', 'error', 'z.yml', 2),
    at('c', 'error', 'a.yml', 1),
    nowhere,
  ]);
  expect(sorted.map((problem) => problem.code)).toEqual(['nowhere', 'd', 'a', 'b', 'c']);
});
