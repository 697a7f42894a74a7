/**
 * For each leaf of a compose file in turn: changing it changes what is written or brings a warning, or the report says
 * that it is not carried as it is. On a sample of the files; on all with CLOCKER_LONG=1.
 */
import { describe, expect, test } from 'vitest';
import { renderPath } from '../../src/compose/model/leaves.ts';
import type { Path } from '../../src/compose/model/leaves.ts';
import { convert, targets } from '../../src/convert/index.ts';
import type { ConvertRequest, Target } from '../../src/convert/index.ts';
import type { Node } from '../../src/document/node.ts';
import { parseDocuments } from '../../src/document/parse.ts';
import { cases, requestFor } from './corpus.ts';

const all = process.env['CLOCKER_LONG'] === '1';
const chosen = all ? cases : cases.filter((_case, index) => index % 12 === 0);

type Leaf = { readonly path: string; readonly start: number; readonly end: number };

function leavesOf(node: Node, path: Path = []): readonly Leaf[] {
  if (node.kind === 'list') return node.items.flatMap((item, index) => leavesOf(item, [...path, index]));
  if (node.kind === 'map')
    return node.entries.flatMap(({ key, value }) =>
      leavesOf(value, [...path, key.kind === 'scalar' ? String(key.value) : '']),
    );
  const { start, end } = node.span;
  return start.offset === end.offset ? [] : [{ path: renderPath(path), start: start.offset, end: end.offset }];
}

/** Another value of the same kind, inside its quotes. */
function changed(text: string): string {
  if (text === 'true' || text === 'false') return text === 'true' ? 'false' : 'true';
  if (/^\d+$/.test(text)) return String(Number(text) + 1);
  const inner = /["']$/.test(text) ? text.length - 1 : text.length;
  return `${text.slice(0, inner)}z${text.slice(inner)}`;
}

async function silentLeaves(request: ConvertRequest): Promise<readonly string[]> {
  const [document] = request.documents;
  if (document === undefined) return [];
  const { text } = document;
  const before = await convert(request);
  const fates = new Map(
    before.report.filter(({ at }) => at?.file === document.path).map(({ path, fate }) => [path, fate]),
  );
  const leaves = parseDocuments(text, document.path, { schema: 'go-yaml' }).value.flatMap((root) => leavesOf(root));
  const silent: string[] = [];
  for (const { path, start, end } of leaves) {
    const fate = fates.get(path);
    if (fate === undefined) silent.push(`${path} is not in the report`);
    if (fate !== 'carried') continue;
    const other = text.slice(0, start) + changed(text.slice(start, end)) + text.slice(end);
    const after = await convert({ ...request, documents: [{ ...document, text: other }] });
    if (after.text === before.text && after.problems.length === before.problems.length) silent.push(path);
  }
  return silent;
}

describe.skipIf(cases.length === 0).each<Target>([...targets])('to %s', (to) => {
  test.each(chosen)('$name', async ({ file }) => {
    expect(await silentLeaves(requestFor(file, to))).toEqual([]);
  });
});
