/**
 * The cluster faults are put into: two hosts that share an etcd, a network with containers on both, a second network that
 * must not reach the first, and others' rules on every host. Watches what must hold all the time, and judges the rest.
 */
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { run } from '../../src/host/process.ts';
import {
  openCluster,
  networkAppears,
  pings,
  runBox,
  type Box,
  type LabCluster,
  type LabHost,
} from '../support/lab/index.ts';
import { image } from '../support/lab/engine.ts';
import { until } from '../support/lab/process.ts';
import type { Needs } from './cell.ts';
import { addForeign, foreignOf } from './foreign.ts';
import { differences, leaks, orphans } from './invariants.ts';
import { addressesInside, view } from './observe.ts';
import { pause } from './random.ts';

/** What a command of Docker's came to. */
export type Said = { readonly isDone: boolean; readonly said: string; readonly seconds: number };

export type World = {
  readonly cluster: LabCluster;
  readonly h1: LabHost;
  readonly h2: LabHost;
  /** On `app`, at h1. */
  readonly one: Box;
  /** On `app`, at h2. */
  readonly two: Box;
  /** On `side`, at h1: must never be answered by `app`. */
  readonly other: Box;
  /** Fails by I5 when it takes more than 30 s; otherwise its failure is an answer. */
  docker(host: LabHost, ...args: readonly string[]): Promise<Said>;
  /** `docker run -d` of a container on the network `app`. */
  start(host: LabHost, name: string, ...args: readonly string[]): Promise<Said>;
  /** Watches the flows and the engine while something is done; then waits until all is as it must be. */
  during(fault: () => Promise<void>, allowed?: Allowed): Promise<void>;
  /** Until the invariants hold; throws with those that do not. */
  settled(seconds?: number): Promise<void>;
  /** Until nothing is taken that nobody has: longer than the grace of a container that is just starting. */
  clean(): Promise<void>;
  close(): Promise<void>;
};

export type Allowed = {
  /** Datagrams of a flow, one every 10 ms, that may be lost: 0 unless told. */
  readonly lost?: number;
  /** Seconds from the end of the fault until everything is right again: 10 unless told (I7). */
  readonly seconds?: number;
  /** The engines are part of the fault: nobody asks them meanwhile. */
  readonly isEngineDown?: true;
};

/** Seconds: 35 of grace, two looks 15 apart, and time for the work. */
const longestLeak = 75;
const create = ['network', 'create', '-d', 'clocker', '--ipam-driver', 'clocker', '--subnet'] as const;

export async function openWorld({ members, liveRestore, substitutions, alone }: Needs = {}): Promise<World> {
  const cluster = await openCluster({
    hosts: ['h1', 'h2'],
    ...(members === undefined ? {} : { members }),
    ...(liveRestore === undefined ? {} : { engine: { configuration: { 'live-restore': true } } }),
    ...(substitutions === undefined ? {} : { substitutions }),
  });
  try {
    return await furnish(cluster, alone);
  } catch (error) {
    await cluster.close();
    throw error;
  }
}

/** `alone`: the cluster is not as it was afterwards. */
async function furnish(cluster: LabCluster, alone: string | undefined): Promise<World> {
  const [h1, h2] = [cluster.host('h1'), cluster.host('h2')];
  await Promise.all(cluster.hosts.map(addForeign));
  // Where a cell has events lost, what was made before may be unknown for some seconds.
  const made = (subnet: string, name: string): Promise<unknown> =>
    until(`${name} is made`, () => h1.docker(...create, subnet, name).catch(() => undefined), 40);
  await made('198.19.8.0/24', 'app');
  await made('198.19.9.0/24', 'side');
  for (const name of ['app', 'side']) await networkAppears(h2, name);
  const [one, two, other] = await Promise.all([
    runBox(h1, 'one', ['--network', 'app', '--restart', 'always']),
    runBox(h2, 'two', ['--network', 'app', '--restart', 'always']),
    runBox(h1, 'other', ['--network', 'side', '--restart', 'always']),
  ]);
  const foreign = await Promise.all(cluster.hosts.map(foreignOf));

  /** What is not as it must be. */
  async function wrong(): Promise<readonly string[]> {
    const seen = await view(cluster);
    const others = await Promise.all(cluster.hosts.map(foreignOf));
    const inside = await Promise.all(
      seen.hosts.flatMap(({ host, engine }) =>
        (engine ?? []).map(async ({ container, address, pid }) =>
          (await addressesInside(cluster.host(host), pid)).includes(address)
            ? []
            : [`I1: ${container} has not the address ${address} that its engine tells`],
        ),
      ),
    );
    return [
      ...differences(seen),
      ...inside.flat(),
      ...others.flatMap((text, index) => (text === foreign[index] ? [] : [`I3: changed what is others': ${text}`])),
    ];
  }

  async function docker(host: LabHost, ...args: readonly string[]): Promise<Said> {
    const began = performance.now();
    const { status, stdout, stderr } = await run(['docker', '--host', host.engine.address, ...args], {
      timeout: 90_000,
    });
    const seconds = (performance.now() - began) / 1000;
    if (seconds > 30) throw new Error(`I5: docker ${args.slice(0, 2).join(' ')} took ${seconds.toFixed(1)} s.`);
    return { isDone: status === 0, said: status === 0 ? stdout.trim() : stderr.trim(), seconds };
  }

  const settled = (seconds = 10): Promise<void> => untilNothing(wrong, seconds);
  await settled(20);
  const before = await view(cluster);

  const clean = async (): Promise<void> =>
    untilNothing(
      async () => (alone === undefined ? leaks(await view(cluster), before) : orphans(await view(cluster))),
      longestLeak,
      1000,
    );

  async function during(fault: () => Promise<void>, allowed: Allowed = {}): Promise<void> {
    const address = await two.address('app');
    const [flow, forbidden] = await Promise.all([one.agent.stream(address, 81), other.agent.stream(address, 81)]);
    const asking = allowed.isEngineDown === true ? undefined : askEngines(cluster.hosts);
    const outcome = await Promise.allSettled([fault().then(() => settled(allowed.seconds))]);
    const slow = await asking?.stop();
    const [open, closed] = await Promise.all([flow.stop(), forbidden.stop()]);
    for (const one of outcome) if (one.status === 'rejected') throw asError(one.reason);
    const lost = open.sent - open.answered;
    if (closed.answered > 0) throw new Error(`I6: ${closed.answered} datagrams of another network were answered.`);
    if (open.sent === 0) throw new Error('I4: the flow sent nothing.');
    if (lost > (allowed.lost ?? 0)) {
      const { at, milliseconds } = open.silence;
      throw new Error(`I4: ${lost} of ${open.sent} datagrams were lost; silence of ${milliseconds} ms after ${at} ms.`);
    }
    if (slow !== undefined && slow > 1000) throw new Error(`I5: docker ps took ${Math.round(slow)} ms.`);
    await bounded(cluster);
  }

  return {
    cluster,
    h1,
    h2,
    one,
    two,
    other,
    docker,
    start: (host, name, ...args) => docker(host, 'run', '-d', '--name', name, '--network', 'app', ...args, image),
    during,
    settled,
    clean,
    close: async () => {
      await Promise.all([one, two, other].map(({ agent }) => agent.close()));
      await cluster.close();
    },
  };
}

