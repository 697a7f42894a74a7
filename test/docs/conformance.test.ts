import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { beyondReach, conformanceLines, conformanceTable, linesOf } from '../../scripts/conformance.mjs';

const folder = join(import.meta.dirname, '..');

test('the list goes from 1 to 59, and tests name no other line', () => {
  const lines = Object.keys(conformanceLines).map(Number);
  expect(lines).toEqual(Array.from({ length: 59 }, (_, index) => index + 1));
  const named = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts') && !file.startsWith('docs'))
    .flatMap((file) => linesOf(readFileSync(join(folder, file), 'utf8')));
  expect(named.filter((line) => !lines.includes(line))).toEqual([]);
  expect(Object.keys(beyondReach).filter((line) => !lines.includes(Number(line)))).toEqual([]);
});

test('one failure fails a line, skipped tests show nothing', () => {
  const table = conformanceTable([
    { name: 'one host §9.1 §9.2 shakes hands', status: 'passed' },
    { name: '§9.1 shakes hands again', status: 'failed' },
    { name: '§9.3 takes nothing', status: 'skipped' },
    { name: 'nothing to do with it', status: 'passed' },
  ]).split('\n');
  expect(table[0]).toMatch(/^ {3}1 .* failed +1 passed, 1 failed$/);
  expect(table[1]).toMatch(/^ {3}2 .* passed +1 passed$/);
  expect(table[2]).toMatch(/^ {3}3 .* skipped +1 skipped$/);
  expect(table[3]).toMatch(/^ {3}4 .* not shown$/);
  expect(table.at(-1)).toBe('1 of 59 lines shown');
});
