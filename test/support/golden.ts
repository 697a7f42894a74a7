/** Golden folders: a case is a folder with its input and what is expected of it. UPDATE_GOLDEN=1 writes the latter. */
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

/** Names of the cases in a folder, sorted. */
export const goldenCases = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();

/** The text is that of the file; an empty text is no file. */
export function expectGolden(folder: string, name: string, text: string): void {
  const file = join(folder, name);
  if (process.env['UPDATE_GOLDEN'] === '1') {
    if (text === '') rmSync(file, { force: true });
    else writeFileSync(file, text);
  }
  expect(text, `run again with UPDATE_GOLDEN=1 and review ${name}`).toBe(
    existsSync(file) ? readFileSync(file, 'utf8') : '',
  );
}