const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)));

/** Looks until nothing is wrong. */
async function untilNothing(look: () => Promise<readonly string[]>, seconds: number, interval = 250): Promise<void> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const began = performance.now();
    const said = await look();
    if (said.length === 0) return;
    // A look that began in time counts, however long it took.
    if (began > end) throw new Error(`After ${seconds} s:\n${said.join('\n')}`);
    await pause(interval);
  }
}

/** Lists the containers of every engine four times a second; answers the 99th percentile in milliseconds. */
function askEngines(hosts: readonly LabHost[]) {
  let isOn = true;
  const took: number[] = [];
  const asking = hosts.map(async ({ engine }) => {
    while (isOn) {
      const began = performance.now();
      await listContainers(engine.address.replace('unix://', ''));
      took.push(performance.now() - began);
      await pause(250);
    }
  });
  return {
    stop: async (): Promise<number> => {
      isOn = false;
      await Promise.all(asking);
      took.sort((a, b) => a - b);
      return took[Math.floor(took.length * 0.99)] ?? 0;
    },
  };
}

const listContainers = (socketPath: string): Promise<void> =>
  new Promise((resolve) => {
    const asked = request({ socketPath, path: '/containers/json', timeout: 30_000 }, (answer) => {
      answer.resume();
      answer.on('end', resolve);
    });
    asked.on('error', () => resolve());
    asked.end();
  });

/** I10. */
async function bounded(cluster: LabCluster): Promise<void> {
  for (const { name } of cluster.hosts) {
    const pid = cluster.clocker(name).process?.pid;
    if (pid === undefined) continue;
    const { stdout } = await run(['busybox', 'cat', `/proc/${pid}/status`]);
    const numberOf = (what: string): number => Number(new RegExp(`^${what}:\\s+(\\d+)`, 'm').exec(stdout)?.[1] ?? 0);
    const files = (await run(['busybox', 'ls', `/proc/${pid}/fd`])).stdout.split('\n').length;
    const [memory, threads] = [numberOf('VmRSS') / 1024, numberOf('Threads')];
    if (memory > 250 || threads > 40 || files > 250)
      throw new Error(`I10: the daemon of ${name} has ${memory.toFixed(0)} MB, ${threads} threads, ${files} files.`);
  }
}

/**
 * Starts a container on `app`, again while it is refused, until the askers reach it; removes it unless told otherwise.
 */
export async function attach(
  world: World,
  host: LabHost,
  name: string,
  seconds = 10,
  isToGo = true,
  askers: readonly Box[] = [world.one, world.two],
): Promise<void> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const { isDone, said } = await world.start(host, name);
    if (isDone) break;
    await world.docker(host, 'rm', '-f', name);
    if (performance.now() > end) throw new Error(`No container starts on ${host.name} after ${seconds} s: ${said}`);
    await pause(300);
  }
  const { said: address } = await world.docker(
    host,
    ...['inspect', '-f', '{{.NetworkSettings.Networks.app.IPAddress}}', name],
  );
  for (const from of askers)
    await until(`${from.name} reaches ${name}`, async () => ((await pings(from, address)) ? true : undefined), seconds);
  if (isToGo) await world.docker(host, 'rm', '-f', name);
}

/** Tells a daemon to kill itself, or another process of its host, at a step of a plugin call. */
export function armFailPoint(cluster: LabCluster, host: LabHost, point: string, victim = ''): void {
  writeFileSync(join(cluster.clocker(host.name).directory, 'fail-point'), `${point} ${victim}`);
}

/** Sets the clock of a host's daemon. */
export function setClock(cluster: LabCluster, host: LabHost, aheadMilliseconds: number): void {
  writeFileSync(join(cluster.clocker(host.name).directory, 'clock'), String(aheadMilliseconds));
}
