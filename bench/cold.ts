/** Commands that are started anew each time, beside a bare `node -e 0`. */
import { spawnSync } from 'node:child_process';
import type { Figure, Goal } from './figure.ts';
import { measureRounds, medianFigure, ratioFigure } from './pairs.ts';

const rounds = 15;

/** Milliseconds of `node ARGV` in a process of its own. Throws when it ended with a status that is not among those. */
export function timeOf(argv: readonly string[], statuses: readonly number[] = [0]): number {
  const { NODE_EXTRA_CA_CERTS: _certificates, ...env } = process.env;
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, argv, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const took = performance.now() - start;
  if (status === null || !statuses.includes(status))
    throw new Error(`${argv.join(' ')} ended with status ${status}: ${String(stderr).slice(0, 500)}`);
  return took;
}

/** Its time, and the ratio to a bare Node's. */
export async function coldFigures(
  name: string,
  argv: readonly string[],
  goal: Goal,
  statuses: readonly number[] = [0],
): Promise<readonly Figure[]> {
  const { samples } = await measureRounds(
    { own: () => Promise.resolve(timeOf(argv, statuses)), bare: () => Promise.resolve(timeOf(['-e', '0'])) },
    rounds,
  );
  return [
    medianFigure(`cold ${name}`, 'ms', samples.own),
    ratioFigure(`cold ${name} / node -e 0`, samples.own, samples.bare, goal),
  ];
}
