/**
 * Checks a merged tree against the rows, as Compose does against its JSON schema, and takes out what is wrong, so that
 * the stages behind find only what may stand there.
 */
import { didYouMean } from '../../diagnostic/suggest.ts';
import type { ListNode, MapEntry, MapNode, Node, ScalarNode } from '../../document/node.ts';
import { changeItems, changeValues, keyOf, withEntries } from '../nodes.ts';
import type { Report } from '../problems.ts';
import { formFor } from '../rows/children.ts';
import type { Form, Row } from '../rows/row.ts';
import { rowOf } from '../rows/row.ts';
import { checkScalar } from './check-scalar.ts';
import { describeForm, describeNode, describePath } from './describe.ts';

type Check = { readonly report: Report; readonly path: (string | number)[]; readonly damaged: Set<string> };

/** `damaged` takes the names of services something was taken out of: what they lack now may be a consequence. */
export function checkTree(tree: MapNode, row: Row, report: Report, damaged: Set<string>): MapNode {
  const checked = checkNode(tree, row.form, { report, path: [], damaged });
  return checked?.kind === 'map' ? checked : withEntries(tree, []);
}

/** One value by itself. */
export const checkValue = (node: Node, row: Row, key: string, report: Report): Node | undefined =>
  checkNode(node, row.form, { report, path: [key], damaged: new Set() });

function spoil({ path, damaged }: Pick<Check, 'path' | 'damaged'>): void {
  if (path[0] === 'services' && path[1] !== undefined) damaged.add(String(path[1]));
}

function checkNode(node: Node, form: Form, check: Check): Node | undefined {
  const fitting = formFor(form, node.kind);
  if (fitting?.kind === 'any') return node;
  if (node.kind === 'map' && fitting?.kind === 'map') return checkMap(node, fitting, check);
  if (node.kind === 'map' && fitting?.kind === 'dict') return checkDict(node, fitting, check);
  if (node.kind === 'list' && fitting?.kind === 'list') return checkList(node, fitting, check);
  if (node.kind === 'scalar') {
    const problem = checkScalar(node, form);
    if (problem === undefined) return node;
    const hint = problem.hint ?? listHint(node, form);
    check.report(problem.code, `${describePath(check.path)} ${problem.message}`, node.span, { hint });
  } else {
    const message = `${describePath(check.path)} is ${describeNode(node)}; it must be ${describeForm(form)}.`;
    check.report('value-type', message, startOf(node), { hint: itemHint(node, check.path.at(-1)) });
  }
  spoil(check);
  return undefined;
}

/** One text where a list of them is wanted. */
const listHint = (node: ScalarNode, form: Form): string | undefined =>
  node.value !== null && formFor(form, 'list') !== undefined && formFor(form, 'map') === undefined
    ? `Write it as a list: [ ${JSON.stringify(node.text)} ].`
    : undefined;

/** `- A: b` in a list of texts. */
function itemHint(node: Node, place: string | number | undefined): string | undefined {
  const [entry, more] = node.kind === 'map' ? node.entries : [];
  if (typeof place !== 'number' || entry?.value.kind !== 'scalar' || more !== undefined) return undefined;
  return `In a list it is written "${keyOf(entry)}=${entry.value.text}"; as a map, without the dash.`;
}

/** A problem of a whole map or list is shown at its first line. */
const startOf = ({ span }: Node): Node['span'] =>
  span.start.line === span.end.line ? span : { ...span, end: { ...span.start, column: span.start.column + 1 } };

function checkBelow(value: Node, form: Form, key: string | number, check: Check): Node | undefined {
  check.path.push(key);
  const checked = checkNode(value, form, check);
  check.path.pop();
  return checked;
}

function checkMap(map: MapNode, form: Extract<Form, { kind: 'map' }>, check: Check): MapNode {
  const entries = map.entries.filter((entry) => {
    const key = keyOf(entry);
    if (rowOf(form.rows, key) !== undefined || (form.isExtensible && key.startsWith('x-'))) return true;
    reportUnknown(entry, form, check);
    return false;
  });
  for (const key of form.required ?? []) {
    if (map.entries.some((entry) => keyOf(entry) === key)) continue;
    check.report('key-required', `${describePath(check.path)} needs the key "${key}".`, startOf(map));
    spoil(check);
  }
  const known = entries.length === map.entries.length ? map : withEntries(map, entries);
  return changeValues(known, (value, key) => {
    const row = rowOf(form.rows, key);
    return row === undefined ? value : checkBelow(value, row.form, key, check);
  });
}

/** Keys of old formats, and what says it today. */
const formerKeys: Readonly<Record<string, string>> = {
  cgroupns_mode: 'Today it is called "cgroup".',
  dockerfile: 'Today it stands in "build".',
  log_driver: 'Today it is "driver" in "logging".',
  log_opt: 'Today it is "options" in "logging".',
  net: 'Today it is called "network_mode".',
  volume_driver: 'Today each volume has its driver, in "volumes" of the file.',
};

function reportUnknown(entry: MapEntry, form: Extract<Form, { kind: 'map' }>, check: Check): void {
  const key = keyOf(entry);
  const hint =
    didYouMean(key, Object.keys(form.rows)) ?? (Object.hasOwn(formerKeys, key) ? formerKeys[key] : undefined);
  check.report('key-unknown', `${describePath(check.path)} has no key "${key}".`, entry.key.span, { hint });
  spoil(check);
}

function checkDict(map: MapNode, form: Extract<Form, { kind: 'dict' }>, check: Check): MapNode {
  const { names } = form;
  const entries = names === undefined ? map.entries : map.entries.filter((entry) => names.test(keyOf(entry)));
  if (entries.length < map.entries.length)
    for (const entry of map.entries.filter((one) => names?.test(keyOf(one)) === false)) {
      const message = `"${keyOf(entry)}" can’t be a name in ${describePath(check.path)}.`;
      check.report('name-invalid', message, entry.key.span);
      spoil(check);
    }
  const named = entries.length === map.entries.length ? map : withEntries(map, entries);
  return changeValues(named, (value, key) => checkBelow(value, form.of.form, key, check));
}

function checkList(list: ListNode, form: Extract<Form, { kind: 'list' }>, check: Check): ListNode {
  const seen = new Map<string, Node>();
  return changeItems(list, (item, index) => {
    const checked = checkBelow(item, form.of.form, index, check);
    if (checked?.kind !== 'scalar' || form.isSet !== true) return checked;
    const identity = `${typeof checked.value} ${String(checked.value)}`;
    const first = seen.get(identity);
    if (first === undefined) {
      seen.set(identity, item);
      return checked;
    }
    const related = [{ message: 'It stands here first.', at: first.span }];
    const message = `"${checked.text}" stands in ${describePath(check.path)} twice.`;
    check.report('item-twice', message, item.span, { related });
    spoil(check);
    return undefined;
  });
}
