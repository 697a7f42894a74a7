/** Plants every bug in turn and looks whether what must notice it does. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { substituted } from '../../scripts/substitute.mjs';
import { isRunning, type RunningCell } from './cell.ts';
import { matrix } from './matrix.ts';
import { plantedBugs, type Planted } from './planted.ts';
import { runCells } from './run-cells.ts';

export type Noticed = {
  readonly name: string;
  readonly by: string;
  readonly isNoticed: boolean;
  /** How it showed. */
  readonly how: string;
};

type Options = { readonly seed: number; readonly say: (line: string) => void };

export function cellNamed(name: string): RunningCell {
  const found = matrix.find((cell) => cell.name === name);
  if (found === undefined || !isRunning(found)) throw new Error(`No cell that runs is named ${name}.`);
  return found;
}

async function byCell({ name, substitutions }: Planted, cellName: string, { seed, say }: Options): Promise<Noticed> {
  const cell = cellNamed(cellName);
  const planted = { ...cell, needs: { ...cell.needs, substitutions } };
  const [outcome] = await runCells([planted], { seeds: [seed], say });
  const how = outcome?.reason?.split('\n').slice(0, 3).join(' ').slice(0, 200) ?? 'the cell passed';
  return { name, by: cellName, isNoticed: outcome?.result === 'failed', how };
}

function byTests({ name, substitutions }: Planted, files: string): Noticed {
  const { status, stdout } = spawnSync('npx', ['vitest', 'run', '--project', 'unit', '--reporter=dot', files], {
    encoding: 'utf8',
    env: { ...process.env, CLOCKER_PLANTED: JSON.stringify(substitutions), NO_COLOR: '1' },
    timeout: 300_000,
  });
  const how = /Tests .*/.exec(stdout)?.[0] ?? 'the tests did not run';
  return { name, by: files, isNoticed: status !== 0 && /\d+ failed/.test(how), how };
}

/** Throws where a bug has lost its place in the source: a build that fails for that notices nothing. */
function expectPlaces({ substitutions }: Planted): void {
  for (const { file } of substitutions)
    substituted(file, readFileSync(join(process.cwd(), file), 'utf8'), substitutions);
}

export async function runPlanted(options: Options, wanted: string): Promise<readonly Noticed[]> {
  const found: Noticed[] = [];
  for (const bug of plantedBugs.filter(({ name }) => name.includes(wanted))) {
    expectPlaces(bug);
    const { noticedBy } = bug;
    const one = 'cell' in noticedBy ? await byCell(bug, noticedBy.cell, options) : byTests(bug, noticedBy.tests);
    options.say(`${one.isNoticed ? 'noticed' : 'MISSED '} ${one.name}: ${one.how}`);
    found.push(one);
  }
  return found;
}
