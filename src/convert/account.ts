/**
 * The report by leaves of the files themselves. The trees a loader makes have other leaves than the files: one text may
 * become several values, and values are overridden, or dropped. So each leaf of a file is told by what was made of it.
 */
import type { Span } from '../diagnostic/problem.ts';
import type { Fate, ReportLine } from '../diagnostic/report.ts';
import type { Node } from '../document/node.ts';
import { renderPath } from '../compose/model/leaves.ts';
import type { Path } from '../compose/model/leaves.ts';

/** Values of the files that nothing was made of, and why. */
export type Gone = { readonly at: Span; readonly reason: string };

export type Accounted = {
  /** The files' own trees. */
  readonly documents: readonly Node[];
  /** What became of each value that was made. */
  readonly made: readonly ReportLine[];
  readonly gone: readonly Gone[];
};

const rank: Readonly<Record<Fate, number>> = { carried: 0, adapted: 1, lost: 2 };

/** Things with a place in a file, found by the place they lie in. */
type Placed<T> = { readonly at: Span; readonly of: T };

function indexPlaces<T>(all: readonly Placed<T>[]): (at: Span) => readonly T[] {
  const files = new Map<string, Placed<T>[]>();
  for (const one of all) {
    const list = files.get(one.at.file) ?? [];
    list.push(one);
    files.set(one.at.file, list);
  }
  for (const list of files.values()) list.sort((a, b) => a.at.start.offset - b.at.start.offset);
  return (at) => {
    const list = files.get(at.file) ?? [];
    const found: T[] = [];
    for (let index = firstFrom(list, at.start.offset); index < list.length; index++) {
      const one = list[index];
      if (one === undefined || one.at.start.offset > at.end.offset) break;
      if (one.at.end.offset <= at.end.offset) found.push(one.of);
    }
    return found;
  };
}

/** Index of the first that starts at an offset or after it. */
function firstFrom(list: readonly Placed<unknown>[], offset: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle]?.at.start.offset ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What was made at the same path, if anything: through an anchor one text may stand at many. */
function nearest(lines: readonly ReportLine[], path: string): readonly ReportLine[] {
  const own = lines.filter(
    (line) => line.path === path || line.path.startsWith(`${path}.`) || line.path.startsWith(`${path}[`),
  );
  return own.length === 0 ? lines : own;
}

/** The worst of what was made of a leaf: a value that is lost in part is worth telling. */
const worst = (lines: readonly ReportLine[]): ReportLine | undefined =>
  lines.reduce<ReportLine | undefined>((a, b) => (a === undefined || rank[b.fate] > rank[a.fate] ? b : a), undefined);

const spanKey = ({ file, start, end }: Span): string => `${start.offset}-${end.offset} ${file}`;

export function accountLeaves({ documents, made, gone }: Accounted): readonly ReportLine[] {
  const madeIn = indexPlaces(made.flatMap((line) => (line.at === undefined ? [] : [{ at: line.at, of: line }])));
  const goneIn = indexPlaces(gone.map((one) => ({ at: one.at, of: one.reason })));
  const reasons = new Map(gone.map(({ at, reason }) => [spanKey(at), reason]));
  const lines: ReportLine[] = [];
  // What is gone may be a whole map or list: its reason is that of all leaves in it.
  const walk = (node: Node, path: Path, above: string | undefined): void => {
    const reason = reasons.get(spanKey(node.span)) ?? above;
    const inner = childrenOf(node, path);
    for (const child of inner)
      walk(child.node, child.path, (child.key && reasons.get(spanKey(child.key.span))) ?? reason);
    if (inner.length > 0) return;
    const shown = { path: renderPath(path), at: node.span };
    const line = worst(nearest(madeIn(node.span), shown.path));
    if (line !== undefined) lines.push({ ...line, ...shown, ...replaced(node, line) });
    else lines.push({ ...shown, ...unmade(node, path, reason ?? goneIn(node.span)[0]) });
  };
  for (const document of documents) walk(document, [], undefined);
  return lines;
}

/** A text with variables is not what is written, and may become the same whatever it says. */
const replaced = (node: Node, { fate }: ReportLine): Partial<ReportLine> =>
  fate === 'carried' && node.kind === 'scalar' && /\$[A-Za-z_{]/.test(node.text.replaceAll('$$', ''))
    ? { fate: 'adapted', reason: 'Its variables are replaced by their values.' }
    : {};

/** Why nothing was made of a leaf. */
function unmade(node: Node, path: Path, known: string | undefined): Pick<ReportLine, 'fate' | 'reason'> {
  if (path[0] === 'include' || (path[0] === 'services' && path[2] === 'extends'))
    return { fate: 'adapted', reason: 'Resolved: what it brings in is there.' };
  if (known !== undefined) return { fate: 'lost', reason: known };
  if (node.kind === 'scalar' && node.value === null) return { fate: 'lost', reason: 'Nothing gives it a value.' };
  const saysNothing = node.kind === 'scalar' && (node.value === false || node.value === 0 || node.value === '');
  if (saysNothing) return { fate: 'adapted', reason: 'The same as saying nothing.' };
  return { fate: 'lost', reason: 'Something else says it instead, or nothing asks for it.' };
}

type Child = { readonly node: Node; readonly path: Path; readonly key?: Node };

function childrenOf(node: Node, path: Path): readonly Child[] {
  if (node.kind === 'list') return node.items.map((item, index) => ({ node: item, path: [...path, index] }));
  if (node.kind === 'scalar') return [];
  return node.entries.map(({ key, value }) => ({
    node: value,
    path: [...path, key.kind === 'scalar' ? String(key.value ?? '') : ''],
    key,
  }));
}
