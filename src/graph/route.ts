/** The way of each line from box to box: curves that leave and arrive at right angles, side by side along an edge. */
import type { PlacedBox } from './layout.ts';
import type { Line } from './picture.ts';

type Point = readonly [x: number, y: number];

export type Route = { readonly line: Line; readonly path: string; readonly middle: Point };

type Side = 'top' | 'bottom';
type End = { readonly box: PlacedBox; readonly side: Side; readonly towards: number };

export function routes(boxes: readonly PlacedBox[], lines: readonly Line[]): readonly Route[] {
  const placed = new Map<string, PlacedBox>();
  const note = (one: PlacedBox): void => {
    placed.set(one.box.key, one);
    one.inner.forEach(note);
  };
  boxes.forEach(note);
  const ends = lines.flatMap((line): readonly { readonly line: Line; readonly from: End; readonly to: End }[] => {
    const [from, to] = [placed.get(line.from), placed.get(line.to)];
    return from === undefined || to === undefined ? [] : [{ line, ...sidesOf(from, to) }];
  });
  const points = spread(ends.flatMap(({ from, to }) => [from, to]));
  return ends.map(({ line, from, to }) => draw(line, from, to, points));
}

const centre = ({ x, width }: PlacedBox): number => x + width / 2;

function sidesOf(from: PlacedBox, to: PlacedBox): { readonly from: End; readonly to: End } {
  const isDown = from.y + from.height <= to.y || from.y <= to.y;
  return {
    from: { box: from, side: isDown ? 'bottom' : 'top', towards: centre(to) },
    to: { box: to, side: isDown ? 'top' : 'bottom', towards: centre(from) },
  };
}

/** The ends at one side of a box share it evenly, in the order of where they lead. */
function spread(ends: readonly End[]): ReadonlyMap<End, Point> {
  const sides = new Map<string, End[]>();
  for (const end of ends) {
    const key = `${end.box.box.key} ${end.side}`;
    sides.set(key, [...(sides.get(key) ?? []), end]);
  }
  const points = new Map<End, Point>();
  for (const side of sides.values()) {
    side.sort((a, b) => a.towards - b.towards);
    for (const [index, end] of side.entries()) {
      const { x, y, width, height } = end.box;
      points.set(end, [Math.round(x + (width * (index + 1)) / (side.length + 1)), end.side === 'top' ? y : y + height]);
    }
  }
  return points;
}

function draw(line: Line, from: End, to: End, points: ReadonlyMap<End, Point>): Route {
  const [x1, y1] = points.get(from) ?? [0, 0];
  const [x2, y2] = points.get(to) ?? [0, 0];
  const bend = Math.max(24, Math.abs(y2 - y1) / 2);
  const out = from.side === 'bottom' ? bend : -bend;
  const into = to.side === 'top' ? -bend : bend;
  const path = `M${x1} ${y1}C${x1} ${Math.round(y1 + out)} ${x2} ${Math.round(y2 + into)} ${x2} ${y2}`;
  return { line, path, middle: [Math.round((x1 + x2) / 2), Math.round((y1 + y2) / 2)] };
}
