/** Over hosts: traffic, attaching, the ways to new containers, and addresses, each beside who else does it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { runChecked } from '../src/host/process.ts';
import { bundleScript } from '../test/support/bundle.ts';
import { image } from '../test/support/lab/engine.ts';
import {
  openCluster,
  openLab,
  startClocker,
  startLabEtcd,
  type Lab,
  type LabCluster,
  type LabEtcd,
} from '../test/support/lab/index.ts';
import { until } from '../test/support/lab/process.ts';
import type { Figure, Part } from './figure.ts';
import { measureRounds, medianFigure, ratioFigure, timed, untilIdle } from './pairs.ts';
import { appNetwork, makeNetworks, openPaths, overlayNetwork, pairOf, type Path, type PathName } from './paths.ts';
import { birdPropagation, clockerPropagation, isEstablished, startBird } from './propagation.ts';
import { median, percentile } from './statistics.ts';

type Say = (line: string) => void;

const trafficRounds = 9;
const seconds = 2;
const trips = 3000;
const runRounds = 11;
const trials = 21;
const manyRoutes = 5000;

async function traffic(cluster: LabCluster, say: Say): Promise<readonly Figure[]> {
  const paths = await openPaths(cluster);
  const each = (measure: (path: Path) => Promise<number>): Record<PathName, () => Promise<number>> => ({
    clocker: () => measure(paths.clocker),
    hand: () => measure(paths.hand),
    overlay: () => measure(paths.overlay),
    host: () => measure(paths.host),
  });
  say(`${trafficRounds} rounds of iperf3, ${seconds} s each, on four paths`);
  const { samples, busy } = await measureRounds(
    each((path) => path.throughput(seconds)),
    trafficRounds,
  );
  say(`${trafficRounds} rounds of ${trips} round trips on four paths`);
  const tails = { clocker: [], hand: [], overlay: [], host: [] } as Record<PathName, number[]>;
  const keep = (name: PathName) => async (): Promise<number> => {
    const took = await paths[name].roundTrips(trips);
    tails[name].push(percentile(took, 0.99));
    return median(took);
  };
  const contenders = { clocker: keep('clocker'), hand: keep('hand'), overlay: keep('overlay'), host: keep('host') };
  const trip = await measureRounds(contenders, trafficRounds);
  if (busy + trip.busy > 0) say(`the machine was busy in ${busy + trip.busy} of ${2 * trafficRounds} rounds`);
  // The first of each was to warm up.
  for (const values of Object.values(tails)) values.shift();
  const { clocker, hand, overlay, host } = samples;
  return [
    medianFigure('TCP over hosts: clocker', 'Gbit/s', clocker),
    medianFigure('TCP over hosts: by hand', 'Gbit/s', hand),
    medianFigure('TCP over hosts: overlay', 'Gbit/s', overlay),
    medianFigure('TCP over hosts: the hosts themselves', 'Gbit/s', host),
    ratioFigure('TCP over hosts: clocker / by hand', clocker, hand, { atLeast: 0.97 }),
    ratioFigure('TCP over hosts: clocker / overlay', clocker, overlay, { atLeast: 1.35 }),
    medianFigure('round trip p50: clocker', 'µs', trip.samples.clocker),
    medianFigure('round trip p50: the hosts themselves', 'µs', trip.samples.host),
    ratioFigure('round trip p50: clocker / by hand', trip.samples.clocker, trip.samples.hand),
    ratioFigure('round trip p50: clocker / overlay', trip.samples.clocker, trip.samples.overlay, { atMost: 0.95 }),
    ratioFigure('round trip p99: clocker / overlay', tails.clocker, tails.overlay, { atMost: 0.95 }),
  ];
}

async function attaching(cluster: LabCluster, say: Say): Promise<readonly Figure[]> {
  const [host] = pairOf(cluster);
  const runOn = (network: string) => (): Promise<number> =>
    timed(() => host.docker('run', '--rm', '--network', network, image, 'true'));
  say(`${runRounds} rounds of docker run`);
  const { samples } = await measureRounds({ clocker: runOn(appNetwork), overlay: runOn(overlayNetwork) }, runRounds);
  return [
    medianFigure('docker run: overlay', 'ms', samples.overlay),
    medianFigure('docker run: clocker, in a swarm', 'ms', samples.clocker),
    ratioFigure('docker run: clocker / overlay', samples.clocker, samples.overlay, { atMost: 0.5 }),
  ];
}

async function reaching(cluster: LabCluster, say: Say): Promise<readonly Figure[]> {
  const [one, two] = pairOf(cluster);
  say(`${trials} new blocks, and as many routes of BIRD`);
  await untilIdle();
  const ours = await clockerPropagation(one, two, trials);
  const birds = [await startBird(one, two), await startBird(two, one)];
  await until('BIRD talks to BIRD', () => isEstablished(one), 60);
  await sleep(1000);
  await untilIdle();
  const theirs = await birdPropagation(one, two, trials);
  for (const bird of birds) bird.kill('SIGTERM');
  const p50 = median(ours.block) / median(theirs);
  return [
    medianFigure('new block to the other host: clocker, p50', 'ms', ours.block),
    medianFigure('new route to the other host: BIRD, p50', 'ms', theirs),
    { name: 'new block: clocker / BIRD, p50', value: p50, unit: '×', samples: trials, goal: { atMost: 3 } },
    {
      name: 'attached to reachable from another host, p99',
      value: percentile(ours.attach, 0.99),
      unit: 'ms',
      samples: trials,
      goal: { atMost: 100 },
    },
  ];
}

const routesOf = async (lab: Lab, host: string, protocol: string): Promise<number> =>
  (await lab.host(host).exec(['ip', 'route', 'show', 'proto', protocol])).split('\n').length - 1;

/** A host that is new finds so many routes: from the start of its daemon, or of its BIRD, until all are in its kernel. */
async function manyRoutesOf(lab: Lab, etcd: LabEtcd, script: string, say: Say): Promise<readonly Figure[]> {
  say(`${manyRoutes} routes to a new host`);
  const [one, two] = [lab.host('h1'), lab.host('h2')];
  const store = `etcd://${etcd.endpoint}`;
  const fill = [script, 'fill', store, String(manyRoutes), '1'];
  const clocker = await startClocker(two, { store });
  await clocker.stop();
  const [enter, ...rest] = lab.switch.enter;
  await runChecked([enter, ...rest, process.execPath, ...fill], { timeout: 200_000 });
  const all = (protocol: string) => async (): Promise<true | undefined> =>
    (await routesOf(lab, 'h2', protocol)) >= manyRoutes ? true : undefined;
  await untilIdle();
  const ours = await timed(async () => {
    await clocker.start();
    await until('clocker has set all routes', all('68'), 120);
  });
  await clocker.stop();
  await two.exec(['ip', 'route', 'flush', 'proto', '68']);
  const lines = Array.from({ length: manyRoutes }, (_, index) => `100.${96 + (index >> 10)}.${(index >> 2) & 255}`);
  const input = lines.map((begin, index) => `route add blackhole ${begin}.${(index & 3) * 64}/26`).join('\n');
  await one.exec(['ip', '-batch', '-'], { input });
  const first = await startBird(one, two);
  await sleep(3000);
  await untilIdle();
  const began = performance.now();
  const second = await startBird(two, one);
  await until('BIRD has set all routes', all('bird'), 120);
  const theirs = performance.now() - began;
  for (const bird of [first, second]) bird.kill('SIGTERM');
  const name = `${manyRoutes.toLocaleString('en')} routes on a new host`;
  return [
    { name: `${name}: clocker`, value: ours, unit: 'ms', samples: 1 },
    { name: `${name}: BIRD`, value: theirs, unit: 'ms', samples: 1 },
    { name: `${name}: clocker / BIRD`, value: ours / theirs, unit: '×', samples: 1, goal: { atMost: 0.5 } },
  ];
}

