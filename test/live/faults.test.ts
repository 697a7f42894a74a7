/** The part of the fault matrix (test/faults) that every `npm test` runs, with one seed; CLOCKER_SEED repeats a run. */
import { afterAll, beforeAll, describe, test } from 'vitest';
import { isRunning } from '../faults/cell.ts';
import { matrix } from '../faults/matrix.ts';
import { needsOf, runCell } from '../faults/run-cells.ts';
import { openWorld, type World } from '../faults/world.ts';
import { whyNoEtcd } from '../support/etcd.ts';
import { whyNoLab, withDump } from '../support/lab/index.ts';

const reason = (await whyNoLab()) ?? (await whyNoEtcd());
if (reason !== undefined) console.warn(`SKIPPED: faults: ${reason}`);

const seed = Number(process.env['CLOCKER_SEED'] ?? Date.now() % 1_000_000);
const cells = matrix.filter(isRunning).filter(({ isInTest }) => isInTest === true);

/** The conformance list counts the death of the daemon between every pair of steps as one line (§9.20). */
const titleOf = (name: string): string => (name.startsWith('F1 ') ? `§9.20 ${name}` : name);

for (const needs of new Set(cells.map(needsOf)))
  describe.skipIf(reason !== undefined)(`faults (seed ${seed}; clusters with ${needs})`, () => {
    const here = cells.filter((cell) => needsOf(cell) === needs);
    let world: World;
    beforeAll(async () => {
      world = await openWorld(here[0]?.needs);
    });
    afterAll(() => world.close());

    for (const cell of here) test(titleOf(cell.name), () => withDump(world.cluster, () => runCell(cell, world, seed)));

    test('nothing is left of all this', () => withDump(world.cluster, () => world.clean()));
  });
