/**
 * Changes to a text that leave everything else as it stands: comments, order, quotes, indentation. A change is a splice
 * at the places the reader found; the text is read again after it, and a change that did not come out as meant is
 * refused.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Checked } from '../diagnostic/problem.ts';
import { hasErrors } from '../diagnostic/problem.ts';
import { nodeToJson } from './json.ts';
import type { Json } from './json.ts';
import type { Node } from './node.ts';
import { parseDocument } from './parse.ts';
import type { ParseOptions } from './parse.ts';
import { documentProblem } from './problems.ts';
import { renderYaml } from './render.ts';
import type { Renderable } from './render.ts';
import { spliceRemove, spliceSet } from './splice.ts';

/** Keys of maps and indices of lists, from the root. */
export type Path = readonly (string | number)[];

export type Edit =
  /** Maps on the way that are missing are made; the index after the last appends to a list. */
  | { readonly kind: 'set'; readonly path: Path; readonly value: Renderable }
  /** What is not there needs no removal. */
  | { readonly kind: 'remove'; readonly path: Path };

/** The text with all changes made, in order; on any problem the text as it was. */
export function editDocument(
  text: string,
  file: string,
  edits: readonly Edit[],
  options: ParseOptions,
): Checked<string> {
  let current = text;
  for (const edit of edits) {
    const before = parseDocument(current, file, options);
    if (hasErrors(before.problems)) return { value: text, problems: before.problems };
    const next = apply(current, before.value, edit);
    const after = parseDocument(next, file, options);
    if (
      hasErrors(after.problems) ||
      !isDeepStrictEqual(nodeToJson(after.value), meant(nodeToJson(before.value), edit))
    ) {
      const message = `${edit.path.join('.')} can not be changed in place.`;
      return { value: text, problems: [documentProblem('yaml-edit-impossible', message, before.value.span)] };
    }
    current = next;
  }
  return { value: current, problems: [] };
}

function apply(text: string, root: Node, edit: Edit): string {
  const splice =
    edit.kind === 'set' ? spliceSet(text, root, edit.path, edit.value) : spliceRemove(text, root, edit.path);
  if (splice === undefined) return text;
  const added = text.includes('\r\n') ? splice.text.replaceAll('\n', '\r\n') : splice.text;
  return text.slice(0, splice.start) + added + text.slice(splice.end);
}

/** The data as the change should make it. */
function meant(before: Json, edit: Edit): Json {
  if (edit.kind === 'remove') return without(before, edit.path);
  const value = parseDocument(renderYaml(edit.value), '', { schema: 'core' }).value;
  return withValue(before, edit.path, nodeToJson(value));
}

const isList = (json: Json): json is readonly Json[] => Array.isArray(json);
const isObject = (json: Json): json is { readonly [key: string]: Json } =>
  typeof json === 'object' && json !== null && !isList(json);

/** Without a prototype, as `nodeToJson` makes them. */
const objectOf = (entries: readonly (readonly [string, Json])[]): Json => {
  const object: { [key: string]: Json } = {};
  Object.setPrototypeOf(object, null);
  for (const [key, value] of entries)
    Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
  return object;
};

function withValue(json: Json, [step, ...rest]: Path, value: Json): Json {
  if (step === undefined) return value;
  if (typeof step === 'number') {
    const items = isList(json) ? [...json] : [];
    items[step] = withValue(items[step] ?? null, rest, value);
    return items;
  }
  const entries = isObject(json) ? Object.entries(json) : [];
  const old = entries.find(([key]) => key === step)?.[1] ?? null;
  return objectOf([...entries.filter(([key]) => key !== step), [step, withValue(old, rest, value)]]);
}

function without(json: Json, [step, ...rest]: Path): Json {
  if (typeof step === 'number' && isList(json))
    return rest.length === 0
      ? json.filter((_, index) => index !== step)
      : json.map((item, index) => (index === step ? without(item, rest) : item));
  if (typeof step === 'string' && isObject(json))
    return objectOf(
      Object.entries(json).flatMap(([key, value]) => {
        if (key !== step) return [[key, value] as const];
        return rest.length === 0 ? [] : [[key, without(value, rest)] as const];
      }),
    );
  return json;
}
