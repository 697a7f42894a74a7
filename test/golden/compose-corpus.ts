/** The Compose part of the corpus: every case, and what became of it. */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { loadCompose } from '../../src/compose/load.ts';
import { projectJson } from '../../src/compose/json.ts';
import type { ComposeFlags, ComposeInput, ComposeProject } from '../../src/compose/project.ts';
import type { Checked } from '../../src/diagnostic/problem.ts';
import { hasErrors } from '../../src/diagnostic/problem.ts';
import type { Files } from '../../src/document/files.ts';

export const corpus = new URL('../../../shared/corpus/compose/', import.meta.url).pathname;
export const isThere = existsSync(corpus);

/** The real disk, as far as these tests need it. */
export const disk: Files = {
  read(path) {
    try {
      if (statSync(path).isDirectory()) return { kind: 'directory' };
      return { kind: 'text', text: readFileSync(path, 'utf8') };
    } catch {
      return { kind: 'missing' };
    }
  },
  kindOf(path) {
    try {
      return statSync(path).isDirectory() ? 'directory' : 'file';
    } catch {
      return 'missing';
    }
  },
  list: (path) => readdirSync(path).sort(),
};

export type Outcome = { readonly name: string; readonly kind: 'right' | 'wrong'; readonly why: string };

export const readText = (path: string): string => readFileSync(`${corpus}${path}`, 'utf8');
export const readJson = (path: string): unknown => JSON.parse(readText(path));

const environment = new Map([
  ['HOME', '/HOME'],
  ['PATH', '/usr/bin:/bin'],
]);

export function load(
  files: ComposeInput['files'],
  more: Partial<ComposeInput> = {},
): Checked<ComposeProject | undefined> {
  return loadCompose({ files, disk, currentDirectory: '/', environment, profiles: ['*'], ...more });
}

export const loadPaths = (
  paths: readonly string[],
  more: Partial<ComposeInput> = {},
): Checked<ComposeProject | undefined> =>
  load(
    paths.map((path) => ({ path: `${corpus}${path}`, text: readText(path) })),
    more,
  );

/** `root` stands as /ROOT in the answers. */
export function jsonOf({ value, problems }: Checked<ComposeProject | undefined>, root: string): unknown {
  if (value === undefined || hasErrors(problems)) return undefined;
  return JSON.parse(projectJson(value).replaceAll(`${corpus}${root}`, '/ROOT'));
}

export const errorsOf = ({ problems }: Checked<unknown>): string =>
  problems
    .filter(({ severity }) => severity === 'error')
    .map(({ code, message, at }) => `${at?.start.line}:${at?.start.column} ${code}: ${message}`)
    .join(' | ');

/** The first difference of two JSON values, by path. */
export function difference(got: unknown, want: unknown, path = ''): string | undefined {
  if (typeof got !== 'object' || typeof want !== 'object' || got === null || want === null)
    return Object.is(got, want) ? undefined : `${path}: ${JSON.stringify(got)} instead of ${JSON.stringify(want)}`;
  if (Array.isArray(got) !== Array.isArray(want)) return `${path}: a list or a map`;
  const left = new Map(Object.entries(got));
  const right = new Map(Object.entries(want));
  for (const key of new Set([...left.keys(), ...right.keys()])) {
    if (!left.has(key)) return `${path}.${key}: missing, ${JSON.stringify(right.get(key))}`;
    if (!right.has(key)) return `${path}.${key}: too much, ${JSON.stringify(left.get(key))}`;
    const inside = difference(left.get(key), right.get(key), `${path}.${key}`);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

export const compared = (
  name: string,
  got: Checked<ComposeProject | undefined>,
  root: string,
  want: unknown,
): Outcome => {
  const json = jsonOf(got, root);
  const why = json === undefined ? errorsOf(got) : difference(json, want);
  return { name, kind: why === undefined ? 'right' : 'wrong', why: why ?? '' };
};

export const sameFlags: Partial<ComposeFlags> = { consistency: false };
