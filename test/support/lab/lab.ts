import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runChecked } from '../../../src/host/process.ts';
import { openHost, type HostAddress, type LabHost } from './host.ts';
import { openNamespace, type Namespace } from './namespace.ts';
import type { EngineOptions } from './engine.ts';
import { labDirectory, newLabName, removeLab, sweepLabs } from './owner.ts';

export type LabOptions = {
  /** Names; hosts are 198.18.0.11, .12 … in this order. */
  readonly hosts: readonly string[];
  /** Which of them start a Docker Engine; all unless told. */
  readonly engines?: readonly string[];
  readonly engine?: EngineOptions;
  /** Networks the hosts are on, by name of host: 0 unless told. The switch routes between them. */
  readonly segments?: Readonly<Record<string, number>>;
};

export type Lab = {
  readonly name: string;
  readonly directory: string;
  readonly hosts: readonly LabHost[];
  /** The namespace of the switch: the router of the lab, and what is outside of the hosts. */
  readonly switch: Namespace;
  host(name: string): LabHost;
  /** Takes everything away; what runs in the lab is killed. */
  close(): Promise<void>;
};

const bridge = (segment: number): string => `lab${segment}`;
const gateway = (segment: number): string => `198.18.${segment}.1`;
const gatewayV6 = (segment: number): string => `fd00:198:18:${segment + 1}::1`;

/** 198.18.0.0/15 is for benchmarks of networks (RFC 2544): never an address of anybody. */
const addressOf = (segment: number, index: number): HostAddress => ({
  address: `198.18.${segment}.${11 + index}`,
  addressV6: `fd00:198:18:${segment + 1}::${11 + index}`,
});

async function openSwitch(directory: string, segments: readonly number[]): Promise<Namespace> {
  const namespace = await openNamespace('switch', join(directory, 'switch.log'));
  const lines = segments.flatMap((segment) => [
    `link add ${bridge(segment)} type bridge`,
    `addr add ${gateway(segment)}/24 dev ${bridge(segment)}`,
    `addr add ${gatewayV6(segment)}/64 dev ${bridge(segment)} nodad`,
    `link set ${bridge(segment)} up`,
  ]);
  await runChecked([...namespace.enter, 'ip', '-batch', '-'], { input: `${lines.join('\n')}\n` });
  const forwarding = ['net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1'];
  await runChecked([...namespace.enter, 'busybox', 'sysctl', '-w', ...forwarding]);
  return namespace;
}

/** Puts a cable between a host and the switch. */
async function connect(host: LabHost, port: Namespace, segment: number): Promise<void> {
  const cable = `v-${host.name}`;
  const inside = { input: [`link set ${cable} master ${bridge(segment)}`, `link set ${cable} up`].join('\n') };
  const outside = [
    `addr add ${host.address}/24 dev eth0`,
    `addr add ${host.addressV6}/64 dev eth0 nodad`,
    'link set eth0 up',
    `route add default via ${gateway(segment)}`,
    `route add default via ${gatewayV6(segment)}`,
  ].join('\n');
  const peer = ['type', 'veth', 'peer', 'name', 'eth0', 'netns', String(host.pid)];
  // Only its network is entered, so that the host's pid is ours.
  const atSwitch = ['nsenter', '--target', String(port.keeper.pid), '--net', '--'] as const;
  await runChecked([...atSwitch, 'ip', 'link', 'add', cable, ...peer]);
  await runChecked([...port.enter, 'ip', '-batch', '-'], inside);
  await host.exec(['ip', '-batch', '-'], { input: outside });
}

/** Never leaves anything: neither when it fails half-way, nor when this process is killed. */
export async function openLab(options: LabOptions): Promise<Lab> {
  sweepLabs();
  const name = newLabName();
  const directory = labDirectory(name);
  mkdirSync(directory);
  const hosts: LabHost[] = [];
  const opened: { close(): Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((one) => one.close()));
    removeLab(name);
  };
  try {
    const segmentOf = (host: string): number => options.segments?.[host] ?? 0;
    const port = await openSwitch(directory, [...new Set(options.hosts.map(segmentOf))]);
    opened.push(port);
    for (const [index, host] of options.hosts.entries()) {
      const segment = segmentOf(host);
      const one = await openHost({ name, directory }, host, addressOf(segment, index), options.engine ?? {});
      opened.push(one);
      hosts.push(one);
      await connect(one, port, segment);
    }
    const wanted = options.engines ?? options.hosts;
    await Promise.all(hosts.filter((host) => wanted.includes(host.name)).map((host) => host.engine.start()));
    return {
      name,
      directory,
      hosts,
      switch: port,
      host: (wantedHost) => {
        const found = hosts.find((one) => one.name === wantedHost);
        if (found === undefined) throw new Error(`The lab has no host ${wantedHost}.`);
        return found;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
