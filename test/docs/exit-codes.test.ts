import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadCommands } from '../../src/commands/table.ts';
import { exitCodeOf } from '../../src/commands/exit-codes.ts';

const commands = await loadCommands();

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test('docs/exit-codes.md has every fault in the row of its code', () => {
  const rows = new Map(
    read('docs/exit-codes.md')
      .split('\n')
      .flatMap((line): [number, string][] => {
        const row = /^\| (\d+) \| (.*) \|$/.exec(line);
        return row === null ? [] : [[Number(row[1]), row[2] ?? '']];
      }),
  );
  for (const [fault, code] of Object.entries(exitCodeOf)) expect(rows.get(code), fault).toContain(`\`${fault}\``);
});

test('the README runs only commands there are', () => {
  const named = [...read('README.md').matchAll(/bin\/clocker ([a-z]+)/g)].map(([, name]) => name ?? '');
  expect(new Set(named).size).toBeGreaterThan(3);
  // `clocker network create` is the command network:create.
  const words = Object.keys(commands).flatMap((name) => name.split(':')[0] ?? []);
  for (const name of named) expect(words).toContain(name);
});
