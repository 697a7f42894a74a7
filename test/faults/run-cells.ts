/** Runs cells one after the other, those with the same needs in one cluster; a failure gets the next ones a new cluster. */
import { dumpLab } from '../support/lab/dump.ts';
import { isRunning, type Cell, type Needs, type RunningCell } from './cell.ts';
import { randomFrom, seedOf } from './random.ts';
import { openWorld, type World } from './world.ts';

export type Outcome = {
  readonly cell: Cell;
  readonly result: 'passed' | 'failed' | 'not run';
  /** Those it was run with; the last one failed. */
  readonly seeds: readonly number[];
  readonly seconds: number;
  /** Of a failure or of not running. */
  readonly reason?: string;
};

export type RunOptions = {
  readonly seeds: readonly number[];
  readonly say: (line: string) => void;
  /** Prints the state of the cluster at a failure. */
  readonly isVerbose?: boolean;
};

export const runCell = (cell: RunningCell, world: World, seed: number): Promise<void> =>
  cell.run(world, randomFrom(seedOf(seed, cell.name)));

export const needsOf = ({ needs = {} }: RunningCell): string => JSON.stringify(needs);

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A cluster that is opened when it is first needed. */
function createHolder() {
  let held: { readonly needs: string; readonly world: World } | undefined;
  const drop = async (): Promise<void> => {
    const { world } = held ?? {};
    held = undefined;
    await world?.close();
  };
  return {
    drop,
    get: async (key: string, needs: Needs | undefined): Promise<World> => {
      if (held?.needs === key) return held.world;
      await drop();
      const world = await openWorld(needs);
      held = { needs: key, world };
      return world;
    },
    /** Nothing may be left of all that was done in it. */
    clean: async (): Promise<string | undefined> => held?.world.clean().then(() => undefined, wordsOf),
  };
}

export async function runCells(
  cells: readonly Cell[],
  { seeds, say, isVerbose }: RunOptions,
): Promise<readonly Outcome[]> {
  const holder = createHolder();
  const outcomes: Outcome[] = [];
  const running = cells.filter(isRunning);
  try {
    for (const needs of new Set(running.map(needsOf))) {
      const together = running.filter((cell) => needsOf(cell) === needs);
      for (const cell of together) {
        outcomes.push(await runSeeds(cell));
        const { result, seconds, reason } = outcomes.at(-1) ?? {};
        say(`${result?.padEnd(7)} ${cell.name} (${seconds?.toFixed(1)} s)${reason === undefined ? '' : `\n${reason}`}`);
      }
      const left = await holder.clean();
      if (left !== undefined) blameLast(left);
      await holder.drop();
    }
  } finally {
    await holder.drop();
  }
  const done = new Map(outcomes.map((outcome) => [outcome.cell, outcome]));
  return cells.map(
    (cell) =>
      done.get(cell) ?? {
        cell,
        result: 'not run',
        seeds: [],
        seconds: 0,
        reason: isRunning(cell) ? 'another cell ended the run' : cell.notRun,
      },
  );

  /** It may be any of those before it since the cluster was opened; one must tell. */
  function blameLast(left: string): void {
    const last = outcomes.pop();
    if (last === undefined) return;
    const reason = [last.reason, `Left behind by this cell or one before it: ${left}`].filter(Boolean).join('\n');
    say(reason);
    outcomes.push({ ...last, result: 'failed', reason });
  }

  async function runSeeds(cell: RunningCell): Promise<Outcome> {
    const began = performance.now();
    const outcome = (result: 'passed' | 'failed', used: readonly number[], reason?: string): Outcome => ({
      cell,
      result,
      seeds: used,
      seconds: (performance.now() - began) / 1000,
      ...(reason === undefined ? {} : { reason }),
    });
    for (const [index, seed] of seeds.entries()) {
      let world: World | undefined;
      try {
        world = await holder.get(needsOf(cell), cell.needs);
        await runCell(cell, world, seed);
      } catch (error) {
        if (isVerbose === true && world !== undefined) say(await dumpLab(world.cluster).catch(wordsOf));
        await holder.drop();
        return outcome('failed', seeds.slice(0, index + 1), `seed ${seed}: ${wordsOf(error)}`);
      }
    }
    return outcome('passed', seeds);
  }
}
