/**
 * docs/problems.md explains every problem code, from the tables in the `problems.ts` files of src and plugins. With
 * UPDATE_DOCS=1 the page is written anew.
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ProblemTable } from '../../src/diagnostic/problem.ts';

const root = join(import.meta.dirname, '../..');
const page = join(root, 'docs/problems.md');

const isTable = (value: unknown): value is ProblemTable =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).every((row: unknown) => typeof row === 'object' && row !== null && 'explain' in row);

async function readTables(): Promise<readonly (readonly [string, ProblemTable])[]> {
  const files = ['src', 'plugins'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('/problems.ts'))
      .map((name) => join(folder, name)),
  );
  const tables: [string, ProblemTable][] = [];
  for (const file of files.sort()) {
    const exports = (await import(join(root, file))) as Record<string, unknown>;
    const found = Object.values(exports).filter(isTable);
    tables.push(...found.map((table): [string, ProblemTable] => [file.replace('/problems.ts', ''), table]));
  }
  return tables;
}

function renderPage(tables: readonly (readonly [string, ProblemTable])[]): string {
  const sections = tables.map(([folder, table]) => {
    const rows = Object.entries(table).sort(([a], [b]) => (a < b ? -1 : 1));
    const lines = rows.map(
      ([code, row]) => `| \`${code}\` | ${row.severity} | ${row.explain.replaceAll('|', '\\|')} |`,
    );
    return [`## ${folder}`, '', '| code | severity | what it means |', '|---|---|---|', ...lines].join('\n');
  });
  const head =
    '# Problems\n\nEvery code Clocker gives a mistake in a file, by the part that finds it. Codes stay; wording may change.';
  return `${[head, ...sections].join('\n\n')}\n`;
}

test('docs/problems.md explains every problem code', async () => {
  const wanted = renderPage(await readTables());
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(page, wanted);
  expect(readFileSync(page, 'utf8'), 'run UPDATE_DOCS=1 npx vitest run --project unit test/docs').toBe(wanted);
});

test('no two tables give one code different meanings', async () => {
  const codes = (await readTables()).flatMap(([, table]) => Object.keys(table));
  expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
});
