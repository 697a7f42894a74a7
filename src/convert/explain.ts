/** Where a value came from: its place, and what was done to it, from the last step to the first. */
import type { Origin, Origins, Step } from '../compose/origin.ts';
import { leavesOf, parsePath, renderPath } from '../compose/model/leaves.ts';
import type { Path } from '../compose/model/leaves.ts';
import { valueOfNode } from '../compose/model/values.ts';
import type { Checked, Problem, Span } from '../diagnostic/problem.ts';
import { hasErrors } from '../diagnostic/problem.ts';
import { didYouMean } from '../diagnostic/suggest.ts';
import type { MapEntry, Node } from '../document/node.ts';
import { entryOf } from '../document/node.ts';
import { parseDocuments } from '../document/parse.ts';
import type { Value } from '../model/value.ts';
import { languageOf } from './language.ts';
import { textsOf } from './nobody.ts';
import { convertProblem } from './problems.ts';
import type { ReadRequest } from './request.ts';

export type ExplainedStep = { readonly text: string; readonly at?: Span };

export type Explanation = {
  readonly path: string;
  readonly value: Value;
  /** Where the value stands; nowhere when nothing says it. */
  readonly at?: Span;
  readonly steps: readonly ExplainedStep[];
};

export type Explained = Checked<Explanation | undefined> & { readonly sources: ReadonlyMap<string, string> };

export async function explain(request: ReadRequest, path: string): Promise<Explained> {
  const { value: language, problems } = languageOf(request);
  const sources = textsOf(request);
  if (language === undefined) return { value: undefined, problems, sources };
  if (language === 'compose') return explainCompose(request, path);
  const told = language === 'tosca' ? await explainTemplate(request, path) : undefined;
  if (told !== undefined) return told;
  const trees = request.documents.flatMap(
    (document) => parseDocuments(document.text, document.path, { schema: 'core' }).value,
  );
  return { ...explainIn(trees, path, undefined), sources };
}

/** What a node has in the end, by the template or its types; `undefined` for what is no value of a node. */
async function explainTemplate(request: ReadRequest, text: string): Promise<Explained | undefined> {
  const path = parsePath(text);
  const at = path?.indexOf('node_templates') ?? -1;
  if (path === undefined || at < 0) return undefined;
  const { validateTosca, explainMember } = await import('../tosca/index.ts');
  const { inputOf } = await import('./tosca.ts');
  const { value: validation } = await validateTosca(inputOf(request));
  const found = await explainMember(validation, path.slice(at + 1));
  if (found === undefined) return undefined;
  return { value: { path: renderPath(path), ...found }, problems: [], sources: validation.sources };
}

async function explainCompose(request: ReadRequest, path: string): Promise<Explained> {
  const { load } = await import('./compose.ts');
  const { value: project, problems } = load(request);
  if (project === undefined || hasErrors(problems))
    return { value: undefined, problems, sources: project?.sources ?? textsOf(request) };
  const services: Node = {
    ...project.inactive,
    entries: [{ key: keyNode('services', project.inactive), value: project.inactive }],
  };
  const found = explainIn([project.tree, services, project.unused], path, project.origins);
  return { value: found.value, problems: [...problems, ...found.problems], sources: project.sources };
}

const keyNode = (text: string, { span }: Node): Node => ({ kind: 'scalar', value: text, text, style: 'plain', span });

type Found = { readonly node: Node; readonly entry?: MapEntry };

function explainIn(
  trees: readonly Node[],
  text: string,
  origins: Origins | undefined,
): Checked<Explanation | undefined> {
  const path = parsePath(text);
  if (path === undefined) return failed(convertProblem('path-invalid', `"${text}" is no path.`, { hint: pathHint }));
  const found = trees.map((tree) => findAt(tree, path)).find((one) => one !== undefined);
  if (found === undefined) {
    const known = trees.flatMap((tree) =>
      leavesOf(tree)
        .slice(0, 5000)
        .map((leaf) => renderPath(leaf.path)),
    );
    const hint = didYouMean(text, known) ?? pathHint;
    return failed(convertProblem('path-unknown', `There is nothing at ${renderPath(path)}.`, { hint }));
  }
  const { node, entry } = found;
  const own = stepsOf(origins?.find(node));
  const steps = own.length > 0 || entry === undefined ? own : stepsOf(origins?.find(entry));
  const implied = steps.some(({ kind }) => kind === 'default');
  return {
    value: {
      path: renderPath(path),
      value: valueOfNode(node),
      ...(implied ? {} : { at: node.span }),
      steps: steps.map(tellStep),
    },
    problems: [],
  };
}

const pathHint = 'For example services.web.ports[0].published, or services.web.labels["com.example.a"].';

const failed = (problem: Problem): Checked<undefined> => ({ value: undefined, problems: [problem] });

function findAt(tree: Node, path: Path): Found | undefined {
  let found: Found = { node: tree };
  for (const step of path) {
    const { node }: Found = found;
    const entry: MapEntry | undefined = node.kind === 'map' ? entryOf(node, String(step)) : undefined;
    const next: Node | undefined = node.kind === 'list' && typeof step === 'number' ? node.items[step] : entry?.value;
    if (next === undefined) return undefined;
    found = { node: next, ...(entry === undefined ? {} : { entry }) };
  }
  return found;
}

function stepsOf(origin: Origin | undefined): readonly Step[] {
  const steps: Step[] = [];
  for (let one = origin; one !== undefined; one = one.before) steps.push(one.step);
  return steps;
}

function tellStep(step: Step): ExplainedStep {
  switch (step.kind) {
    case 'interpolated': {
      const from = step.variables.length === 0 ? '' : ` with ${step.variables.join(', ')}`;
      return { text: `made from ${step.text}${from}` };
    }
    case 'overrides':
      return { text: 'overrides the value at', at: step.at };
    case 'extends':
      return { text: `taken over from the service "${step.service}", extended at`, at: step.at };
    case 'include':
      return { text: 'from a file included at', at: step.at };
    case 'short-form':
      return { text: `written in short as ${step.text}` };
    case 'default':
      return { text: 'nothing says it: it is so unless said otherwise' };
    case 'path':
      return { text: `a path written as ${step.text}` };
    case 'environment':
      return { text: `taken from the environment variable ${step.variable}` };
    case 'env-file':
      return { text: `read from the env file ${step.file}` };
    case 'upgraded':
      return { text: `said by the key "${step.text}", which only an old format has` };
  }
}
