/** What of the kernel Clocker needs, tried in a network namespace that is gone when the trial ends. */
import type { Argv } from '../host/process.ts';
import { error, ok, warning, type Finding } from './finding.ts';
import type { Probe } from './probe.ts';

type Feature = {
  readonly name: string;
  readonly argv: Argv;
  readonly input?: string;
  readonly module: string;
  readonly for: string;
  readonly isNeeded: boolean;
};

const link = (...words: readonly string[]): Argv => ['ip', 'link', 'add', ...words];

export const features: readonly Feature[] = [
  {
    name: 'veth',
    argv: link('a0', 'type', 'veth', 'peer', 'name', 'a1'),
    module: 'veth',
    for: 'every container',
    isNeeded: true,
  },
  {
    name: 'bridges',
    argv: link('b0', 'type', 'bridge'),
    module: 'bridge',
    for: 'published ports',
    isNeeded: true,
  },
  {
    name: 'nftables',
    argv: ['nft', '-f', '-'],
    input: `table inet try {
  set known { type ipv4_addr . ifname; }
  chain a { type filter hook forward priority -10; ip saddr . iifname @known accept; ct state established accept; meta mark set 1; }
  chain b { type nat hook postrouting priority 90; ip daddr != 10.0.0.0/8 masquerade; }
}
`,
    module: 'nf_tables, nft_nat, nft_masq, nft_ct',
    for: 'isolation and policies',
    isNeeded: true,
  },
  {
    name: 'blackhole routes',
    argv: ['ip', 'route', 'add', 'blackhole', '198.18.255.0/24'],
    module: 'the kernel itself',
    for: 'blocks of addresses',
    isNeeded: true,
  },
  {
    name: 'VXLAN',
    argv: link('v0', 'type', 'vxlan', 'id', '1', 'dstport', '4789', 'local', '127.0.0.1'),
    module: 'vxlan',
    for: 'hosts on different subnets, and for nothing else',
    isNeeded: false,
  },
];

export async function checkKernel(probe: Probe): Promise<readonly Finding[]> {
  const release = ((await probe.read('/proc/sys/kernel/osrelease')) ?? 'unknown').trim();
  if (probe.uid !== 0)
    return [
      warning('kernel', `Linux ${release}; what it can do was not tried.`, 'Run it as root: sudo clocker doctor.'),
    ];
  const found = await Promise.all(features.map((feature) => tryFeature(feature, probe)));
  return [ok('kernel', `Linux ${release}.`), ...found];
}

async function tryFeature({ name, argv, input, module, for: use, isNeeded }: Feature, probe: Probe): Promise<Finding> {
  const finished = await probe.run(['unshare', '--net', ...argv], input);
  if (finished?.status === 0) return ok('kernel', `It has ${name}.`);
  const why = finished === undefined ? 'unshare is not there' : finished.stderr.trim().split('\n')[0];
  const message = `${name} can't be had, which is for ${use}: ${why}.`;
  const hint = `Load what is missing: modprobe ${module.split(',')[0]} (${module}).`;
  return isNeeded ? error('kernel', message, hint) : warning('kernel', message, hint);
}
