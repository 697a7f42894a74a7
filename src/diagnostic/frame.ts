/** The piece of a text that a problem is about, with `^^^` under the place. */
import { maskUnsafe } from './printable.ts';
import type { Span } from './problem.ts';

/** Widest part of a line shown; longer ones are cut around the place. */
const widest = 120;
const leftOfPlace = 40;

/**
 * The line before the place (when it is not blank) and the line of the place, numbered, and the pointer. A place over
 * several lines is marked to the end of its first. Empty when the place is not in the text.
 */
export function renderFrame(source: string, at: Span): readonly string[] {
  const start = lineStart(source, at.start.offset);
  if (at.start.offset > source.length) return [];
  const line = lineAt(source, start);
  const number = String(at.start.line);
  const gutter = ' '.repeat(number.length);
  const from = line.length > widest ? Math.max(0, at.start.column - 1 - leftOfPlace) : 0;
  const shown = line.slice(from, from + widest);
  const column = at.start.column - 1 - from;
  const endColumn = at.end.line === at.start.line ? at.end.column - 1 - from : shown.length;
  const width = Math.max(1, Math.min(endColumn, shown.length) - column);
  const before = start === 0 ? '' : lineAt(source, lineStart(source, start - 1)).slice(0, widest);
  return [
    ...(before.trim() === '' ? [] : [`${String(at.start.line - 1).padStart(number.length)} | ${maskUnsafe(before)}`]),
    `${number} | ${maskUnsafe(shown)}`,
    `${gutter} | ${' '.repeat(Math.max(0, column))}${'^'.repeat(width)}`,
  ];
}

/** Line breaks are LF, CR LF or CR, as YAML has them. */
function lineStart(source: string, offset: number): number {
  const lf = offset === 0 ? -1 : source.lastIndexOf('\n', offset - 1);
  const cr = offset === 0 ? -1 : source.lastIndexOf('\r', offset - 1);
  // The CR of a CR LF whose LF is at `offset` ends the same line.
  if (cr === offset - 1 && source[offset] === '\n')
    return Math.max(lf, source.lastIndexOf('\r', Math.max(0, offset - 2))) + 1;
  return Math.max(lf, cr) + 1;
}

function lineAt(source: string, start: number): string {
  const match = /[\r\n]/g;
  match.lastIndex = start;
  const end = match.exec(source)?.index ?? source.length;
  return source.slice(start, end);
}
