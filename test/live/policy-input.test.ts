/** Hosts whose own firewall lets nothing in but what is usual: what containers and hosts of Clocker's need comes in. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  networkAppears,
  openCluster,
  pings,
  placeOf,
  reaches,
  runBox,
  whyNoLab,
  withDump,
  type Box,
  type LabCluster,
} from '../support/lab/index.ts';
import { whyNoEtcd } from '../support/etcd.ts';

const noBird = existsSync('/usr/sbin/bird') ? undefined : 'bird is not installed (apt-get install bird2)';
const reason = (await whyNoLab()) ?? (await whyNoEtcd()) ?? noBird;
if (reason !== undefined) console.warn(`SKIPPED: hosts that drop: ${reason}`);

/** What every such firewall begins with; nothing of Clocker's is in it. */
const firewall = [
  ['-P', 'INPUT', 'DROP'],
  ['-P', 'FORWARD', 'DROP'],
  ['-A', 'INPUT', '-i', 'lo', '-j', 'ACCEPT'],
  ['-A', 'INPUT', '-m', 'conntrack', '--ctstate', 'ESTABLISHED,RELATED', '-j', 'ACCEPT'],
  ['-A', 'INPUT', '-p', 'tcp', '--dport', '22', '-j', 'ACCEPT'],
] as const;

const modes = { tunnel: 'vxlan', routed: 'bgp' } as const;
const names = Object.keys(modes) as (keyof typeof modes)[];

describe.skipIf(reason !== undefined)('hosts whose INPUT drops', () => {
  let cluster: LabCluster;
  const boxes = new Map<string, Box>();
  const box = (name: string): Box => {
    const found = boxes.get(name);
    if (found === undefined) throw new Error(`There is no box ${name}.`);
    return found;
  };

  beforeAll(async () => {
    cluster = await openCluster({ hosts: ['h1', 'h2', 'outside'], engines: ['h1', 'h2'] });
    for (const name of ['h1', 'h2']) {
      const host = cluster.host(name);
      const file = join(host.directory, 'resolv.conf');
      // Nobody answers there: what is answered, Clocker has.
      writeFileSync(file, 'nameserver 198.18.0.13\n');
      await host.exec(['busybox', 'mount', '--bind', file, '/etc/resolv.conf']);
      for (const tool of ['iptables', 'ip6tables']) for (const words of firewall) await host.exec([tool, ...words]);
    }
    for (const name of names) {
      await cluster
        .host('h1')
        .docker(
          'network',
          'create',
          '-d',
          'clocker',
          '--ipam-driver',
          'clocker',
          '-o',
          `clocker.routes=${modes[name]}`,
          name,
        );
      await networkAppears(cluster.host('h2'), name);
      for (const host of ['h1', 'h2'])
        boxes.set(`${name}-${host}`, await runBox(cluster.host(host), `${name}-${host}`, ['--network', name]));
    }
  });
  afterAll(() => cluster.close());

  const dumped = (name: string, body: () => Promise<void>): void => {
    test(name, () => withDump(cluster, body));
  };

  for (const name of names)
    dumped(`containers reach each other by ${modes[name]}, which their hosts' firewalls know nothing of`, async () => {
      const to = await box(`${name}-h2`).address(name);
      await expect.poll(() => pings(box(`${name}-h1`), to), { timeout: 60_000, interval: 300 }).toBe(true);
      const back = await box(`${name}-h1`).address(name);
      expect(await reaches(box(`${name}-h2`), { host: back, port: 80, timeout: 2000 })).toBe(true);
      const routes = await cluster.host('h1').exec(['ip', 'route', 'show', 'table', 'all']);
      if (modes[name] === 'bgp') expect(routes).toMatch(/ proto bird/);
      else expect(routes).toContain('dev vxlan.clocker');
    });

  dumped('containers are told the names of others', async () => {
    const to = await box('tunnel-h2').address('tunnel');
    const ask = async (): Promise<string> => {
      const { host } = box('tunnel-h1');
      const words = ['exec', 'tunnel-h1', 'nslookup', '-type=a', 'tunnel-h2'];
      return (await host.run(['docker', '--host', host.engine.address, ...words])).stdout;
    };
    await expect.poll(ask, { timeout: 20_000, interval: 300 }).toContain(`Address: ${to}`);
  });

  dumped('nobody else comes in, and the firewall is as it was', async () => {
    const outside = await placeOf(cluster.host('outside'));
    const { address } = cluster.host('h1');
    expect(await reaches(outside, { host: address, port: 179, timeout: 500 })).toBe(false);
    expect(await pings(outside, address)).toBe(false);
    const rules = await cluster.host('h1').exec(['iptables', '-S', 'INPUT']);
    const theirs = rules.split('\n').filter((said) => said !== '' && !said.includes('clocker'));
    expect(theirs).toEqual([
      '-P INPUT DROP',
      '-A INPUT -i lo -j ACCEPT',
      '-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
      '-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT',
    ]);
  });
});
