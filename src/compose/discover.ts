/** Which files make up a project when none is named: those of COMPOSE_FILE, or the first of Compose's names upwards. */
import { posix } from 'node:path';
import type { Checked, Problem } from '../diagnostic/problem.ts';
import type { Files } from '../document/files.ts';
import { composeProblems } from './problems.ts';
import { parseEnvFile } from './syntax/env-file.ts';

const fileNames = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
const overrideNames = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];

export type Discovery = {
  readonly disk: Files;
  /** Absolute. */
  readonly currentDirectory: string;
  /** Of the process; the `.env` of the current directory may hold COMPOSE_FILE too. */
  readonly environment: ReadonlyMap<string, string>;
  /** Instead of `.env`. */
  readonly envFiles?: readonly string[];
};

/** Absolute paths, or `-` for stdin; none where there are none, with the problem. */
export function findComposeFiles(discovery: Discovery): Checked<readonly string[]> {
  const { disk, currentDirectory } = discovery;
  const environment = environmentOf(discovery);
  const named = environment.get('COMPOSE_FILE');
  if (named !== undefined) {
    const separator = environment.get('COMPOSE_PATH_SEPARATOR') ?? '';
    const paths = named.split(separator === '' ? ':' : separator);
    return {
      value: paths.map((path) => (path === '-' ? path : posix.resolve(currentDirectory, path))),
      problems: [],
    };
  }
  for (let directory = currentDirectory; ; directory = posix.dirname(directory)) {
    const found = pick(fileNames, directory, disk);
    if (found.value !== undefined) {
      const override = pick(overrideNames, directory, disk);
      return {
        value: override.value === undefined ? [found.value] : [found.value, override.value],
        problems: [...found.problems, ...override.problems],
      };
    }
    if (posix.dirname(directory) === directory) break;
  }
  const message = `There is no ${fileNames.join(', ')} in ${currentDirectory} or above it.`;
  return { value: [], problems: [{ code: 'file-missing', severity: 'error', message }] };
}

/** What is wrong in the files is told when the project is loaded. */
function environmentOf({ disk, currentDirectory, environment, envFiles }: Discovery): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const name of envFiles ?? ['.env']) {
    const content = disk.read(posix.resolve(currentDirectory, name));
    if (content.kind !== 'text') continue;
    const { variables } = parseEnvFile(content.text, (variable) => environment.get(variable), found);
    for (const variable of variables) found.set(variable.name, variable.value);
  }
  return new Map([...found, ...environment]);
}

/** The first that is there; others of the same kind are told. */
function pick(names: readonly string[], directory: string, disk: Files): Checked<string | undefined> {
  const [first, ...others] = names
    .map((name) => posix.join(directory, name))
    .filter((path) => disk.kindOf(path) === 'file');
  if (first === undefined || others.length === 0) return { value: first, problems: [] };
  const problem: Problem = {
    code: 'file-several',
    severity: composeProblems['file-several'].severity,
    message: `${[first, ...others].join(', ')} are all there; ${posix.basename(first)} is read.`,
    hint: 'Keep one, or name the file.',
  };
  return { value: first, problems: [problem] };
}
