/** What the commands that read documents share: their flags, reading the files, and showing what is wrong with them. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { Fault } from '../diagnostic/fault.ts';
import type { Problem } from '../diagnostic/problem.ts';
import type { Files } from '../document/files.ts';
import type { Document, ReadRequest } from '../convert/index.ts';
import type { Opened } from './archive.ts';
import { repeated } from './pairs.ts';
import { paintFor } from './paint.ts';

export const languages = ['compose', 'tosca', 'blueprint'] as const;

export const documentArgs = {
  files: Args.string({
    description:
      'documents; several compose files are merged, - is standard input; of none, those docker compose would take',
    required: false,
    multiple: true,
  }),
};

export const documentFlags = {
  from: Flags.option({ options: languages, description: 'language of the document; found out unless given' })(),
  file: Flags.string({ char: 'f', description: 'the same as naming it', ...repeated }),
  profile: Flags.string({ description: 'compose: a profile to enable', ...repeated }),
  'env-file': Flags.string({ description: 'compose: a file of variables instead of .env', ...repeated }),
  'project-name': Flags.string({ char: 'p', description: 'compose: name of the project' }),
  'project-directory': Flags.string({ description: 'compose: folder that paths start from' }),
  'no-consistency': Flags.boolean({ description: 'compose: do not check what services say about each other' }),
  'no-env-resolution': Flags.boolean({ description: 'compose: do not read the files of env_file' }),
  map: Flags.string({
    description: 'TOSCA: URL=PATH, a file or folder that stands for what is imported',
    ...repeated,
  }),
  online: Flags.boolean({ description: 'TOSCA: fetch what is imported from the network; kept for a day' }),
  'implicit-types': Flags.boolean({
    description: 'TOSCA 1.x: the normative types are known without an import',
    default: true,
    allowNo: true,
  }),
  inputs: Flags.string({ description: 'TOSCA: a YAML or JSON file with values of inputs' }),
  input: Flags.string({ description: 'TOSCA: NAME=VALUE of an input', ...repeated }),
};

export type DocumentFlags = {
  readonly from?: (typeof languages)[number] | undefined;
  readonly file?: readonly string[] | undefined;
  readonly profile?: readonly string[] | undefined;
  readonly 'env-file'?: readonly string[] | undefined;
  readonly 'project-name'?: string | undefined;
  readonly 'project-directory'?: string | undefined;
  readonly 'no-consistency'?: boolean | undefined;
  readonly 'no-env-resolution'?: boolean | undefined;
  readonly map?: readonly string[] | undefined;
  readonly online?: boolean | undefined;
  readonly 'implicit-types'?: boolean | undefined;
  readonly inputs?: string | undefined;
  readonly input?: readonly string[] | undefined;
};

const unreadable = (path: string, reason: string): Fault =>
  new Fault('file-unreadable', `${path} can't be read: ${reason}.`);

function readStandardInput(): string {
  try {
    return readFileSync(0, 'utf8');
  } catch (cause) {
    throw new Fault('file-unreadable', 'Standard input can not be read.', { cause });
  }
}

const environmentOfProcess = (): ReadonlyMap<string, string> =>
  new Map(Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

/** Those named, by `-f` first; of none, those Docker Compose would take. Throws `file-unreadable` when there are none. */
export async function documentPaths(argv: readonly unknown[], flags: DocumentFlags): Promise<readonly string[]> {
  const named = [...(flags.file ?? []), ...argv.filter((one): one is string => typeof one === 'string')];
  if (named.length > 0) return named;
  const { defaultMaxBytes, filesOfHost } = await import('../host/files.ts');
  const { findComposeFiles } = await import('../compose/index.ts');
  const { value, problems } = findComposeFiles({
    disk: filesOfHost(defaultMaxBytes),
    currentDirectory: resolve(flags['project-directory'] ?? '.'),
    environment: environmentOfProcess(),
    ...(flags['env-file'] === undefined ? {} : { envFiles: flags['env-file'].map((path) => resolve(path)) }),
  });
  if (value.length > 0) return value;
  throw new Fault('file-unreadable', problems.map(({ message }) => message).join(' '), {
    hint: 'Name the document; - is standard input.',
  });
}

/** Reads the documents named. Throws `file-unreadable` with the reason. */
export async function readDocuments(paths: readonly string[], flags: DocumentFlags): Promise<ReadRequest> {
  const { defaultMaxBytes, filesOfHost } = await import('../host/files.ts');
  const disk = filesOfHost(defaultMaxBytes);
  const [first] = paths;
  const opened = first === undefined || first === '-' ? undefined : await openFirst(first, disk);
  const documents =
    opened === undefined ? paths.map((path) => readDocument(path, disk)) : [opened.template ?? []].flat();
  const compose = {
    ...(flags.profile === undefined ? {} : { profiles: flags.profile }),
    ...(flags['env-file'] === undefined ? {} : { envFiles: flags['env-file'].map((path) => resolve(path)) }),
    ...(flags['project-name'] === undefined ? {} : { projectName: flags['project-name'] }),
    ...(flags['project-directory'] === undefined ? {} : { projectDirectory: resolve(flags['project-directory']) }),
  };
  const left = {
    ...(flags['no-consistency'] === true ? { consistency: false } : {}),
    ...(flags['no-env-resolution'] === true ? { resolveEnv: false } : {}),
  };
  const environment = environmentOfProcess();
  const { toscaSettings } = await import('./tosca-flags.ts');
  const settings = await toscaSettings(flags, disk, environment);
  const archive = opened?.template?.archive;
  return {
    documents: documents.map(({ path, text }) => ({ path, text })),
    disk: opened?.template?.files ?? disk,
    currentDirectory: process.cwd(),
    environment,
    ...(flags.from === undefined ? {} : { from: flags.from }),
    compose: { ...compose, flags: left },
    tosca: { ...settings.tosca, ...(archive === undefined ? {} : { archive }) },
    ...(opened === undefined && settings.problems.length === 0
      ? {}
      : { opened: [...settings.problems, ...(opened?.problems ?? [])] }),
  };
}

async function openFirst(path: string, disk: Files): Promise<Opened | undefined> {
  const absolute = resolve(path);
  const { openIfArchive } = await import('./archive.ts');
  return openIfArchive(absolute, disk.read(absolute), disk);
}

function readDocument(path: string, disk: Files): Document {
  if (path === '-') return { path, text: readStandardInput() };
  const content = disk.read(resolve(path));
  if (content.kind === 'text') return { path: resolve(path), text: content.text };
  const reasons = {
    missing: 'there is no such file',
    directory: 'it is a folder',
    binary: 'it is not text',
  } as const;
  throw unreadable(path, content.kind === 'unreadable' ? content.reason : reasons[content.kind]);
}

/** Problems as text for stderr. */
export async function renderProblems(
  problems: readonly Problem[],
  sources: ReadonlyMap<string, string>,
): Promise<string> {
  const { renderCounts, renderProblem } = await import('../diagnostic/render.ts');
  const paint = paintFor(process.stderr);
  const blocks = problems.map((problem) => renderProblem(problem, (file) => sources.get(file), paint));
  return problems.length === 0 ? '' : [...blocks, renderCounts(problems)].join('\n');
}
