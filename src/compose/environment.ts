/** The variables a project sees: those of the process, then those of its `.env` or `--env-file`s. */
import { posix } from 'node:path';
import type { Span } from '../diagnostic/problem.ts';
import type { Node } from '../document/node.ts';
import type { Loading } from './loading.ts';
import { nameOfPath } from './file-names.ts';
import { keyOf, scalarNode, textOf } from './nodes.ts';
import type { ComposeInput } from './project.ts';
import { variableReader } from './variable-files.ts';

export type NamedFile = { readonly path: string; readonly at: Node; readonly isRequired: boolean };

/** Later files win; each sees `environment` first, then the variables of those before it. */
export function readVariables(
  files: readonly NamedFile[],
  environment: ReadonlyMap<string, string>,
  loading: Loading,
): ReadonlyMap<string, string> {
  const reader = variableReader(loading);
  const found = new Map<string, string>();
  for (const { path, at, isRequired } of files) {
    if (!isRequired && loading.disk.kindOf(path) !== 'file') continue;
    const file = { kind: 'env', path, at, isRequired, isRaw: false } as const;
    for (const entry of reader.readEntries(file, (name) => environment.get(name), found))
      found.set(keyOf(entry), textOf(entry.value) ?? '');
  }
  return found;
}

const start = { offset: 0, line: 1, column: 1 };

/** `COMPOSE_DISABLE_ENV_FILE` keeps `.env` from being read; `COMPOSE_ENV_FILES` names others. */
export function projectEnvironment(
  input: ComposeInput,
  directory: string,
  loading: Loading,
): ReadonlyMap<string, string> {
  const { environment, currentDirectory } = input;
  const own = environment.has('PWD') ? environment : new Map([...environment, ['PWD', currentDirectory]]);
  const files = envFilesOf(input, directory).map(({ path, isRequired }): NamedFile => {
    const span: Span = { file: nameOfPath(path, loading.currentDirectory), start, end: start };
    return { path, at: scalarNode(path, span), isRequired };
  });
  return new Map([...readVariables(files, own, loading), ...own]);
}

function envFilesOf(
  { envFiles, environment, currentDirectory }: ComposeInput,
  directory: string,
): readonly Pick<NamedFile, 'path' | 'isRequired'>[] {
  const named = envFiles ?? (environment.get('COMPOSE_ENV_FILES') ?? '').split(',').filter((path) => path !== '');
  if (named.length > 0) return named.map((path) => ({ path: posix.resolve(currentDirectory, path), isRequired: true }));
  if (/^(?:1|t|true)$/i.test(environment.get('COMPOSE_DISABLE_ENV_FILE') ?? '')) return [];
  return [{ path: posix.join(directory, '.env'), isRequired: false }];
}
