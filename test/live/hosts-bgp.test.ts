/** Routes learned by BGP: a mesh of BIRDs, a router outside as a peer, route reflectors, and BIRDs that die. */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../src/host/process.ts';
import { bgpConfigurationKey, bgpPeersPrefix, nodeKey } from '../../src/model/network/keys.ts';
import {
  connectAgent,
  networkAppears,
  openCluster,
  pings,
  runBox,
  whyNoLab,
  withDump,
  type Box,
  type LabCluster,
} from '../support/lab/index.ts';
import { whyNoEtcd } from '../support/etcd.ts';

const noBird = existsSync('/usr/sbin/bird') ? undefined : 'bird is not installed (apt-get install bird2)';
const reason = (await whyNoLab()) ?? (await whyNoEtcd()) ?? noBird;
if (reason !== undefined) console.warn(`SKIPPED: routes by BGP: ${reason}`);

const hosts = ['h1', 'h2', 'h3'];
const resource = (kind: string, name: string, spec: object): string =>
  JSON.stringify({ kind, apiVersion: 'projectcalico.org/v3', metadata: { name }, spec });

describe.skipIf(reason !== undefined)('hosts that learn routes by BGP', () => {
  let cluster: LabCluster;
  const boxes = new Map<string, Box>();
  const box = (host: string): Box => {
    const found = boxes.get(host);
    if (found === undefined) throw new Error(`There is no box on ${host}.`);
    return found;
  };
  const put = (key: string, value: string): Promise<string> => cluster.etcd.ctl('put', key, value);
  const birdc = (host: string, ...words: readonly string[]): Promise<string> =>
    cluster.host(host).exec(['birdc', '-s', '/run/clocker/bird/bird.ctl', ...words]);

  /** The lab's router, which is another speaker of BGP with an AS of its own. */
  async function startRouter(): Promise<void> {
    const file = join(cluster.directory, 'router.conf');
    const peers = cluster.hosts.map(
      ({ name, address }) =>
        `protocol bgp ${name} { local as 65001; neighbor ${address} as 64512; ipv4 { import all; export none; }; }`,
    );
    const peersV6 = cluster.hosts.map(
      ({ name, addressV6 }) =>
        `protocol bgp ${name}v6 { local as 65001; neighbor ${addressV6} as 64512; ipv6 { import all; export none; }; }`,
    );
    await writeFile(
      file,
      [
        'router id 198.18.0.1;',
        'protocol device {}',
        'protocol direct { ipv4; ipv6; }',
        'protocol kernel { ipv4 { export all; }; }',
        'protocol kernel { ipv6 { export all; }; }',
        ...peers,
        ...peersV6,
      ].join('\n'),
    );
    const bird = ['bird', '-c', file, '-s', join(cluster.directory, 'router.ctl')];
    const started = await run([...cluster.switch.enter, ...bird]);
    expect(started.stderr).toBe('');
  }

  beforeAll(async () => {
    // h3 is behind the router, which finds containers only by what it learns.
    cluster = await openCluster({ hosts, segments: { h3: 1 } });
    await put(
      `${bgpPeersPrefix}router`,
      resource('BGPPeer', 'router', { peerIP: '198.18.0.1', asNumber: 65001, nodeSelector: 'all()' }),
    );
    await put(
      `${bgpPeersPrefix}router-v6`,
      resource('BGPPeer', 'router-v6', { peerIP: 'fd00:198:18:1::1', asNumber: 65001, nodeSelector: 'all()' }),
    );
    await startRouter();
    const options = [
      '--subnet',
      '198.19.8.0/24',
      '--ipv6',
      '--subnet',
      'fd00:8::/64',
      '-o',
      'clocker.routes=bgp',
      '-o',
      'clocker.nat=false',
    ];
    const create = ['network', 'create', '-d', 'clocker', '--ipam-driver', 'clocker'];
    await cluster.host('h1').docker(...create, ...options, 'net');
    for (const host of hosts) {
      await networkAppears(cluster.host(host), 'net');
      boxes.set(host, await runBox(cluster.host(host), `box-${host}`, ['--network', 'net']));
    }
  });
  afterAll(() => cluster.close());

  const dumped = (name: string, body: () => Promise<void>): void => {
    test(name, () => withDump(cluster, body));
  };
  const allReach = async (): Promise<boolean> => {
    const results = await Promise.all(
      hosts.flatMap((from) =>
        hosts.filter((to) => to !== from).map(async (to) => pings(box(from), await box(to).address('net'))),
      ),
    );
    return results.every(Boolean);
  };

  dumped('§9.51 reach each other, also behind a router, with their own addresses', async () => {
    await expect.poll(allReach, { timeout: 40_000, interval: 500 }).toBe(true);
    expect(await box('h1').agent.probe({ host: await box('h3').address('net'), port: 80 })).toBe(
      `box-h3 ${await box('h1').address('net')}`,
    );
    const routes = await cluster.host('h1').exec(['ip', 'route', 'show', 'proto', 'bird']);
    expect(routes).toMatch(/^198\.19\.8\.\S+ via 198\.18\.0\.12 dev eth0 metric 32/m);
    expect(routes).toMatch(/^198\.19\.8\.\S+ via 198\.18\.0\.1 dev eth0 metric 32/m);
    // Own blocks are the data plane's.
    expect(routes).not.toContain('blackhole');
  });

  dumped('§9.51 reach each other by IPv6, learned in sessions of IPv6', async () => {
    const reach = async (): Promise<boolean> => {
      const results = await Promise.all(
        hosts.flatMap((from) =>
          hosts.filter((to) => to !== from).map(async (to) => pings(box(from), await box(to).addressV6('net'))),
        ),
      );
      return results.every(Boolean);
    };
    await expect.poll(reach, { timeout: 40_000, interval: 500 }).toBe(true);
    expect(await birdc('h1', 'show', 'protocols')).toMatch(/Mesh_fd00_198_18_1__12 .*Established/);
    const routes = await cluster.host('h1').exec(['ip', '-6', 'route', 'show', 'proto', 'bird']);
    expect(routes).toMatch(/^fd00:8:\S+\/122 via fd00:198:18:1::12 dev eth0/m);
  });

  dumped('§9.51 are reached by the router, which learned one route for each block', async () => {
    const router = connectAgent('router', cluster.switch.enter);
    expect(await router.probe({ host: await box('h2').address('net'), port: 80 })).toMatch(/^box-h2 /);
    await router.close();
    const { stdout } = await run([...cluster.switch.enter, 'ip', 'route', 'show', 'proto', 'bird']);
    expect(stdout.match(/^198\.19\.8\.\d+\/29 via /gm)).toHaveLength(3);
  });

  dumped('go on when daemons and BIRDs are killed, and BIRD is started again', async () => {
    const stream = await box('h1').agent.stream(await box('h2').address('net'), 81);
    await cluster.clocker('h1').kill();
    const pid = (await cluster.host('h1').exec(['busybox', 'cat', '/run/clocker/bird/bird.pid'])).trim();
    await cluster.host('h1').exec(['busybox', 'kill', '-9', pid]);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await cluster.clocker('h1').start();
    await expect
      .poll(() => birdc('h1', 'show', 'protocols').catch(() => ''), { timeout: 30_000, interval: 300 })
      .toMatch(/Mesh_198_18_0_12 .*Established/);
    const { sent, answered } = await stream.stop();
    expect(answered).toBe(sent);
    expect(await allReach()).toBe(true);
  });

  dumped('§9.51 reach each other by a route reflector instead of the mesh', async () => {
    const node = JSON.parse(await cluster.etcd.ctl('get', '--print-value-only', nodeKey('h2'))) as {
      metadata: object;
      spec: { bgp: object };
    };
    node.metadata = { ...node.metadata, labels: { reflector: 'yes' } };
    node.spec.bgp = { ...node.spec.bgp, routeReflectorClusterID: '244.0.0.1' };
    const peering = { nodeSelector: '!has(reflector)', peerSelector: 'has(reflector)' };
    await put(`${bgpPeersPrefix}reflectors`, resource('BGPPeer', 'reflectors', peering));
    await put(nodeKey('h2'), JSON.stringify(node));
    await put(
      bgpConfigurationKey,
      resource('BGPConfiguration', 'default', { asNumber: 64512, nodeToNodeMeshEnabled: false }),
    );
    await expect
      .poll(() => birdc('h1', 'show', 'protocols'), { timeout: 30_000, interval: 300 })
      .toMatch(/Node_198_18_0_12 .*Established/);
    expect(await birdc('h1', 'show', 'protocols')).not.toContain('Mesh_');
    await expect.poll(allReach, { timeout: 30_000, interval: 500 }).toBe(true);
  });
});
