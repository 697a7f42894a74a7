/** The normal form as `docker compose config --format json` prints it, byte for byte. */
import type { MapEntry, MapNode, Node } from '../document/node.ts';
import { valueOf } from '../document/node.ts';
import { entryNode, keyOf, scalarNode, textOf } from './nodes.ts';
import type { ComposeProject } from './project.ts';
import { formFor, rowOfEntry, rowOfItem } from './rows/children.ts';
import { project as projectRow } from './rows/project.ts';
import type { Json, Row, Rows } from './rows/row.ts';

export type JsonOptions = {
  /** With what Compose leaves out of its JSON: `x-…` keys below the top, `env_file`, `models`, zeros of limits. */
  readonly whole?: boolean;
};

type Printing = { readonly whole: boolean; readonly hidden: ReadonlySet<Json | undefined> };

export function projectJson(
  project: Pick<ComposeProject, 'tree' | 'flags'>,
  { whole = false }: JsonOptions = {},
): string {
  const hidden: Json[] = project.flags.discardEnvFiles ? ['hidden', 'hidden-file'] : ['hidden'];
  const printing: Printing = { whole, hidden: new Set(whole ? [] : hidden) };
  const top = project.tree.entries.filter((entry) => !printing.hidden.has(rowOfEntry(projectRow, keyOf(entry))?.json));
  const lines = byName(top).map((entry) => renderEntry(entry, rowOfEntry(projectRow, keyOf(entry)), printing, '  '));
  return `{\n${lines.join(',\n')}\n}`;
}

function renderEntry(entry: MapEntry, row: Row | undefined, printing: Printing, indent: string): string {
  const key = keyOf(entry);
  const printed = row?.json === 'capital' && !printing.whole ? key.charAt(0).toUpperCase() + key.slice(1) : key;
  return `${indent}${renderText(printed)}: ${renderNode(entry.value, row, printing, indent)}`;
}

function renderNode(node: Node, row: Row | undefined, printing: Printing, indent: string): string {
  const inner = `${indent}  `;
  if (node.kind === 'scalar') return isZero(node, row) && !printing.whole ? '{}' : renderScalar(node.value);
  if (node.kind === 'list') {
    const itemRow = rowOfItem(row);
    const items = node.items.map((item) => inner + renderNode(item, itemRow, printing, inner));
    return items.length === 0 ? '[]' : `[\n${items.join(',\n')}\n${indent}]`;
  }
  const alone = row?.json === 'path-alone' && !printing.whole ? pathAlone(node) : undefined;
  if (alone !== undefined) return renderText(alone);
  const lines = printedEntries(node, row, printing).map((entry) =>
    renderEntry(entry, rowOfEntry(row, keyOf(entry)), printing, inner),
  );
  return lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n${indent}}`;
}

const isZero = (node: Node, row: Row | undefined): boolean =>
  row?.json === 'no-zero' && node.kind === 'scalar' && node.value === 0;

function pathAlone(file: MapNode): string | undefined {
  const required = valueOf(file, 'required');
  const isRequired = required?.kind === 'scalar' && required.value === true;
  return isRequired ? textOf(valueOf(file, 'path')) : undefined;
}

/** Attributes in the order of their rows, names by name; `x-…` keys are no attributes. */
function printedEntries(map: MapNode, row: Row | undefined, { whole, hidden }: Printing): readonly MapEntry[] {
  const form = row === undefined ? undefined : formFor(row.form, 'map');
  if (form?.kind !== 'map') return byName(map.entries);
  const order = orderOf(form.rows);
  const isPrinted = (entry: MapEntry): boolean => {
    const child = rowOfEntry(row, keyOf(entry));
    return child !== undefined && !hidden.has(child.json) && !isZero(entry.value, child);
  };
  const placeOf = (entry: MapEntry): number => order.get(keyOf(entry)) ?? order.size;
  const printed = whole ? [...map.entries] : [...map.entries.filter(isPrinted), ...zeros(map, form.rows)];
  return printed.sort((a, b) => placeOf(a) - placeOf(b));
}

/** Limits of devices have no tags in compose-go, so that what is not given is printed too: as nothing, or zero. */
function zeros(map: MapNode, rows: Rows): readonly MapEntry[] {
  const missing = Object.entries(rows).filter(([key, { json }]) => json === 'capital' && !hasKey(map, key));
  const zeroOf = (out: Row['out']): string | number => (out === 'bytes' ? '0' : out === 'text' ? '' : 0);
  return missing.map(([key, { out }]) => entryNode(key, scalarNode(zeroOf(out), map.span)));
}

const hasKey = (map: MapNode, key: string): boolean => map.entries.some((entry) => keyOf(entry) === key);

const orders = new WeakMap<Rows, ReadonlyMap<string, number>>();

function orderOf(rows: Rows): ReadonlyMap<string, number> {
  const order = orders.get(rows) ?? new Map(Object.keys(rows).map((key, index) => [key, index]));
  orders.set(rows, order);
  return order;
}

const byName = (entries: readonly MapEntry[]): readonly MapEntry[] =>
  [...entries].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));

function renderScalar(value: Extract<Node, { kind: 'scalar' }>['value']): string {
  if (typeof value === 'string') return renderText(value);
  return value === null ? 'null' : String(value);
}

/** Printable ASCII without what needs an escape in JSON or, since Go's encoder minds it, in HTML. */
const plain = /^[ !#-%'-;=?-[\]-~]*$/;

function renderText(text: string): string {
  if (plain.test(text)) return `"${text}"`;
  return JSON.stringify(text).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
