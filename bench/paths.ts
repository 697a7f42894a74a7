/** Ways between two hosts of a lab that are compared: Clocker's, the same one by hand, Docker's overlay, and none at all. */
import { join } from 'node:path';
import { run, runChecked } from '../src/host/process.ts';
import { image } from '../test/support/lab/engine.ts';
import { networkAppears, type LabCluster, type LabHost } from '../test/support/lab/index.ts';
import { startForked, until } from '../test/support/lab/process.ts';
import { serve, throughput } from './iperf.ts';

type Enter = readonly [string, ...string[]];

export type PathName = 'clocker' | 'hand' | 'overlay' | 'host';

/** Two ends, the second of which listens. */
export type Path = {
  /** Gbit/s. */
  throughput(seconds: number): Promise<number>;
  /** Microseconds of each round trip. */
  roundTrips(count: number): Promise<readonly number[]>;
};

const script = join(import.meta.dirname, 'round-trips.mjs');
const echoPort = '7';
export const appNetwork = 'app';
export const overlayNetwork = 'over';
/** Of the path by hand; in no pool. */
const handAddresses = ['198.19.250.1', '198.19.250.2'] as const;
const handGateway = '169.254.77.1';

/** A swarm over both hosts, and a network on each way. */
export async function makeNetworks(cluster: LabCluster): Promise<void> {
  const [one, two] = pairOf(cluster);
  await one.docker('swarm', 'init', '--advertise-addr', one.address);
  const token = (await one.docker('swarm', 'join-token', '--quiet', 'worker')).trim();
  await two.docker('swarm', 'join', '--advertise-addr', two.address, '--token', token, `${one.address}:2377`);
  await one.docker('network', 'create', '-d', 'overlay', '--attachable', overlayNetwork);
  await one.docker('network', 'create', '-d', 'clocker', '--ipam-driver', 'clocker', appNetwork);
  await networkAppears(two, appNetwork);
}

export function pairOf({ hosts }: LabCluster): readonly [LabHost, LabHost] {
  const [one, two] = hosts;
  if (one === undefined || two === undefined) throw new Error('The lab has fewer than two hosts.');
  return [one, two];
}

/**
 * cubic before anything runs there: under bbr every way is paced and looks like every other. A kernel that does not allow it
 * as the default of a namespace still has it for iperf3, which asks for it by itself.
 */
async function useCubic(enter: Enter): Promise<void> {
  await run([...enter, 'busybox', 'sysctl', '-w', 'net.ipv4.tcp_congestion_control=cubic']);
}

async function runIdle(host: LabHost, name: string, network: string): Promise<Enter> {
  await host.docker('run', '-d', '--name', name, '--network', network, image, 'sleep', '100000');
  const enter = await host.enterContainer(name);
  await useCubic(enter);
  return enter;
}

async function onNetwork(hosts: readonly [LabHost, LabHost], network: string) {
  const enters = [];
  for (const host of hosts) enters.push(await runIdle(host, `end-${network}`, network));
  const field = `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`;
  const address = (await hosts[1].docker('inspect', '--format', field, `end-${network}`)).trim();
  return { enters, address };
}

/** Containers without a network, given one as Clocker gives it: a veth pair, a /32 route, a next hop. */
async function byHand(hosts: readonly [LabHost, LabHost], mtu: string) {
  const enters: Enter[] = [];
  for (const [index, host] of hosts.entries()) {
    const address = handAddresses[index] ?? '';
    const [other, far] = index === 0 ? [hosts[1], handAddresses[1]] : [hosts[0], handAddresses[0]];
    const enter = await runIdle(host, 'end-hand', 'none');
    const pid = (await host.docker('inspect', '--format', '{{.State.Pid}}', 'end-hand')).trim();
    const mac = '02:00:00:00:77:01';
    const outside = [
      `link add hand0 mtu ${mtu} address ${mac} type veth peer name hand1 mtu ${mtu}`,
      'link set hand0 up',
      `link set hand1 netns ${pid}`,
      `route add ${address}/32 dev hand0`,
      `route add ${far}/32 via ${other.address}`,
    ];
    await host.exec(['ip', '-batch', '-'], { input: outside.join('\n') });
    const inside = [
      'link set hand1 up',
      `addr add ${address}/32 dev hand1`,
      `route add ${handGateway} dev hand1`,
      `neigh add ${handGateway} lladdr ${mac} dev hand1`,
      `route add default via ${handGateway} dev hand1`,
    ];
    await runChecked([...enter, 'ip', '-batch', '-'], { input: inside.join('\n') });
    for (const way of ['-i', '-o']) await host.exec(['iptables', '-I', 'DOCKER-USER', way, 'hand0', '-j', 'ACCEPT']);
    enters.push(enter);
  }
  return { enters, address: handAddresses[1] };
}

async function openPath(name: string, enters: readonly Enter[], address: string, directory: string): Promise<Path> {
  const [from, to] = enters;
  if (from === undefined || to === undefined) throw new Error('A path has two ends.');
  await serve(to, join(directory, `iperf-${name}.log`));
  await startForked([...to, process.execPath, script, 'serve', echoPort], join(directory, `echo-${name}.log`));
  await until(`${name} listens`, async () => {
    const sockets = await runChecked([...to, 'ss', '-Hltn', `sport = :${echoPort}`]);
    return sockets.trim() === '' ? undefined : true;
  });
  return {
    throughput: (seconds) => throughput(from, address, seconds),
    roundTrips: async (count) => {
      const ask = [...from, process.execPath, script, 'ask', address, echoPort, String(count)] as const;
      return numbersOf(JSON.parse(await runChecked(ask, { timeout: 60_000 })));
    },
  };
}

function numbersOf(value: unknown): readonly number[] {
  if (Array.isArray(value) && value.every((one): one is number => typeof one === 'number')) return value;
  throw new Error('That is no list of numbers.');
}

export async function openPaths(cluster: LabCluster): Promise<Readonly<Record<PathName, Path>>> {
  const hosts = pairOf(cluster);
  const [one, two] = hosts;
  const { directory } = cluster;
  for (const { enter } of hosts) await useCubic(enter);
  const ours = await onNetwork(hosts, appNetwork);
  const theirs = await onNetwork(hosts, overlayNetwork);
  const [first = two.enter] = ours.enters;
  const link = await runChecked([...first, 'ip', '-o', 'link', 'show', 'eth0']);
  const hand = await byHand(hosts, /\bmtu (\d+)/.exec(link)?.[1] ?? '1500');
  return {
    clocker: await openPath('clocker', ours.enters, ours.address, directory),
    hand: await openPath('hand', hand.enters, hand.address, directory),
    overlay: await openPath('overlay', theirs.enters, theirs.address, directory),
    host: await openPath('host', [one.enter, two.enter], two.address, directory),
  };
}
