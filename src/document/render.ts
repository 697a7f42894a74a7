/**
 * Values -> YAML text, the same text for the same value. Whatever a YAML 1.1 reader (SnakeYAML, PyYAML) and a 1.2 reader
 * would take for different things is quoted, so that every parser reads back what was written.
 */
import { renderFlowText, renderKey, renderNumber, renderString } from './render-scalar.ts';

export type RenderableMap = ReadonlyMap<Renderable, Renderable> | { readonly [key: string]: Renderable | undefined };

/** Map entries whose value is `undefined` are left out. Map keys of any kind are written; objects have string keys only. */
export type Renderable = null | boolean | number | bigint | string | readonly Renderable[] | RenderableMap;

/** One document, ending in a newline, indented by two spaces, block style but for empty maps and lists. */
export function renderYaml(value: Renderable): string {
  const out: string[] = [];
  renderNode(value, 0, out);
  return `${out.join('')}\n`;
}

/** What stands behind a key in column `column` (from 0): the colon, and the value beside or below it. */
export function renderBehindKey(value: Renderable, column: number): string {
  const out: string[] = [];
  renderValue(value, column, out);
  return out.join('');
}

/** What stands behind the `- ` of an item, whose content is in column `column`. */
export function renderBehindDash(value: Renderable, column: number): string {
  const out: string[] = [];
  renderNode(value, column, out);
  return out.join('');
}

/** On one line, in flow style. */
export function renderFlow(value: Renderable): string {
  if (isList(value)) return `[${value.map(renderFlow).join(', ')}]`;
  if (isMap(value))
    return `{${entriesOf(value)
      .map(([key, one]) => `${renderFlow(key)}: ${renderFlow(one)}`)
      .join(', ')}}`;
  return typeof value === 'string' ? renderFlowText(value) : renderScalar(value, 0);
}

const isList = (value: Renderable): value is readonly Renderable[] => Array.isArray(value);
const isMap = (value: Renderable): value is RenderableMap =>
  typeof value === 'object' && value !== null && !isList(value);

/** Writes at the present column, which is `indent` for a block; ends without a newline. */
function renderNode(value: Renderable, indent: number, out: string[]): void {
  if (isList(value)) renderList(value, indent, out);
  else if (isMap(value)) renderMap(value, indent, out);
  else out.push(renderScalar(value, indent));
}

function renderScalar(value: Exclude<Renderable, readonly Renderable[] | RenderableMap>, indent: number): string {
  if (typeof value === 'string') return renderString(value, indent);
  return typeof value === 'number' ? renderNumber(value) : String(value);
}

function renderList(items: readonly Renderable[], indent: number, out: string[]): void {
  if (items.length === 0) out.push('[]');
  items.forEach((item, index) => {
    if (index > 0) newLine(indent, out);
    out.push('- ');
    renderNode(item, indent + 2, out);
  });
}

function renderMap(map: RenderableMap, indent: number, out: string[]): void {
  const entries = entriesOf(map);
  if (entries.length === 0) out.push('{}');
  entries.forEach(([key, value], index) => {
    if (index > 0) newLine(indent, out);
    const text =
      typeof key === 'string' ? renderKey(key) : isList(key) || isMap(key) ? undefined : renderScalar(key, indent);
    if (text === undefined) {
      out.push('? ');
      renderNode(key, indent + 2, out);
      newLine(indent, out);
    } else out.push(text);
    renderValue(value, indent, out);
  });
}

function renderValue(value: Renderable, indent: number, out: string[]): void {
  const isBlock = isList(value) ? value.length > 0 : isMap(value) && entriesOf(value).length > 0;
  out.push(isBlock ? ':' : ': ');
  if (isBlock) newLine(indent + 2, out);
  renderNode(value, indent + 2, out);
}

function entriesOf(map: RenderableMap): readonly (readonly [Renderable, Renderable])[] {
  const entries = map instanceof Map ? [...map] : Object.entries(map);
  return entries.filter((entry): entry is [Renderable, Renderable] => entry[1] !== undefined);
}

const newLine = (indent: number, out: string[]): void => {
  out.push('\n', ' '.repeat(indent));
};
