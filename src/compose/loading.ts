/** What the stages of one loading share. */
import type { Problem, Span } from '../diagnostic/problem.ts';
import type { Files } from '../document/files.ts';
import type { MapNode, Node } from '../document/node.ts';
import { parseDocuments } from '../document/parse.ts';
import type { ImpliedVolume } from './legacy/upgrade.ts';
import type { Trail } from './trail.ts';
import type { ComposeFlags, Dropped } from './project.ts';
import type { Report } from './problems.ts';
import type { Section } from './rows/project.ts';
import type { Extender } from './extends.ts';
import { nameOfPath, whyNot } from './file-names.ts';

export type Loading = {
  readonly disk: Files;
  readonly flags: ComposeFlags;
  readonly currentDirectory: string;
  readonly home: string | undefined;
  readonly problems: Problem[];
  readonly report: Report;
  readonly trail: Trail;
  /** Of the texts read, those that are files of variables. */
  readonly variableFiles: Set<string>;
  readonly sources: Map<string, string>;
  readonly dropped: Dropped[];
  readonly budget: { ports: number; includes: number };
  readonly damaged: Set<string>;
  /** Volumes files of old formats need no entry for. */
  readonly impliedVolumes: Map<string, ImpliedVolume>;
  /** Of each section, every name met, also those taken out later for their mistakes. */
  readonly names: Readonly<Record<Section, Set<string>>>;
  /** Files as one tree: what an include is loaded with. `undefined`: they say nothing. */
  readonly loadModel: (files: readonly ComposeFile[], scope: Scope, loading: Loading) => MapNode | undefined;
};

/** What a file is read in: the main files share one, each include has its own. */
export type Scope = {
  /** Absolute; files it names start from here. */
  readonly fileDirectory: string;
  /** What paths in it start from; relative to the scope around it for an include. */
  readonly directory: string;
  readonly environment: ReadonlyMap<string, string>;
  /** Files being read, outermost first. */
  readonly chain: readonly string[];
  /** Files services were extended from, by path. */
  readonly extended: Map<string, Extender | undefined>;
};

export type ComposeFile = {
  /** Absolute. */
  readonly path: string;
  /** The name used in spans. */
  readonly name: string;
  readonly documents: readonly Node[];
};

/** UTF-16 code units; ten thousand services of a full file fit. */
const longestFile = 20_000_000;

export function parseFile(path: string, name: string, text: string, loading: Loading): ComposeFile {
  loading.sources.set(name, text);
  const { value, problems } = parseDocuments(text, name, { schema: 'go-yaml', maxLength: longestFile });
  loading.problems.push(...problems);
  return { path, name, documents: value };
}

const remote = /^(?:[a-z][a-z0-9+.-]*:\/\/|git@|github\.com\/)/;

/** `undefined`: it is not there or can't be read, which has been told at `at`. */
export function readFile(path: string, at: Span, loading: Loading): ComposeFile | undefined {
  const content = loading.disk.read(path);
  if (content.kind !== 'text') {
    loading.report('file-missing', `The file ${nameOfPath(path, loading.currentDirectory)} ${whyNot(content)}.`, at);
    return undefined;
  }
  return parseFile(path, nameOfPath(path, loading.currentDirectory), content.text, loading);
}

/** True, with the problem told, for what is in a repository or registry. */
export function isRemote(reference: string, at: Span, { report }: Loading): boolean {
  if (!remote.test(reference)) return false;
  report('file-remote', `"${reference}" is not on this machine.`, at, {
    hint: 'Fetch it first and name the file.',
  });
  return true;
}
