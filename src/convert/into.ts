/**
 * What an application became, written into the compose file it came from: what is as it was keeps its text, comments and
 * order. The file as changed is read again, and has to say what was meant.
 */
import { changesOf } from '../compose/edit/changes.ts';
import type { Whole } from '../compose/edit/changes.ts';
import type { Path } from '../compose/model/leaves.ts';
import { renderPath } from '../compose/model/leaves.ts';
import { equalValues } from '../compose/model/values.ts';
import type { ComposeProject } from '../compose/project.ts';
import { readBlueprint, renderApplication } from '../blueprint/index.ts';
import type { Checked, Problem } from '../diagnostic/problem.ts';
import { hasErrors } from '../diagnostic/problem.ts';
import { editDocument } from '../document/edit.ts';
import type { Edit } from '../document/edit.ts';
import type { Node } from '../document/node.ts';
import { valueOf } from '../document/node.ts';
import { parseDocuments } from '../document/parse.ts';
import { renderYaml } from '../document/render.ts';
import type { Value, ValueMap } from '../model/value.ts';
import { isMap } from '../model/value.ts';
import { load, toModel } from './compose.ts';
import { convertProblem } from './problems.ts';
import { renderDocument } from './render.ts';
import type { Document, ReadRequest } from './request.ts';
import { applicationToCompose } from './to-compose.ts';

/** What was changed, by path in the file. */
export type Change = { readonly kind: Edit['kind']; readonly path: string };

export type Written = { readonly text: string; readonly changes: readonly Change[] };

/** What a text says: as a project, and as the application made of it would be written. */
type Said = { readonly project: ComposeProject; readonly value: ValueMap };

const schema = 'go-yaml';

/** `meant`: the normal form to be written. With problems the text is as it was. */
export function writeInto(target: Document, meant: ValueMap, request: ReadRequest): Checked<Written> {
  const as = { text: target.text, changes: [] };
  const before = said(target, request);
  if (before.value === undefined) return { value: as, problems: before.problems };
  // As it is read again: Compose adds what follows.
  const after = said({ ...target, text: renderDocument(meant, 'yaml') }, request);
  if (after.value === undefined) return { value: as, problems: [wouldBeWrong(target, after.problems)] };
  const wanted = after.value.value;
  const [document, second] = parseDocuments(target.text, target.path, { schema }).value;
  if (document === undefined || second !== undefined)
    return { value: as, problems: [impossible(target, 'It is not one document.')] };
  const whole = new Map<string, Whole>();
  for (;;) {
    const edits = editsFor(document, before.value, wanted, whole);
    const edited = makeAll(target, edits);
    const again = edited.kind === 'made' ? said({ ...target, text: edited.text }, request) : undefined;
    const wrong = edited.kind === 'made' ? differences(again?.value?.value, wanted, []) : [edited.path];
    if (edited.kind === 'made' && wrong.length === 0)
      return { value: { text: edited.text, changes: edits.map(changeOf) }, problems: [] };
    const stuck = wrong.find((path) => !widen(path, whole));
    if (stuck !== undefined)
      return { value: as, problems: [impossible(target, `${renderPath(stuck)} is not said there alone.`)] };
  }
}

function said(document: Document, request: ReadRequest): Checked<Said | undefined> {
  const { value: project, problems } = load({ ...request, documents: [document] }, { resolveEnv: false });
  if (project === undefined || hasErrors(problems)) return { value: undefined, problems };
  // By way of a blueprint, as what is wanted came.
  const blueprint = renderYaml(renderApplication(toModel(project).value));
  const { value } = applicationToCompose(readBlueprint(blueprint, document.path).value);
  return { value: { project, value }, problems };
}

function editsFor(
  document: Node,
  { project, value }: Said,
  wanted: ValueMap,
  whole: ReadonlyMap<string, Whole>,
): readonly Edit[] {
  const isOld = valueOf(project.tree, 'services') !== undefined && valueOf(document, 'services') === undefined;
  const inactive: Node = project.inactive;
  const made = (path: Path): Node | undefined =>
    nodeAt(project.tree, path) ?? nodeAt(path[0] === 'services' ? inactive : project.unused, pathInInactive(path));
  const edits = changesOf(isOld ? asToday(document) : document, value, wanted, {
    whole,
    directory: project.workingDirectory,
    made,
  });
  return isOld ? edits.map((edit) => ({ ...edit, path: edit.path.slice(1) })) : edits;
}

const pathInInactive = (path: Path): Path => (path[0] === 'services' ? path.slice(1) : path);

/** A file of format 1 has its services at the top. */
const asToday = (document: Node): Node => ({
  kind: 'map',
  span: document.span,
  entries: [
    {
      key: { kind: 'scalar', value: 'services', text: 'services', style: 'plain', span: document.span },
      value: document,
    },
  ],
});

const nodeAt = (root: Node, path: Path): Node | undefined =>
  path.reduce<Node | undefined>(
    (node, step) =>
      typeof step === 'number' ? (node?.kind === 'list' ? node.items[step] : undefined) : valueOf(node, step),
    root,
  );

type Made =
  | { readonly kind: 'made'; readonly text: string }
  /** That change could not be made. */
  | { readonly kind: 'stuck'; readonly path: Path };

function makeAll({ path: file, text }: Document, edits: readonly Edit[]): Made {
  let current = text;
  for (const edit of edits) {
    const { value, problems } = editDocument(current, file, [edit], { schema });
    if (problems.length > 0) return { kind: 'stuck', path: edit.path };
    current = value;
  }
  return { kind: 'made', text: current };
}

function differences(have: Value | undefined, want: Value | undefined, path: Path): readonly Path[] {
  if (equalValues(have, want)) return [];
  if (!isMap(have) || !isMap(want)) return [path];
  const keys = new Set([...have.keys(), ...want.keys()]);
  return [...keys].flatMap((key) =>
    typeof key === 'string' ? differences(have.get(key), want.get(key), [...path, key]) : [],
  );
}

/** An attribute is written whole, in short and then in full; then what it is an attribute of. False: nothing is left. */
function widen(path: Path, whole: Map<string, Whole>): boolean {
  for (const length of [3, 2]) {
    if (path.length < length) continue;
    const key = renderPath(path.slice(0, length));
    const how = whole.get(key);
    if (how === 'normal') continue;
    whole.set(key, how === undefined ? 'short' : 'normal');
    return true;
  }
  return false;
}

const changeOf = ({ kind, path }: Edit): Change => ({ kind, path: renderPath(path) });

const wouldBeWrong = (target: Document, problems: readonly Problem[]): Problem =>
  impossible(
    target,
    `They would make it wrong: ${problems.find(({ severity }) => severity === 'error')?.message ?? ''}`,
  );

const impossible = ({ path: file }: Document, why: string): Problem => {
  const start = { offset: 0, line: 1, column: 1 };
  return convertProblem('into-impossible', `The changes can not be made in ${file}. ${why}`, {
    at: { file, start, end: start },
    hint: 'Without --into a new file is written.',
  });
};
