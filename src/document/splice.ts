/** Where in a text a change goes, and what is put there. */
import type { Path } from './edit.ts';
import type { ListNode, MapEntry, MapNode, Node } from './node.ts';
import { renderBehindDash, renderBehindKey, renderFlow } from './render.ts';
import type { Renderable } from './render.ts';

/** The text between two offsets is replaced. */
export type Splice = { readonly start: number; readonly end: number; readonly text: string };

export function spliceSet(text: string, root: Node, path: Path, value: Renderable): Splice | undefined {
  const [step, ...rest] = path;
  if (step === undefined)
    return { start: root.span.start.offset, end: root.span.end.offset, text: renderBehindDash(value, 0) };
  const child = childOf(text, root, step);
  if (child === undefined) return isEmpty(root) ? undefined : insert(text, root, step, nested(rest, value));
  // An empty value becomes the collection the rest of the path asks for.
  if (rest.length > 0 && !isEmpty(child.node)) return spliceSet(text, child.node, rest, value);
  return replace(text, root, child, nested(rest, value));
}

export function spliceRemove(text: string, root: Node, [step, ...rest]: Path): Splice | undefined {
  if (step === undefined || root.kind === 'scalar') return undefined;
  const child = childOf(text, root, step);
  if (child === undefined) return undefined;
  if (rest.length > 0) return spliceRemove(text, child.node, rest);
  const size = root.kind === 'map' ? root.entries.length : root.items.length;
  if (size === 1) return { start: root.span.start.offset, end: child.end, text: root.kind === 'map' ? '{}' : '[]' };
  return isFlow(text, root) ? removeFlow(text, child) : removeBlock(text, child);
}

/** A value and what belongs to it. `start`: of its key or dash. `valueStart`: of the value or the alias in its place. */
type Child = {
  readonly node: Node;
  readonly key?: Node;
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
};

const isFlow = (text: string, node: Node): boolean => '[{'.includes(text.charAt(node.span.start.offset));

const isEmpty = (node: Node): boolean =>
  node.kind === 'scalar'
    ? node.value === null
    : node.kind === 'map'
      ? node.entries.length === 0
      : node.items.length === 0;

const nested = (path: Path, value: Renderable): Renderable =>
  path.reduceRight<Renderable>((inner, step) => (typeof step === 'number' ? [inner] : new Map([[step, inner]])), value);

/** Only what is written in the collection itself: what an alias or a merge brings belongs to its anchor. */
function childOf(text: string, node: Node, step: string | number): Child | undefined {
  if (node.kind === 'map' && typeof step === 'string') {
    const entry = node.entries.find(({ key }) => key.kind === 'scalar' && key.text === step);
    return entry === undefined ? undefined : childOfEntry(text, entry);
  }
  return node.kind === 'list' && typeof step === 'number' ? childOfItem(text, node, step) : undefined;
}

