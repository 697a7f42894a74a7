/** Compose files on their way to another language, or to a plainer form of their own. */
import { lint } from '../compose/lint/index.ts';
import { loadCompose } from '../compose/load.ts';
import { translateToModel } from '../compose/model/index.ts';
import type { ModelResult } from '../compose/model/index.ts';
import { leavesOf } from '../compose/model/leaves.ts';
import type { ComposeFlags, ComposeProject } from '../compose/project.ts';
import type { Checked, Problem, Span } from '../diagnostic/problem.ts';
import { sortProblems } from '../diagnostic/sort.ts';
import type { Report } from '../diagnostic/report.ts';
import type { MapNode, Node } from '../document/node.ts';
import { parseDocuments } from '../document/parse.ts';
import { accountLeaves } from './account.ts';
import type { Gone } from './account.ts';
import type { ReadRequest } from './request.ts';
import { blueprintWords } from './words.ts';

/** `undefined` where there is nothing to make a project of; the problems tell why. */
export function load(request: ReadRequest, flags: Partial<ComposeFlags> = {}): Checked<ComposeProject | undefined> {
  const { documents, disk, currentDirectory, environment, compose = {} } = request;
  const own = { ...compose.flags, ...flags };
  return loadCompose({ files: documents, disk, currentDirectory, environment, ...compose, flags: own });
}

/** What was told while loading, and what Compose takes though it is surely wrong, in the order of the text. */
export function withLint(problems: readonly Problem[], { tree, sources }: ComposeProject): readonly Problem[] {
  const textAt = ({ file, start, end }: Span): string | undefined => sources.get(file)?.slice(start.offset, end.offset);
  return sortProblems([...problems, ...lint({ tree, textAt })]);
}

export const toModel = ({ tree, inactive, unused }: ComposeProject): ModelResult =>
  translateToModel({ tree, inactive, unused }, blueprintWords);

/** The trees of the compose files themselves. */
export function documentsOf({ sources }: ComposeProject, request: ReadRequest): readonly Node[] {
  const named = new Set(request.documents.map(({ path }) => path));
  return [...sources].flatMap(([file, text]) =>
    named.has(file) || /\.(?:ya?ml|json)$/i.test(file) ? parseDocuments(text, file, { schema: 'go-yaml' }).value : [],
  );
}

const unusedReason = 'No active service uses it, so Compose leaves it out too.';
const inactiveReason = 'None of its profiles is active.';

/** A tree of nothing has the place of the whole file. */
const leavesGone = (tree: MapNode, reason: string): readonly Gone[] =>
  tree.entries.length === 0 ? [] : leavesOf(tree).map(({ at }) => ({ at, reason }));

/** The report by leaves of the files. `made`: what became of the leaves of the trees that were written. */
export const accountProject = (project: ComposeProject, request: ReadRequest, made: Report): Report =>
  accountLeaves({
    documents: documentsOf(project, request),
    made,
    gone: [
      ...project.dropped,
      ...leavesGone(project.inactive, inactiveReason),
      ...leavesGone(project.unused, unusedReason),
    ],
  });
