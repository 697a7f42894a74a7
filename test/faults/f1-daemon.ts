/** F1: kill -9 of the daemon between every pair of steps of every plugin call that matters; a supervisor starts it again. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { failPlaces, type FailPlace } from '../../plugins/protocol/fail-points.ts';
import type { LabHost } from '../support/lab/index.ts';
import { until } from '../support/lab/process.ts';
import type { Cell } from './cell.ts';
import { pause, type Random } from './random.ts';
import { armFailPoint, type World } from './world.ts';

/** Call -> the docker command that leads to it, and what must be there for that. */
export const calls = {
  'IpamDriver.RequestPool': 'create',
  'IpamDriver.RequestAddress': 'run',
  'IpamDriver.ReleaseAddress': 'remove',
  'IpamDriver.ReleasePool': 'delete',
  'NetworkDriver.CreateNetwork': 'create',
  'NetworkDriver.DeleteNetwork': 'delete',
  'NetworkDriver.CreateEndpoint': 'run',
  'NetworkDriver.Join': 'run',
  'NetworkDriver.Leave': 'remove',
  'NetworkDriver.DeleteEndpoint': 'remove',
} as const;
export type FaultyCall = keyof typeof calls;
type Work = (typeof calls)[FaultyCall];

/** The others leave the kernel to the data plane, which follows the records. */
export const inKernel = new Set<FaultyCall>([
  'NetworkDriver.Join',
  'NetworkDriver.Leave',
  'NetworkDriver.DeleteEndpoint',
]);

const make = ['network', 'create', '-d', 'clocker', '--ipam-driver', 'clocker', '--subnet', '198.19.10.0/24', 'extra'];

/** Before the fault, the command of the fault, and what undoes it all. */
const works: {
  readonly [W in Work]: {
    readonly before: readonly (readonly string[])[];
    readonly command: readonly string[];
    readonly after: readonly (readonly string[])[];
  };
} = {
  create: { before: [], command: make, after: [['network', 'rm', 'extra']] },
  delete: { before: [make], command: ['network', 'rm', 'extra'], after: [] },
  run: {
    before: [],
    command: ['run', '-d', '--name', 'guest', '--network', 'app', 'busybox:lab'],
    after: [['rm', '-f', 'guest']],
  },
  remove: {
    before: [['run', '-d', '--name', 'guest', '--network', 'app', 'busybox:lab']],
    command: ['rm', '-f', 'guest'],
    after: [],
  },
};

async function must(world: World, host: LabHost, args: readonly string[]): Promise<void> {
  const { isDone, said } = await world.docker(host, ...args);
  if (!isDone) throw new Error(`docker ${args.slice(0, 2).join(' ')}: ${said}`);
}

/** Done, or refused in words; asked again it must work. */
async function finish(world: World, host: LabHost, work: Work): Promise<void> {
  const { command, after } = works[work];
  const { isDone, said } = await world.docker(host, ...command);
  if (isDone) return;
  if (said === '' || said.length > 1000) throw new Error(`I5: refused without a reason a person can read: ${said}`);
  // What a docker run leaves of itself: a container that was created and not started.
  if (work === 'run') await world.docker(host, 'rm', '-f', 'guest');
  await untilDone(`docker ${command.slice(0, 2).join(' ')}`, async () => {
    const again = await world.docker(host, ...command);
    if (!again.isDone && work === 'run') await world.docker(host, 'rm', '-f', 'guest');
    // Docker did it before it was killed.
    const isThere = work === 'create' && /already exists/.test(again.said);
    const isGone = after.length === 0 && /No such (container|network)|not found/i.test(again.said);
    return again.isDone || isGone || isThere ? undefined : again.said;
  });
}

/** Seconds a command that was refused may be refused again: a network that was half made is taken away after a grace. */
const longestRefusal = 60;

async function untilDone(what: string, attempt: () => Promise<string | undefined>): Promise<void> {
  const end = performance.now() + longestRefusal * 1000;
  for (;;) {
    const refusal = await attempt();
    if (refusal === undefined) return;
    if (performance.now() > end) throw new Error(`${what} is still refused after ${longestRefusal} s: ${refusal}`);
    await pause(2000);
  }
}

/** Does what leads to a call while its fail-point is armed; `restart` is run when it was reached. */
export async function reachPoint(
  world: World,
  call: FaultyCall,
  place: FailPlace,
  how: { readonly host: LabHost; readonly victim?: string; readonly restart: () => Promise<void> },
): Promise<void> {
  const { cluster } = world;
  const { host, victim, restart } = how;
  const work = calls[call];
  for (const args of works[work].before) await must(world, host, args);
  armFailPoint(cluster, host, `${call}:${place}`, victim);
  const order = join(cluster.clocker(host.name).directory, 'fail-point');
  let isOver = false;
  const restarted = (async (): Promise<boolean> => {
    while (existsSync(order)) {
      if (isOver) return false;
      await pause(5);
    }
    await restart();
    return true;
  })();
  await finish(world, host, work);
  // A reply may reach dockerd, and its command its end, before the process that sent it is dead.
  await pause(100);
  isOver = true;
  if (!(await restarted)) throw new Error(`The call ${call} never came to ${place}.`);
}

export async function tidy(world: World, host: LabHost, call: FaultyCall): Promise<void> {
  for (const args of works[calls[call]].after) await must(world, host, args);
  for (const each of world.cluster.hosts)
    await until(
      `${each.name} has dropped the network`,
      async () => ((await each.docker('network', 'ls', '-q', '-f', 'name=extra')).trim() === '' ? true : undefined),
      longestRefusal,
    );
  await world.settled();
}

const hostOf = ({ h1, h2 }: World, random: Random): LabHost => random.pick([h1, h2]);

/**
 * Calls of a container's start and end are judged by every `npm test`. Those of a network wait for all hosts to have made or
 * dropped it, which after a kill can take minutes: `npm run faults -- --groups F1` shows them.
 */
const ofContainers: ReadonlySet<FaultyCall> = new Set([
  'IpamDriver.RequestAddress',
  'NetworkDriver.CreateEndpoint',
  'NetworkDriver.Join',
  'NetworkDriver.Leave',
  'NetworkDriver.DeleteEndpoint',
]);

const inTest: ReadonlySet<FailPlace> = new Set(['after-transaction', 'after-kernel']);

export const daemonCells: readonly Cell[] = (Object.keys(calls) as FaultyCall[]).flatMap((call) =>
  failPlaces.map((place): Cell => {
    const told = {
      name: `F1 ${call} ${place}`,
      group: 'F1',
      expected: 'the command works, or is refused in words and works when asked again',
      invariants: ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8', 'I9', 'I10'],
    } as const;
    if (place === 'after-kernel' && !inKernel.has(call))
      return { ...told, notRun: 'the call does nothing in the kernel' };
    return {
      ...told,
      ...(ofContainers.has(call) && inTest.has(place) ? { isInTest: true as const } : {}),
      run: async (world, random) => {
        const host = hostOf(world, random);
        const wait = random.whole(800);
        const clocker = world.cluster.clocker(host.name);
        await world.during(() =>
          reachPoint(world, call, place, {
            host,
            restart: async () => {
              await clocker.process?.exited;
              await pause(wait);
              await clocker.start();
            },
          }),
        );
        await tidy(world, host, call);
      },
    };
  }),
);
