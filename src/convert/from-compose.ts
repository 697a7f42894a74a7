/** Compose files as compose and stack files: the normal form, and what a swarm takes of it. */
import { projectJson } from '../compose/json.ts';
import { makeMarks, reportLeaves } from '../compose/model/leaves.ts';
import { escapeValue, valueOfNode } from '../compose/model/values.ts';
import type { ComposeProject } from '../compose/project.ts';
import { hasErrors } from '../diagnostic/problem.ts';
import type { Report } from '../diagnostic/report.ts';
import { accountProject, documentsOf, load, withLint } from './compose.ts';
import { renderDocument } from './render.ts';
import type { ConvertRequest, Converted } from './request.ts';
import { projectToStack } from './stack.ts';

type Written = { readonly text: string; readonly report: Report };

export function convertCompose(request: ConvertRequest, to: 'compose' | 'stack'): Omit<Converted, 'language'> {
  const { value: project, problems } = load(request);
  const sources = project?.sources ?? new Map(request.documents.map(({ path, text }) => [path, text]));
  if (project === undefined) return { text: '', problems, report: [], sources };
  const found = withLint(problems, project);
  if (hasErrors(problems)) return { text: '', problems: found, report: [], sources };
  const { text, report } = to === 'compose' ? normalForm(project, request) : stackFile(project, request);
  return { text, problems: found, report: accountProject(project, request, report), sources };
}

/** As JSON it is what `docker compose config --format json` prints, byte for byte. */
function normalForm(project: ComposeProject, { format = 'yaml' }: ConvertRequest): Written {
  const report = reportLeaves(project.tree, makeMarks());
  if (format === 'json') return { text: projectJson(project), report };
  return { text: renderDocument(escapeValue(valueOfNode(project.tree)), format), report };
}

function stackFile(project: ComposeProject, request: ConvertRequest): Written {
  const refers = [...project.sources.values()].some((text) => text.includes('env_file'));
  const { value, report } = projectToStack({
    project,
    references: (refers ? load(request, { resolveEnv: false }).value : undefined) ?? project,
    documents: documentsOf(project, request),
    outputDirectory: request.outputDirectory ?? request.currentDirectory,
    earliestVersion: request.stackVersion === 'earliest',
  });
  return { text: renderDocument(value, request.format ?? 'yaml'), report };
}
