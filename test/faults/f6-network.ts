/** F6: the network between the hosts is cut, one-way, lossy or flapping, while both reach the store. */
import { runChecked } from '../../src/host/process.ts';
import { pings } from '../support/lab/index.ts';
import { until } from '../support/lab/process.ts';
import { cellOf, notRun, type Cell } from './cell.ts';
import { pause } from './random.ts';
import { attach, type World } from './world.ts';

const table = (rule: string): string =>
  `table bridge fault {\n chain forward {\n type filter hook forward priority 0\n ${rule}\n }\n }\n`;

async function withRule(world: World, rule: string, work: () => Promise<void>): Promise<void> {
  const nft = [...world.cluster.switch.enter, 'nft', '-f', '-'] as const;
  await runChecked(nft, { input: table(rule) });
  await work();
  await runChecked(nft, { input: 'delete table bridge fault' });
}

/** Seconds from the healing until the hosts reach each other. */
async function heals({ one, two }: World): Promise<void> {
  const address = await two.address('app');
  await until('the hosts reach each other again', async () => ((await pings(one, address)) ? true : undefined), 10);
}

const cut = (name: string, rule: (world: World) => string): Cell =>
  cellOf(`F6 ${name}`, 'attaches work on both sides, and the way is open 10 s after', (world) =>
    world.during(
      async () => {
        await withRule(world, rule(world), async () => {
          for (const [host, from] of [
            [world.h1, world.one],
            [world.h2, world.two],
          ] as const)
            await attach(world, host, 'guest', 10, true, [from]);
          await pause(10_000);
        });
        await heals(world);
      },
      { lost: Number.MAX_SAFE_INTEGER },
    ),
  );

export const networkCells: readonly Cell[] = [
  { ...cut('hosts cut off from each other', () => 'drop'), isInTest: true },
  cut('cut off in one direction', ({ h1 }) => `ether type ip ip saddr ${h1.address} drop`),
  cellOf('F6 one packet in a hundred lost', 'attaches work', (world) =>
    world.during(() => withRule(world, 'numgen random mod 100 < 1 drop', () => attach(world, world.h1, 'guest', 20)), {
      lost: 200,
    }),
  ),
  cellOf('F6 flapping once a second', 'the way is open 10 s after the last', (world) =>
    world.during(
      async () => {
        for (let round = 0; round < 8; round++) {
          await withRule(world, 'drop', () => pause(500));
          await pause(500);
        }
        await heals(world);
      },
      { lost: Number.MAX_SAFE_INTEGER },
    ),
  ),
  notRun('F6 a path with a smaller MTU', 'TCP goes on', 'not written'),
];