async function claiming(lab: Lab, etcd: LabEtcd, say: Say): Promise<readonly Figure[]> {
  say('addresses claimed by 1, 3 and 8 hosts, for one container and for eight at a time');
  const script = await bundleScript(new URL('claims.ts', import.meta.url), lab.directory);
  const [enter, ...rest] = lab.switch.enter;
  const argv = [enter, ...rest, process.execPath, script, `etcd://${etcd.endpoint}`, '4', '1,3,8', '1,8'] as const;
  await untilIdle();
  const lines = (await runChecked(argv, { timeout: 120_000 })).trim().split('\n');
  return lines.flatMap((text): readonly Figure[] => {
    const read: unknown = JSON.parse(text);
    const line: Readonly<Record<string, unknown>> = typeof read === 'object' && read !== null ? { ...read } : {};
    const [count, claims, puts] = [Number(line['count']), Number(line['claims']), Number(line['puts'])];
    const lanes = Number(line['lanes']);
    const name = `addresses claimed by ${count} host${count === 1 ? '' : 's'}${lanes === 1 ? '' : `, ${lanes} at a time`}`;
    const goal = count === 3 ? { goal: { atLeast: 0.5 } } : {};
    return [
      { name, value: claims, unit: '/s', samples: 1 },
      { name: `${name} / raw etcd`, value: claims / puts, unit: '×', samples: 1, ...goal },
    ];
  });
}

async function measure(say: Say): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  const cluster = await openCluster({ hosts: ['h1', 'h2'] });
  try {
    figures.push(...(await claiming(cluster, cluster.etcd, say)));
    figures.push(...(await reaching(cluster, say)));
    await makeNetworks(cluster);
    figures.push(...(await traffic(cluster, say)), ...(await attaching(cluster, say)));
  } finally {
    await cluster.close();
  }
  const lab = await openLab({ hosts: ['h1', 'h2'], engines: ['h2'] });
  try {
    const etcd = await startLabEtcd(lab);
    const script = await bundleScript(new URL('simulated-host.ts', import.meta.url), lab.directory);
    return [...figures, ...(await manyRoutesOf(lab, etcd, script, say))];
  } finally {
    await lab.close();
  }
}

export const overHosts: Part = { name: 'hosts', title: 'over hosts', measure };
