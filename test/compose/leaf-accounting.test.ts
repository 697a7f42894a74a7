/**
 * For each leaf of a normal form in turn: changing it changes the output, or the report says that it is not carried.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { translateToModel } from '../../src/compose/model/index.ts';
import { leavesOf, renderPath } from '../../src/compose/model/leaves.ts';
import type { Path } from '../../src/compose/model/leaves.ts';
import { translateToStack } from '../../src/compose/stack/index.ts';
import type { Report } from '../../src/diagnostic/report.ts';
import type { MapNode, Node } from '../../src/document/node.ts';
import { parseDocument } from '../../src/document/parse.ts';
import { plainWords } from './model/words.ts';

const corpus = new URL('../../../shared/corpus/compose/', import.meta.url).pathname;
const files = existsSync(corpus)
  ? ['expected-compose', 'inline'].flatMap((folder) =>
      readdirSync(`${corpus}${folder}`)
        .filter((name) => name.endsWith('.json') && name !== 'manifest.json')
        .map((name) => `${folder}/${name}`),
    )
  : [];
if (files.length === 0) console.warn(`skipped: no ${corpus}, so no normal forms whose leaves could be changed`);

type Output = { readonly text: string; readonly report: Report };

/** Deferred values and all, in order: equal texts are equal outputs. */
const textOf = (value: unknown): string =>
  JSON.stringify(value, (_key, item: unknown) => (item instanceof Map ? ['map', ...item] : item));

const targets: Readonly<Record<string, (tree: MapNode) => Output>> = {
  blueprint: (tree) => {
    const { value, report } = translateToModel({ tree }, plainWords);
    return { text: textOf(value), report };
  },
  stack: (tree) => {
    const { value, report } = translateToStack(tree);
    return { text: textOf(value), report };
  },
};

/** Another value of the same kind; an empty map or list says nothing that could be said otherwise. Numbers that are texts stay numbers, so that they are still read as such. */
function changed(node: Node): Node {
  if (node.kind !== 'scalar') return node;
  const { value } = node;
  if (typeof value === 'boolean') return { ...node, value: !value };
  if (typeof value === 'number' || typeof value === 'bigint') return { ...node, value: Number(value) + 1 };
  if (typeof value === 'string' && /^\d+$/.test(value)) return { ...node, value: String(Number(value) + 1) };
  return { ...node, value: `${value ?? ''}zz` };
}

function replaceAt(node: Node, [step, ...rest]: Path): Node {
  if (step === undefined) return changed(node);
  if (node.kind === 'list')
    return { ...node, items: node.items.map((item, index) => (index === step ? replaceAt(item, rest) : item)) };
  if (node.kind !== 'map') return node;
  return {
    ...node,
    entries: node.entries.map((entry) =>
      entry.key.kind === 'scalar' && entry.key.value === step
        ? { ...entry, value: replaceAt(entry.value, rest) }
        : entry,
    ),
  };
}

describe.skipIf(files.length === 0).each(Object.entries(targets))('to %s', (_name, translate) => {
  test.each(files)('%s', (name) => {
    const tree = parseDocument(readFileSync(`${corpus}${name}`, 'utf8'), name, { schema: 'core' }).value;
    if (tree.kind !== 'map') throw new Error('not a map');
    const before = translate(tree);
    const fates = new Map(before.report.map(({ path, fate }) => [path, fate]));
    const leaves = leavesOf(tree);
    expect([...fates.keys()]).toEqual(leaves.map(({ path }) => renderPath(path)));
    const silent = leaves
      .filter(({ path, empty }) => !empty && fates.get(renderPath(path)) === 'carried')
      .filter(({ path }) => {
        const other = replaceAt(tree, path);
        return other.kind === 'map' && translate(other).text === before.text;
      });
    expect(silent.map(({ path }) => renderPath(path))).toEqual([]);
  });
});
