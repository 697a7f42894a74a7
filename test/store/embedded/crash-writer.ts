/**
 * Run as a process of its own and killed at a random moment: writes as fast as it can from several sides at once, and
 * says on stdout what was acknowledged. Each transaction writes a pair that must never be seen apart.
 */
import { writeSync } from 'node:fs';
import { systemStoreClock } from '../../../src/store/clock.ts';
import { openEmbeddedStore } from '../../../src/store/embedded/embedded.ts';

const directory = process.argv[2] ?? '';
const round = process.argv[3] ?? '';
const store = await openEmbeddedStore({ directory, clock: systemStoreClock, rewriteAbove: 30_000 });
writeSync(1, 'open\n');

async function writeForEver(writer: number): Promise<void> {
  for (let index = 0; ; index++) {
    const value = `${round}.${index}`;
    await store.transact(
      [],
      [
        { op: 'put', key: `/a/${writer}`, value },
        { op: 'put', key: `/b/${writer}`, value },
        { op: 'put', key: `/padding/${writer}/${index % 20}`, value: 'x'.repeat(300) },
      ],
    );
    writeSync(1, `${writer} ${index}\n`);
  }
}

await Promise.all([0, 1, 2, 3].map(writeForEver));
