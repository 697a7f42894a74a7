/** What messages and documentation tell a person to run is there to be run. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commandLoaders } from '../../src/commands/table.ts';

const root = join(import.meta.dirname, '../..');

const filesOf = (folder: string, ending: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));

/** Words after `clocker` in prose, where it is a name: "a clocker network needs …". */
const prose = new Set(['unless', 'driver', 'is', 'in', 'for', 'ends', 'does', 'are', 'network needs', 'network has']);

const isProse = (words: string): boolean => prose.has(words) || prose.has(words.split(' ')[0] ?? '');

/** Each `clocker WORD WORD` of some lines: the command it names, or `undefined` for none. */
function namedIn(text: string): readonly { readonly words: string; readonly id: string | undefined }[] {
  return [...text.matchAll(/\bclocker ([a-z]+)(?: ([a-z]+))?/g)].map(([, first = '', second = '']) => ({
    words: `${first} ${second}`.trim(),
    id: [`${first}:${second}`, first].find((id) => Object.hasOwn(commandLoaders, id)),
  }));
}

test('messages name only commands there are', () => {
  const found = ['src', 'plugins'].flatMap((folder) =>
    filesOf(folder, '.ts').flatMap((file) =>
      readFileSync(join(root, file), 'utf8')
        .split('\n')
        // Comments speak of clocker as well, and to nobody who runs it.
        .filter((line) => /['"`]/.test(line) && !/^\s*(?:\/\/|\/?\*)/.test(line))
        .flatMap((line) => namedIn(line).map((one) => ({ file, ...one }))),
    ),
  );
  expect(found.filter(({ id }) => id !== undefined).length).toBeGreaterThan(30);
  expect(found.filter(({ id, words }) => id === undefined && !isProse(words))).toEqual([]);
});

test('the documentation runs only commands there are', () => {
  const files = ['README.md', ...filesOf('docs', '.md')];
  // What is run stands in code: a line that begins with it, or between backticks.
  const code = /(?:^\s*(?:sudo )?|`)(?:\S*bin\/)?(clocker [a-z]+(?: [a-z]+)?)/gm;
  const found = files.flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(code)].flatMap(([, named = '']) =>
      namedIn(named).map((one) => ({ file, ...one })),
    ),
  );
  expect(found.length).toBeGreaterThan(20);
  expect(found.filter(({ id, words }) => id === undefined && !isProse(words))).toEqual([]);
});
