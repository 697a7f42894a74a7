/** Columns of text, as far apart as the widest cell and no further. */
import { printable } from '../diagnostic/printable.ts';

const gap = '   ';
const longestCell = 200;

/** Rows of cells under a head of capitals; a last column is not padded. Colours are `paint`'s affair, after measuring. */
export function renderTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  paint: (text: string, row: number, column: number) => string = (text) => text,
): string {
  const cells = rows.map((row) => head.map((_title, column) => printable(row[column] ?? '', longestCell)));
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((row) => widthOf(row[column] ?? ''))));
  const line = (row: readonly string[], number: number): string =>
    row
      .map((cell, column) => {
        const space = ' '.repeat(Math.max(0, (widths[column] ?? 0) - widthOf(cell)));
        return `${number < 0 ? cell : paint(cell, number, column)}${column === row.length - 1 ? '' : space}`;
      })
      .join(gap)
      .trimEnd();
  return [line(head, -1), ...cells.map(line)].join('\n');
}

/** In columns of a terminal: wide characters of East Asian scripts take two, marks that combine take none. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text) {
    if (/\p{Mn}/u.test(character)) continue;
    width +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(
        character,
      )
        ? 2
        : 1;
  }
  return width;
}
