/** Scores as one table, and as a file where CLOCKER_SCORES names a folder for `npm run score` to gather. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** `rows`: the heads first. */
export function showScores(name: string, rows: readonly (readonly string[])[]): void {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  console.log(rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')).join('\n'));
  const folder = process.env['CLOCKER_SCORES'];
  if (folder !== undefined) writeFileSync(join(folder, `${name}.json`), JSON.stringify(rows));
}
