/** The picture as a Mermaid flowchart, which GitHub and many editors draw. */
import type { Box, LineKind, Picture } from './picture.ts';

export function renderMermaid({ title, boxes, lines }: Picture): string {
  const out = ['---', `title: ${JSON.stringify(escape(title))}`, '---', 'flowchart TB'];
  for (const box of boxes) out.push(...renderBox(box, '  '));
  for (const { from, to, kind, label } of lines)
    out.push(`  ${from} ${arrows[kind]}${label === '' ? '' : `|"${escape(label)}"|`} ${to}`);
  out.push('  classDef network fill:#e0f2fe,stroke:#0369a1', '  classDef store fill:#fef3c7,stroke:#b45309');
  return `${out.join('\n')}\n`;
}

const arrows: Readonly<Record<LineKind, string>> = { waits: '-->', uses: '-.->', network: '---', storage: '---' };

function renderBox(box: Box, indent: string): readonly string[] {
  const label = [box.title, ...box.lines].map(escape).join('<br/>');
  if (box.boxes.length > 0)
    return [
      `${indent}subgraph ${box.key}["${label}"]`,
      ...box.boxes.flatMap((child) => renderBox(child, `${indent}  `)),
      `${indent}end`,
    ];
  if (box.kind === 'network') return [`${indent}${box.key}(["${label}"]):::network`];
  const isStore = box.kind === 'volume' || box.kind === 'secret' || box.kind === 'config';
  return [isStore ? `${indent}${box.key}[("${label}")]:::store` : `${indent}${box.key}["${label}"]`];
}

/** Mermaid reads `#…;` as a character; everything it gives a meaning to is written so. */
const escape = (text: string): string =>
  [...text].map((one) => (/[\p{L}\p{N} .,_+→×/:=()-]/u.test(one) ? one : `#${one.codePointAt(0)};`)).join('');
