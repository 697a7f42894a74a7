/** The entries of a map: each key once, and merge keys (`<<`) replaced by what they bring. */
import type { Span } from '../../diagnostic/problem.ts';
import type { MapEntry, MapNode, Node } from '../node.ts';
import { countNodes, report } from './composer.ts';
import type { Composer } from './composer.ts';

const mergeTag = 'tag:yaml.org,2002:merge';

const isMergeKey = (key: Node): boolean =>
  key.kind === 'scalar' && (key.tag === undefined ? key.text === '<<' && key.style === 'plain' : key.tag === mergeTag);

/**
 * Keys written in the map come first and win over merged ones; among merged ones the first wins. A second merge key is
 * a duplicate to go-yaml, while SnakeYAML and PyYAML take both.
 */
export function finishEntries(c: Composer, pairs: readonly MapEntry[]): readonly MapEntry[] {
  const merges = pairs.filter((pair) => isMergeKey(pair.key));
  const own = merges.length === 0 ? pairs : pairs.filter((pair) => !isMergeKey(pair.key));
  const entries = withoutDuplicates(c, own);
  const second = merges[1];
  if (second !== undefined && c.schema === 'go-yaml') reportDuplicate(c, merges[0]?.key ?? second.key, second.key);
  return merges.length === 0 ? entries : mergeInto(c, entries, merges);
}

/** Below this many entries comparing all pairs is quicker than building a set. */
const fewEntries = 8;

function withoutDuplicates(c: Composer, pairs: readonly MapEntry[]): readonly MapEntry[] {
  if (pairs.length <= fewEntries && !pairs.some((pair, index) => isAmong(pair.key, pairs, index))) return pairs;
  const entries = new Map<string, MapEntry>();
  for (const pair of pairs) {
    const key = identityOf(pair.key);
    const first = entries.get(key);
    if (first !== undefined) reportDuplicate(c, first.key, pair.key);
    if (first === undefined || c.duplicateKeys === 'last-wins') entries.set(key, pair);
  }
  return [...entries.values()];
}

function isAmong(key: Node, pairs: readonly MapEntry[], before: number): boolean {
  for (let index = 0; index < before; index++) {
    const other = pairs[index]?.key;
    if (key.kind !== 'scalar' ? other?.kind !== 'scalar' : other?.kind === 'scalar' && other.value === key.value)
      return true;
  }
  return false;
}

function reportDuplicate(c: Composer, first: Node, key: Node): void {
  const name = key.kind === 'scalar' ? `"${key.text}"` : 'This key';
  const related = [{ message: 'It stands here first.', at: first.span }];
  if (c.duplicateKeys === 'refuse')
    report(c, 'yaml-duplicate-key', `${name} stands in this map already.`, key.span.start, key.span.end, { related });
  else
    report(
      c,
      'yaml-duplicate-key',
      `${name} stands in this map twice; the last one counts.`,
      key.span.start,
      key.span.end,
      {
        severity: 'warning',
        related,
      },
    );
}

/** Collections as keys are compared to this depth; deeper ones count as different, so that no key costs more than its text. */
const deepestCompared = 8;

/** Equal for keys that are the same key: by value and type, whatever their style. */
function identityOf(key: Node, depth = 0): string {
  if (key.kind === 'scalar') return `${typeof key.value} ${String(key.value)}`;
  if (depth > deepestCompared) return `at ${key.span.start.offset}`;
  const parts = key.kind === 'list' ? key.items : key.entries.flatMap((entry) => [entry.key, entry.value]);
  return parts
    .map((part) => identityOf(part, depth + 1))
    .reduce((whole, part) => `${whole} ${part.length}:${part}`, key.kind);
}

function mergeInto(c: Composer, own: readonly MapEntry[], merges: readonly MapEntry[]): readonly MapEntry[] {
  const entries = [...own];
  const seen = new Set(own.map((entry) => identityOf(entry.key)));
  for (const merge of merges) {
    for (const source of sourcesOf(c, merge)) {
      if (!countNodes(c, source.entries.length, merge.key.span.start)) return entries;
      for (const entry of source.entries) {
        const key = identityOf(entry.key);
        if (seen.has(key)) continue;
        seen.add(key);
        entries.push({ key: entry.key, value: entry.value, via: viaOf(merge) });
      }
    }
  }
  return entries;
}

const viaOf = (merge: MapEntry): Span => merge.via ?? merge.key.span;

function sourcesOf(c: Composer, { value, key, via }: MapEntry): readonly MapNode[] {
  if (value.kind === 'map') return [value];
  const wrong = value.kind === 'list' ? value.items.find((item) => item.kind !== 'map') : value;
  if (wrong !== undefined && !c.scanner.halted) {
    const at = via ?? (wrong.span.start.offset > key.span.start.offset ? wrong.span : key.span);
    report(c, 'yaml-merge-value', 'A merge key (<<) takes a map, or a list of maps.', at.start, at.end);
  }
  return value.kind === 'list' ? value.items.filter((item): item is MapNode => item.kind === 'map') : [];
}
