/** F4: a daemon that stands still for longer than its lease, and clocks that jump. */
import { cellOf, notRun, type Cell } from './cell.ts';
import { pause } from './random.ts';
import { attach, setClock } from './world.ts';

const hour = 3_600_000;
const jumps = { 'an hour ahead': hour, 'an hour back': -hour, 'a day ahead': 24 * hour, 'a day back': -24 * hour };

/** Seconds: the daemon's lease is of 15. */
const longerThanLease = 20;

export const leaseCells: readonly Cell[] = [
  cellOf(
    'F4 a daemon stands still for longer than its lease',
    'what was asked of it meanwhile ends in time, and no address is given twice',
    (world) =>
      world.during(async () => {
        const { cluster, h1, h2 } = world;
        cluster.clocker('h1').process?.kill('SIGSTOP');
        const waiting = world.start(h1, 'asleep');
        await attach(world, h2, 'guest');
        await pause(longerThanLease * 1000);
        cluster.clocker('h1').process?.kill('SIGCONT');
        await waiting;
        await world.docker(h1, 'rm', '-f', 'asleep');
        await attach(world, h1, 'guest');
      }),
  ),
  ...Object.entries(jumps).map(([what, milliseconds]) =>
    cellOf(`F4 the clock of a host jumps ${what}`, 'who is alive keeps its address', (world) =>
      world.during(async () => {
        const { cluster, h1, h2 } = world;
        await attach(world, h1, 'before', 10, false);
        setClock(cluster, h1, milliseconds);
        await attach(world, h1, 'guest');
        // Long enough for two looks at what may be left behind.
        await pause(32_000);
        await attach(world, h2, 'guest');
        setClock(cluster, h1, 0);
        await pause(1000);
        await world.docker(h1, 'rm', '-f', 'before');
        await attach(world, h1, 'guest');
      }),
    ),
  ),
  notRun(
    'F4 the leader of etcd lost for longer than a lease',
    'leases are taken anew',
    'F3 quorum lost for a minute does it',
  ),
];
