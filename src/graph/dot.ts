/** The picture for Graphviz. */
import type { Box, LineKind, Picture } from './picture.ts';

export function renderDot({ title, boxes, lines }: Picture): string {
  const out = [
    'digraph application {',
    `  label=${quote([title])}; labelloc=t; compound=true; fontname="sans-serif";`,
    '  node [shape=box, style="rounded,filled", fillcolor="#f8fafc", fontname="sans-serif"];',
    '  edge [fontname="sans-serif", fontsize=10];',
    ...boxes.flatMap((box) => renderBox(box, '  ')),
    ...lines.map(({ from, to, kind, label }) => {
      const [tail, head] = [anchorOf(boxes, from), anchorOf(boxes, to)];
      const ends = `${tail === from ? '' : `, ltail=cluster_${from}`}${head === to ? '' : `, lhead=cluster_${to}`}`;
      return `  ${tail} -> ${head} [label=${quote([label])}, ${styles[kind]}${ends}];`;
    }),
    '}',
  ];
  return `${out.join('\n')}\n`;
}

const styles: Readonly<Record<LineKind, string>> = {
  waits: 'style=solid',
  uses: 'style=dashed',
  network: 'dir=none, color="#0369a1"',
  storage: 'dir=none, color="#b45309"',
};

function renderBox(box: Box, indent: string): readonly string[] {
  const label = quote([box.title, ...box.lines]);
  if (box.boxes.length === 0) return [`${indent}${box.key} [label=${label}${shapeOf(box)}];`];
  return [
    `${indent}subgraph cluster_${box.key} {`,
    `${indent}  label=${label}; style=rounded; color="#94a3b8";`,
    ...box.boxes.flatMap((child) => renderBox(child, `${indent}  `)),
    `${indent}}`,
  ];
}

function shapeOf({ kind }: Box): string {
  if (kind === 'network') return ', shape=ellipse, fillcolor="#e0f2fe"';
  return kind === 'volume' || kind === 'secret' || kind === 'config' ? ', shape=cylinder, fillcolor="#fef3c7"' : '';
}

/** Lines to a box of boxes end at its border, but Graphviz wants them drawn to a node inside. */
function anchorOf(boxes: readonly Box[], key: string): string {
  const find = (box: Box): Box | undefined =>
    box.key === key ? box : box.boxes.map(find).find((found) => found !== undefined);
  let box = boxes.map(find).find((found) => found !== undefined);
  while (box !== undefined && box.boxes.length > 0) [box] = box.boxes;
  return box?.key ?? key;
}

const quote = (lines: readonly string[]): string =>
  `"${lines.map((line) => line.replace(/[\p{Cc}\u2028\u2029]/gu, ' ').replace(/[\\"]/g, '\\$&')).join('\\n')}"`;
