/** Where each box of a picture stands, in pixels. Boxes of boxes are laid out from the inside out. */
import { layersOf } from './layers.ts';
import type { Edge } from './layers.ts';
import type { Box, Line } from './picture.ts';

export type PlacedBox = {
  readonly box: Box;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly inner: readonly PlacedBox[];
};

export type Sheet = { readonly width: number; readonly height: number; readonly boxes: readonly PlacedBox[] };

export const lineHeight = 17;
export const padding = 12;
const gap = 36;
const rowGap = 60;
/** Rows are broken beyond this, so that a picture stays readable on a screen. */
const widestRow = 1100;
const longestText = 44;

export const clip = (text: string): string => (text.length > longestText ? `${text.slice(0, longestText - 1)}…` : text);

/** Letters of a bold text are 8 px wide in the mean, those of East Asia and pictures twice that. */
const widthOf = (text: string): number =>
  [...clip(text)].reduce((sum, one) => sum + ((one.codePointAt(0) ?? 0) > 0x2e7f ? 15 : 8), 0);

type Sized = Omit<PlacedBox, 'x' | 'y'>;

export function layOut(boxes: readonly Box[], lines: readonly Line[]): Sheet {
  const sized = boxes.map((box) => size(box, lines));
  const rows = layersOf(boxes.length, edgesBetween(boxes, lines)).flatMap((row) => breakRow(row, sized));
  const widths = rows.map(
    (row) => row.reduce((sum, node) => sum + (sized[node]?.width ?? 0), 0) + gap * (row.length - 1),
  );
  const width = Math.max(0, ...widths);
  const placed: PlacedBox[] = [];
  let y = 0;
  for (const [index, row] of rows.entries()) {
    let x = Math.round((width - (widths[index] ?? 0)) / 2);
    const height = Math.max(0, ...row.map((node) => sized[node]?.height ?? 0));
    for (const node of row) {
      const one = sized[node];
      if (one === undefined) continue;
      placed.push(move(one, x, y));
      x += one.width + gap;
    }
    y += height + rowGap;
  }
  return { width, height: Math.max(0, y - rowGap), boxes: placed };
}

function size(box: Box, lines: readonly Line[]): Sized {
  const texts = [box.title, ...box.lines];
  const header = texts.length * lineHeight + padding;
  const widest = Math.max(...texts.map(widthOf));
  const inside = layOut(box.boxes, lines);
  const width = Math.round(Math.max(widest, inside.width) + 2 * padding);
  if (box.boxes.length === 0) return { box, width, height: header + padding / 2, inner: [] };
  const left = Math.round((width - inside.width) / 2);
  return {
    box,
    width,
    height: header + inside.height + 2 * padding,
    inner: inside.boxes.map((one) => move(one, left, header + padding)),
  };
}

function move(one: Sized & { readonly x?: number; readonly y?: number }, x: number, y: number): PlacedBox {
  return { ...one, x: (one.x ?? 0) + x, y: (one.y ?? 0) + y, inner: one.inner.map((inner) => move(inner, x, y)) };
}

function breakRow(row: readonly number[], sized: readonly Sized[]): readonly (readonly number[])[] {
  const rows: number[][] = [];
  let width = Number.POSITIVE_INFINITY;
  for (const node of row) {
    const own = (sized[node]?.width ?? 0) + gap;
    if (width + own > widestRow) {
      rows.push([]);
      width = 0;
    }
    rows.at(-1)?.push(node);
    width += own;
  }
  return rows;
}

/** Lines between boxes that stand side by side, or between what is in them. */
function edgesBetween(boxes: readonly Box[], lines: readonly Line[]): readonly Edge[] {
  const owner = new Map<string, number>();
  const claim = (box: Box, index: number): void => {
    owner.set(box.key, index);
    for (const child of box.boxes) claim(child, index);
  };
  boxes.forEach(claim);
  return lines.flatMap(({ from, to }) => {
    const [a, b] = [owner.get(from), owner.get(to)];
    return a === undefined || b === undefined || a === b ? [] : [{ from: a, to: b }];
  });
}
