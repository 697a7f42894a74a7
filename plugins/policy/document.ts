/**
 * A file as `calicoctl apply` takes it -> resources, with everything that is wrong at its place: several documents, lists
 * (`kind: List`, `NetworkPolicyList`, …), and unknown keys refused.
 */
import type { Checked, Problem, Span } from '../../src/diagnostic/problem.ts';
import { didYouMean } from '../../src/diagnostic/suggest.ts';
import { nodeToJson } from '../../src/document/json.ts';
import { valueOf, type Node } from '../../src/document/node.ts';
import { parseDocuments } from '../../src/document/parse.ts';
import { readShape } from '../../src/shape/index.ts';
import { checkResource } from './check.ts';
import { indexPlaces, type Places } from './places.ts';
import { policyProblems } from './problems.ts';
import type { PolicyIssue } from './selectors.ts';
import { appliedKinds, appliedShapes, isAppliedKind, type AppliedKind, type AppliedResource } from './shapes.ts';

type Code = keyof typeof policyProblems;

export const problemOf = (code: Code, message: string, at: Span, hint?: string): Problem => ({
  code,
  severity: policyProblems[code].severity,
  message,
  at,
  ...(hint === undefined ? {} : { hint }),
});

export function readResources(text: string, file: string): Checked<readonly AppliedResource[]> {
  const { value: documents, problems: ofText } = parseDocuments(text, file, { schema: 'core' });
  const problems: Problem[] = [...ofText];
  const resources: AppliedResource[] = [];
  for (const document of documents)
    for (const node of itemsOf(document)) {
      if (node.kind === 'scalar' && node.value === null) continue;
      const read = readResource(node);
      problems.push(...read.problems);
      if (read.value !== undefined) resources.push(read.value);
    }
  return { value: resources, problems };
}

/** A list holds resources under `items`. */
function itemsOf(document: Node): readonly Node[] {
  const kind = valueOf(document, 'kind');
  const items = valueOf(document, 'items');
  const isList = kind?.kind === 'scalar' && /^(\w*)List$/.test(kind.text) && items?.kind === 'list';
  return isList ? items.items : [document];
}

function readResource(node: Node): Checked<AppliedResource | undefined> {
  const kind = kindOf(node);
  if (kind.problem !== undefined) return { value: undefined, problems: [kind.problem] };
  const places = indexPlaces(node);
  const read = readShape<AppliedResource>(appliedShapes[kind.kind], nodeToJson(node));
  if (read.kind === 'issues')
    return { value: undefined, problems: read.issues.map((issue) => shapeProblem(issue, places)) };
  const problems = checkResource(read.value).map(({ code, issue }) => issueProblem(code, issue, places));
  return { value: read.value, problems };
}

type Kind =
  | { readonly kind: AppliedKind; readonly problem?: undefined }
  | { readonly kind?: undefined; readonly problem: Problem };

function kindOf(node: Node): Kind {
  if (node.kind !== 'map')
    return {
      problem: problemOf('policy-kind', 'A resource is a map with kind, apiVersion, metadata and spec.', node.span),
    };
  const said = valueOf(node, 'kind');
  if (said === undefined) return { problem: problemOf('policy-kind', 'The resource has no kind.', node.span) };
  const text = said.kind === 'scalar' ? said.text : '';
  if (isAppliedKind(text)) return { kind: text };
  const hint = didYouMean(text, appliedKinds) ?? `There are ${appliedKinds.join(', ')}.`;
  return {
    problem: problemOf('policy-kind', `"${text}" is no kind of resource that is about policies.`, said.span, hint),
  };
}

const shapeProblem = (issue: PolicyIssue, places: Places): Problem => {
  const isKey = issue.message.startsWith('is not known here');
  return problemOf('policy-shape', sentence(issue), isKey ? places.keyAt(issue.at) : places.valueAt(issue.at));
};

function issueProblem(code: Code, issue: PolicyIssue, places: Places): Problem {
  const at = issue.within === undefined ? places.valueAt(issue.at) : places.within(issue.at, issue.within);
  return problemOf(code, sentence(issue), at);
}

function sentence({ at, message }: PolicyIssue): string {
  const said = at === '' || /^[A-Z]/.test(message) ? message : `${at} ${message}`;
  return said.endsWith('.') || said.endsWith('?') ? said : `${said}.`;
}
