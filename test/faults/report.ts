/** The results of cells as a table or as one JSON document. */
import { groups } from './cell.ts';
import type { Outcome } from './run-cells.ts';
import type { Noticed } from './run-planted.ts';

const firstLine = (text = ''): string => text.split('\n').slice(0, 2).join(' ').slice(0, 160);

function render(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_title, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function plantedTableOf(found: readonly Noticed[]): string {
  const rows = found.map(({ name, by, isNoticed, how }) => [
    name,
    isNoticed ? 'noticed' : 'MISSED',
    by,
    firstLine(how),
  ]);
  return `${render([['PLANTED', 'RESULT', 'BY', 'HOW'], ...rows])}\n`;
}

export function tableOf(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ cell, result, seeds, seconds, reason }) => [
    cell.name,
    result,
    seeds.join(' '),
    result === 'not run' ? '' : seconds.toFixed(1),
    firstLine(reason),
  ]);
  const text = render([['CELL', 'RESULT', 'SEEDS', 'SECONDS', 'WHY'], ...rows]);
  const count = (wanted: Outcome['result']): number => outcomes.filter(({ result }) => result === wanted).length;
  return `${text}\n\n${count('passed')} passed, ${count('failed')} failed, ${count('not run')} not run\n`;
}

export const documentOf = (outcomes: readonly Outcome[]): string =>
  `${JSON.stringify(
    {
      date: new Date().toISOString(),
      cells: outcomes.map(({ cell, ...outcome }) => ({
        name: cell.name,
        group: cell.group,
        about: groups[cell.group],
        expected: cell.expected,
        invariants: cell.invariants,
        ...outcome,
      })),
    },
    null,
    2,
  )}\n`;
