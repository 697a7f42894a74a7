/** Leaves of a tree of the normal form, and what became of each: every leaf gets one line of the report. */
import type { Span } from '../../diagnostic/problem.ts';
import type { Fate, Report, ReportLine } from '../../diagnostic/report.ts';
import type { Node } from '../../document/node.ts';

export type Path = readonly (string | number)[];

/** `empty`: a map or a list without content. */
export type Leaf = { readonly path: Path; readonly at: Span; readonly empty: boolean };

/** Scalars, and maps and lists that are empty. */
export function leavesOf(node: Node, path: Path = []): readonly Leaf[] {
  const leaves: Leaf[] = [];
  collect(node, path, leaves);
  return leaves;
}

function collect(node: Node, path: Path, leaves: Leaf[]): void {
  if (node.kind === 'list' && node.items.length > 0)
    node.items.forEach((item, index) => collect(item, [...path, index], leaves));
  else if (node.kind === 'map' && node.entries.length > 0)
    for (const { key, value } of node.entries)
      collect(value, [...path, key.kind === 'scalar' ? String(key.value ?? '') : ''], leaves);
  else leaves.push({ path, at: node.span, empty: node.kind !== 'scalar' });
}

const plainStep = /^[A-Za-z0-9_-]+$/;

/** `services.web.labels["com.example.a"]`, `services.web.ports[0].published`. */
export function renderPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (!plainStep.test(step)) text += `[${JSON.stringify(step)}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}

/** The path in such a text; `undefined` where it is none. */
export function parsePath(text: string): Path | undefined {
  const path: (string | number)[] = [];
  const step = /(?:^|\.)([^.[\]"]+)|\[(\d{1,9})\]|\[("(?:\\.|[^"\\])*")\]/gy;
  let end = 0;
  for (let match = step.exec(text); match !== null; match = step.exec(text)) {
    const [, name, index, quoted] = match;
    if (name !== undefined) path.push(name);
    else if (index !== undefined) path.push(Number(index));
    else if (quoted !== undefined) path.push(quoted.slice(1, -1).replaceAll(/\\(.)/g, '$1'));
    end = step.lastIndex;
  }
  return end === text.length && path.length > 0 ? path : undefined;
}

/** What became of everything below a path. */
export type Mark = { readonly fate: Exclude<Fate, 'carried'>; readonly reason: string; readonly hint?: string };

/** Marks by path. The mark nearest above a leaf says what became of it; without one it is carried. */
export type Marks = {
  readonly set: (path: Path, mark: Mark) => void;
  readonly find: (path: Path) => Mark | undefined;
};

type MarkTree = { mark?: Mark; readonly below: Map<string | number, MarkTree> };

export function makeMarks(): Marks {
  const root: MarkTree = { below: new Map() };
  return {
    set(path, mark) {
      let tree = root;
      for (const step of path) {
        const next = tree.below.get(step) ?? { below: new Map() };
        tree.below.set(step, next);
        tree = next;
      }
      tree.mark = mark;
    },
    find(path) {
      let tree: MarkTree | undefined = root;
      let found = root.mark;
      for (const step of path) {
        tree = tree.below.get(step);
        if (tree === undefined) return found;
        found = tree.mark ?? found;
      }
      return found;
    },
  };
}

/** `path`: where the tree stands in the whole. */
export function reportLeaves(tree: Node, marks: Marks, path: Path = []): Report {
  return leavesOf(tree, path).map(({ path: leaf, at }): ReportLine => {
    const mark = marks.find(leaf);
    return { path: renderPath(leaf), at, ...(mark ?? { fate: 'carried' }) };
  });
}
