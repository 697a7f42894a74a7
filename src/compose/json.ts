/** The normal form as `docker compose config --format json` prints it, byte for byte. */
import type { MapEntry, Node } from '../document/node.ts';
import { keyOf } from './nodes.ts';
import type { ComposeProject } from './project.ts';

export type JsonOptions = {
  /** Also what Compose leaves out of its JSON: `x-…` keys below the top, `env_file`, `models`. */
  readonly whole?: boolean;
};

export function projectJson(project: Pick<ComposeProject, 'tree'>, options: JsonOptions = {}): string {
  return renderNode(project.tree, { path: [], isWhole: options.whole === true }, '');
}

type Place = { readonly path: readonly string[]; readonly isWhole: boolean };

function renderNode(node: Node, place: Place, indent: string): string {
  if (node.kind === 'scalar') return renderScalar(node.value);
  const inner = `${indent}  `;
  if (node.kind === 'list') {
    const items = node.items.map((item) => inner + renderNode(item, below(place, '[]'), inner));
    return items.length === 0 ? '[]' : `[\n${items.join(',\n')}\n${indent}]`;
  }
  const shown = place.isWhole ? node.entries : node.entries.filter((entry) => isPrinted(entry, place));
  const lines = sortEntries(shown).map((entry) => {
    const key = keyOf(entry);
    return `${inner}${renderText(key)}: ${renderNode(entry.value, below(place, key), inner)}`;
  });
  return lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n${indent}}`;
}

const below = ({ path, isWhole }: Place, key: string): Place => ({ path: [...path, key], isWhole });

function isPrinted(entry: MapEntry, { path }: Place): boolean {
  const key = keyOf(entry);
  if (path.length === 0) return key !== 'models';
  if (path.length === 2 && path[0] === 'services')
    return !['env_file', 'label_file'].includes(key) && !key.startsWith('x-');
  return true;
}

const sortEntries = (entries: readonly MapEntry[]): readonly MapEntry[] =>
  entries.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));

function renderScalar(value: Extract<Node, { kind: 'scalar' }>['value']): string {
  if (typeof value === 'string') return renderText(value);
  return value === null ? 'null' : String(value);
}

/** Go's encoder also escapes what HTML would read. */
const renderText = (text: string): string =>
  JSON.stringify(text).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
