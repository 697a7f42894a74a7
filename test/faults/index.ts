/**
 * `npm run faults`: the cells of the matrix, or those of `--groups F1,F3` or whose name has `--cells Join`, each with as many
 * `--seeds` (1 unless told) from `--seed` on; a table, or one JSON document with `--json`. `--list` runs none. `--planted` plants
 * bugs instead (planted.ts), those whose name has `--cells`, and looks that each is noticed.
 */
import { parseArgs } from 'node:util';
import { whyNoEtcd } from '../support/etcd.ts';
import { whyNoLab } from '../support/lab/index.ts';
import { isGroup } from './cell.ts';
import { matrix } from './matrix.ts';
import { documentOf, plantedTableOf, tableOf } from './report.ts';
import { runCells } from './run-cells.ts';
import { runPlanted } from './run-planted.ts';

const { values } = parseArgs({
  options: {
    groups: { type: 'string' },
    cells: { type: 'string' },
    seeds: { type: 'string', default: '1' },
    seed: { type: 'string' },
    json: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    planted: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});

/** What is wrong with how it was called. */
class Misuse extends Error {}

function positive(flag: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new Misuse(`--${flag} ${text}: a whole number from 1 on, please.`);
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function plant(seed: number): Promise<number> {
  const reason = (await whyNoLab()) ?? (await whyNoEtcd());
  if (reason !== undefined) throw new Misuse(`Bugs can't be planted here: ${reason}`);
  const found = await runPlanted({ seed, say }, values.cells ?? '');
  process.stdout.write(values.json ? `${JSON.stringify(found, null, 2)}\n` : plantedTableOf(found));
  return found.length > 0 && found.every(({ isNoticed }) => isNoticed) ? 0 : 1;
}

async function main(): Promise<number> {
  const first = values.seed === undefined ? Date.now() % 1_000_000 : positive('seed', values.seed);
  if (values.planted) return plant(first);
  const asked = values.groups?.split(',').map((name) => name.trim());
  const unknown = asked?.find((name) => !isGroup(name));
  if (unknown !== undefined) throw new Misuse(`There is no group ${unknown}: F1 to F13.`);
  const cells = matrix.filter(
    ({ group, name }) => asked?.includes(group) !== false && name.includes(values.cells ?? ''),
  );
  if (cells.length === 0) throw new Misuse(`No cell is named so. Names: npm run faults -- --list`);
  const seeds = Array.from({ length: positive('seeds', values.seeds) }, (_, index) => first + index);
  const reason = values.list ? 'only listed' : ((await whyNoLab()) ?? (await whyNoEtcd()));
  if (reason === undefined) say(`seeds ${seeds.join(' ')}`);
  const outcomes =
    reason === undefined
      ? await runCells(cells, { seeds, say, isVerbose: values.verbose })
      : cells.map((cell) => ({
          cell,
          result: 'not run' as const,
          seeds: [],
          seconds: 0,
          reason: 'notRun' in cell ? cell.notRun : reason,
        }));
  process.stdout.write(values.json ? documentOf(outcomes) : tableOf(outcomes));
  return outcomes.some(({ result }) => result === 'failed') ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof Misuse) && !(error instanceof TypeError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