function childOfEntry(text: string, { key, value, via }: MapEntry): Child | undefined {
  const place = via ?? value.span;
  const between = text.slice(key.span.end.offset, place.start.offset);
  if (via !== undefined && !/^["']?\s*:\s*$/.test(between)) return undefined;
  return {
    node: value,
    key,
    start: key.span.start.offset,
    valueStart: place.start.offset,
    end: Math.max(place.end.offset, endOfColon(text, key)),
  };
}

function childOfItem(text: string, list: ListNode, index: number): Child | undefined {
  const item = list.items[index];
  const before = list.items[index - 1]?.span.end.offset ?? list.span.start.offset;
  if (item === undefined || item.span.start.offset < before) return undefined;
  const { start, end } = item.span;
  const dash = isFlow(text, list) ? start.offset : text.lastIndexOf('-', start.offset);
  return { node: item, start: dash, valueStart: start.offset, end: end.offset };
}

/** Behind the ":" of a key. */
function endOfColon(text: string, key: Node): number {
  const colon = text.indexOf(':', key.span.end.offset);
  return colon < 0 ? key.span.end.offset : colon + 1;
}

const columnOf = (text: string, offset: number): number => offset - (text.lastIndexOf('\n', offset - 1) + 1);

const isCollection = (value: Renderable): boolean =>
  typeof value === 'object' && value !== null && (value instanceof Map ? value.size : Object.keys(value).length) > 0;

function replace(text: string, parent: Node, child: Child, value: Renderable): Splice {
  const { valueStart, end, key, start, node } = child;
  const quoted = quotedAs(node, value);
  if (quoted !== undefined && node.span.start.offset === valueStart)
    return { start: valueStart, end: node.span.end.offset, text: quoted };
  if (isFlow(text, parent)) {
    const from = key === undefined ? valueStart : endOfColon(text, key);
    return { start: from, end, text: `${key === undefined ? '' : ' '}${renderFlow(value)}` };
  }
  if (key === undefined) return { start: valueStart, end, text: renderBehindDash(value, columnOf(text, start) + 2) };
  const column = columnOf(text, start);
  // A scalar beside its key is changed alone, so that a tag or an anchor before it stays.
  const isBeside = text.slice(endOfColon(text, key), valueStart).trim() !== '' && !isCollection(value);
  if (isBeside) return { start: valueStart, end, text: renderBehindKey(value, column).replace(/^: /, '') };
  return { start: endOfColon(text, key) - 1, end, text: renderBehindKey(value, column) };
}

/** A text in the quotes of the one it replaces, where it is plain enough for them. */
function quotedAs(node: Node, value: Renderable): string | undefined {
  if (node.kind !== 'scalar' || typeof value !== 'string' || !/^[\x20-\x7e]*$/.test(value)) return undefined;
  if (node.style === 'double') return JSON.stringify(value);
  return node.style === 'single' ? `'${value.replaceAll("'", "''")}'` : undefined;
}

function insert(text: string, parent: Node, step: string | number, value: Renderable): Splice | undefined {
  if (parent.kind === 'map' && typeof step === 'string') return insertKey(text, parent, step, value);
  if (parent.kind === 'list' && step === parent.items.length) return insertItem(text, parent, value);
  return undefined;
}

function insertKey(text: string, map: MapNode, key: string, value: Renderable): Splice | undefined {
  if (isFlow(text, map)) return insertFlow(text, map, `${renderFlow(key)}: ${renderFlow(value)}`);
  const column = map.span.start.column - 1;
  return insertLine(text, map, `${' '.repeat(column)}${renderBehindDash(new Map([[key, value]]), column)}`);
}

function insertItem(text: string, list: ListNode, value: Renderable): Splice {
  if (isFlow(text, list)) return insertFlow(text, list, renderFlow(value));
  const column = list.span.start.column - 1;
  return insertLine(text, list, `${' '.repeat(column)}- ${renderBehindDash(value, column + 2)}`);
}

function insertFlow(text: string, parent: Node, addition: string): Splice {
  const close = parent.span.end.offset - 1;
  const last = text.slice(0, close).trimEnd().length;
  const separator = text.charAt(last - 1) === ',' ? ' ' : ', ';
  return { start: last, end: last, text: `${separator}${addition}` };
}

/** Below the last line of a collection, behind the comment on it. */
function insertLine(text: string, parent: Node, line: string): Splice {
  const end = endOfLine(text, parent.span.end.offset);
  return { start: end, end, text: `\n${line}` };
}

function endOfLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  const line = end < 0 ? text.length : end;
  return text.charAt(line - 1) === '\r' ? line - 1 : line;
}

/** With its line or lines, where it has them for itself; else up to what comes next on the line. */
function removeBlock(text: string, { start, end }: Child): Splice {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const nextLine = text.indexOf('\n', end);
  const after = nextLine < 0 ? text.length : nextLine + 1;
  if (text.slice(lineStart, start).trim() === '') return { start: lineStart, end: after, text: '' };
  const next = after + (/^[ \t]*/.exec(text.slice(after))?.[0].length ?? 0);
  return { start, end: next, text: '' };
}

/** With the comma behind it, or the one before where it is the last. */
function removeFlow(text: string, { start, end }: Child): Splice {
  const behind = /^\s*,\s*/.exec(text.slice(end))?.[0].length;
  if (behind !== undefined) return { start, end: end + behind, text: '' };
  const before = /,\s*$/.exec(text.slice(0, start))?.[0].length ?? 0;
  return { start: start - before, end, text: '' };
}
