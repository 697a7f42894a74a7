/** Who reaches whom: TCP and the time of a round trip, from each container to each other. */
import { run } from '../src/host/process.ts';
import { reaches, type Box } from '../test/support/lab/index.ts';

export type Cell = {
  readonly tcp: boolean /** Milliseconds; undefined where no answer came. */;
  readonly roundTrip?: number;
};
export type Target = { readonly name: string; readonly address: string };

export async function matrixOf(
  sources: readonly Box[],
  targets: readonly Target[],
): Promise<readonly (readonly Cell[])[]> {
  return Promise.all(
    sources.map((from) =>
      Promise.all(
        targets.map(async ({ address }) => {
          const [tcp, roundTrip] = await Promise.all([
            reaches(from, { host: address, port: 80 }),
            roundTripOf(from, address),
          ]);
          return { tcp, ...(roundTrip === undefined ? {} : { roundTrip }) };
        }),
      ),
    ),
  );
}

/** The middle one of three. */
async function roundTripOf(from: Box, to: string): Promise<number | undefined> {
  const { stdout } = await run([...from.enter, 'busybox', 'ping', '-c', '3', '-W', '1', to]);
  const times = [...stdout.matchAll(/time=([\d.]+) ms/g)].map(([, time]) => Number(time)).sort((a, b) => a - b);
  return times[1];
}

export function matrixText(
  sources: readonly { readonly name: string }[],
  targets: readonly Target[],
  cells: readonly (readonly Cell[])[],
): string {
  const rows = [
    ['from \\ to', ...targets.map(({ name }) => name)],
    ...sources.map(({ name }, row) => [name, ...(cells[row] ?? []).map(cellText)]),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const cellText = ({ tcp, roundTrip }: Cell): string => {
  if (!tcp && roundTrip === undefined) return 'no way';
  return `${tcp ? 'tcp, ' : ''}${roundTrip === undefined ? 'no ping' : `${roundTrip.toFixed(2)} ms`}`;
};
