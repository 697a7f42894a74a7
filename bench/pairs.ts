/**
 * Interleaved comparison: every round measures each contender once, in an order that turns from round to round, and only
 * when the machine is idle; the result is the median of the ratios within rounds.
 */
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Figure, Goal } from './figure.ts';
import { median, medianInterval } from './statistics.ts';

/** Ticks of all processors from /proc/stat. */
function readTicks(): { readonly idle: number; readonly total: number } {
  const fields = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0]?.trim().split(/\s+/).slice(1).map(Number) ?? [];
  const total = fields.slice(0, 8).reduce((sum, field) => sum + field, 0);
  return { idle: (fields[3] ?? 0) + (fields[4] ?? 0), total };
}

const idleShare = 0.85;
const gateTime = 60_000;

/** Resolves when the machine was idle for a fifth of a second; false when it never was in a minute. */
export async function untilIdle(): Promise<boolean> {
  const end = performance.now() + gateTime;
  do {
    const before = readTicks();
    await sleep(200);
    const after = readTicks();
    if (after.idle - before.idle >= idleShare * (after.total - before.total)) return true;
  } while (performance.now() < end);
  return false;
}

export type Contender<Name extends string> = Readonly<Record<Name, () => Promise<number>>>;

export type Rounds<Name extends string> = {
  readonly samples: Readonly<Record<Name, readonly number[]>>;
  /** Rounds in which the machine was never idle: measured all the same, and told. */
  readonly busy: number;
};

/** Measures each contender `rounds` times after one round to warm up that does not count. */
export async function measureRounds<Name extends string>(
  contenders: Contender<Name>,
  rounds: number,
): Promise<Rounds<Name>> {
  const names = Object.keys(contenders) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>;
  for (const name of names) await contenders[name]();
  let busy = 0;
  for (let round = 0; round < rounds; round++) {
    const turn = round % names.length;
    const order = [...names.slice(turn), ...names.slice(0, turn)];
    if (!(await untilIdle())) busy++;
    for (const name of order) samples[name].push(await contenders[name]());
  }
  return { samples, busy };
}

export function ratioFigure(name: string, ours: readonly number[], theirs: readonly number[], goal?: Goal): Figure {
  const ratios = ours.map((value, index) => value / (theirs[index] ?? Number.NaN));
  return {
    name,
    value: median(ratios),
    unit: '×',
    interval: medianInterval(ratios),
    samples: ratios.length,
    ...(goal === undefined ? {} : { goal }),
  };
}

export const medianFigure = (name: string, unit: string, values: readonly number[], goal?: Goal): Figure => ({
  name,
  value: median(values),
  unit,
  interval: medianInterval(values),
  samples: values.length,
  ...(goal === undefined ? {} : { goal }),
});

/** Milliseconds that the work took. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** What the figures were measured on, for the head of a table. */
export const machine = (): string => `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`;
