/** The picture as SVG, laid out by us: no script, no font, no reference to anything outside. */
import { clip, layOut, lineHeight, padding } from './layout.ts';
import type { PlacedBox } from './layout.ts';
import type { Box, Line, LineKind, Picture } from './picture.ts';
import { routes } from './route.ts';

const margin = 24;
const titleHeight = 40;

const style = [
  // The white edge keeps a text readable where a line runs behind it.
  'text{font:13px system-ui,sans-serif;fill:#0f172a;paint-order:stroke;stroke:#fff;stroke-width:3px}',
  '.leaf{stroke:none}',
  '.title{font-size:18px;font-weight:600}',
  '.name{font-weight:600}',
  '.more{fill:#475569}',
  'rect,ellipse{fill:#f8fafc;stroke:#64748b}',
  '.group{fill:#fff;stroke:#94a3b8;stroke-dasharray:5 3}',
  '.network{fill:#e0f2fe;stroke:#0369a1}',
  '.store{fill:#fef3c7;stroke:#b45309}',
  'path{fill:none;stroke:#475569;stroke-width:1.4}',
  'path.uses{stroke-dasharray:6 4}',
  'path.network{stroke:#0369a1;fill:none}',
  'path.storage{stroke:#b45309}',
  '.label{font-size:11px;fill:#475569}',
].join('');

export function renderSvg({ title, boxes, lines }: Picture): string {
  const sheet = layOut(boxes, lines);
  const width = Math.max(sheet.width, title.length * 10) + 2 * margin;
  const height = sheet.height + 2 * margin + titleHeight;
  const name = escape(title);
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${name}">`,
    `<style>${style}</style>`,
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" style="fill:#475569;stroke:none"/></marker></defs>',
    `<rect x="0" y="0" width="${width}" height="${height}" style="fill:#fff;stroke:none"/>`,
    `<text class="title" x="${margin}" y="${margin + 16}">${name}</text>`,
    `<g transform="translate(${margin} ${margin + titleHeight})">`,
    ...sheet.boxes.flatMap(renderGroups),
    ...routes(sheet.boxes, lines).flatMap(({ line, path, middle }) => renderLine(line, path, middle)),
    ...sheet.boxes.flatMap(renderLeaves),
    '</g>',
    '</svg>',
  ].join('\n')}\n`;
}

/** Boxes of boxes lie below the lines; what they say, and other boxes, above. */
const renderGroups = (placed: PlacedBox): readonly string[] =>
  placed.inner.length === 0 ? [] : [frame(placed, 'group'), ...placed.inner.flatMap(renderGroups)];

const renderLeaves = (placed: PlacedBox): readonly string[] =>
  placed.inner.length > 0
    ? [...texts(placed), ...placed.inner.flatMap(renderLeaves)]
    : [frame(placed, classOf(placed.box)), ...texts(placed)];

function classOf({ kind }: Box): string {
  if (kind === 'network') return 'network';
  return kind === 'volume' || kind === 'secret' || kind === 'config' ? 'store' : kind;
}

const frame = ({ box, x, y, width, height }: PlacedBox, name: string): string =>
  `<rect class="${name}" x="${x}" y="${y}" width="${width}" height="${height}" rx="${box.kind === 'network' ? Math.round(height / 2) : 6}"/>`;

/** Centred in a box; at the left of a group, where fewer lines pass. */
function texts({ box, x, y, width, inner }: PlacedBox): readonly string[] {
  const isGroup = inner.length > 0;
  const at = isGroup ? x + padding : Math.round(x + width / 2);
  const look = isGroup ? '"' : ' leaf" text-anchor="middle"';
  return [box.title, ...box.lines].map(
    (text, index) =>
      `<text x="${at}" y="${y + 18 + index * lineHeight}" class="${index === 0 ? 'name' : 'more'}${look}>${escape(clip(text))}</text>`,
  );
}

const hasArrow: Readonly<Record<LineKind, boolean>> = { waits: true, uses: true, network: false, storage: false };

function renderLine({ kind, label }: Line, path: string, [x, y]: readonly [number, number]): readonly string[] {
  const end = hasArrow[kind] ? ' marker-end="url(#arrow)"' : '';
  const text = label === '' ? [] : [`<text class="label" x="${x + 4}" y="${y}">${escape(label)}</text>`];
  return [`<path class="${kind}" d="${path}"${end}/>`, ...text];
}

const entities = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

/** Characters XML forbids, and those that turn the reading direction, become a mark. */
const escape = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu, '\ufffd')
    .replace(/[&<>"']/g, (one) => entities.get(one) ?? one);
