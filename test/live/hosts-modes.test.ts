/** Hosts of two segments: what goes through the tunnel and what does not, in each mode; and hosts that change. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  networkAppears,
  openCluster,
  pings,
  runBox,
  throughOf,
  whyNoLab,
  withDump,
  type Box,
  type LabCluster,
} from '../support/lab/index.ts';
import { whyNoEtcd } from '../support/etcd.ts';

const reason = (await whyNoLab()) ?? (await whyNoEtcd());
if (reason !== undefined) console.warn(`SKIPPED: hosts of several segments: ${reason}`);

const create = ['network', 'create', '-d', 'clocker', '--ipam-driver', 'clocker'];
const hosts = ['h1', 'h2', 'h3'];

describe.skipIf(reason !== undefined)('hosts of two segments', () => {
  let cluster: LabCluster;
  const boxes = new Map<string, Box>();
  const box = (name: string): Box => {
    const found = boxes.get(name);
    if (found === undefined) throw new Error(`There is no box ${name}.`);
    return found;
  };
  beforeAll(async () => {
    // h1 and h2 share a segment, h3 is behind a router.
    cluster = await openCluster({ hosts, segments: { h3: 1 } });
    const networks: Readonly<Record<string, readonly string[]>> = {
      auto: ['--subnet', '198.19.8.0/24', '--ipv6', '--subnet', 'fd00:8::/64'],
      vxlan: ['--subnet', '198.19.9.0/24', '-o', 'clocker.routes=vxlan'],
      direct: ['--subnet', '198.19.10.0/24', '-o', 'clocker.routes=direct'],
    };
    for (const [name, options] of Object.entries(networks)) {
      await cluster.host('h1').docker(...create, ...options, name);
      for (const other of ['h2', 'h3']) await networkAppears(cluster.host(other), name);
      for (const host of hosts) {
        const found = await runBox(cluster.host(host), `${name}-${host}`, ['--network', name]);
        boxes.set(found.name, found);
      }
    }
  });
  afterAll(() => cluster.close());

  const dumped = (name: string, body: () => Promise<void>): void => {
    test(name, () => withDump(cluster, body));
  };
  const routesOf = (host: string): Promise<string> => cluster.host(host).exec(['ip', 'route', 'show', 'proto', '68']);
  const networkOf = (name: string): string => name.split('-')[0] ?? '';

  dumped('§9.49 §9.50 reach each other in every mode that has a way, with their own addresses', async () => {
    const routes = await Promise.all(
      [...boxes.values()].flatMap((from) =>
        [...boxes.values()]
          .filter((to) => to !== from)
          .map(async (to) => ({ from, to: to.name, probe: { host: await to.address(networkOf(to.name)), port: 80 } })),
      ),
    );
    const hasWay = (from: string, to: string): boolean =>
      networkOf(from) === networkOf(to) && !(networkOf(from) === 'direct' && `${from} ${to}`.includes('h3'));
    const wanted = routes
      .filter(({ from, to }) => hasWay(from.name, to))
      .map(({ from, to }) => `${from.name} -> ${to}`);
    expect([...(await throughOf(routes))].sort()).toEqual([...wanted].sort());
    for (const [one, other] of [
      ['auto-h1', 'auto-h3'],
      ['auto-h3', 'auto-h2'],
      ['vxlan-h1', 'vxlan-h2'],
    ] as const)
      expect(await box(one).agent.probe({ host: await box(other).address(networkOf(other)), port: 80 })).toBe(
        `${other} ${await box(one).address(networkOf(one))}`,
      );
    for (const [one, other] of [
      ['auto-h1', 'auto-h2'],
      ['auto-h1', 'auto-h3'],
      ['auto-h3', 'auto-h1'],
    ] as const)
      expect(await pings(box(one), await box(other).addressV6('auto')), `${one} ${other} v6`).toBe(true);
  });

  dumped('§9.50 go through the tunnel only where they must', async () => {
    const routes = await routesOf('h1');
    expect(routes).toMatch(/^198\.19\.8\.\S+ via 198\.18\.0\.12 dev eth0/m);
    expect(routes).toMatch(/^198\.19\.8\.\S+ via 198\.18\.1\.13 dev vxlan\.clocker onlink/m);
    expect(routes).toMatch(/^198\.19\.9\.\S+ via 198\.18\.0\.12 dev vxlan\.clocker onlink/m);
    expect(routes.match(/^198\.19\.10\.\S+ via/gm)).toHaveLength(1);
    const device = await cluster.host('h1').exec(['ip', '-d', 'link', 'show', 'vxlan.clocker']);
    expect(device).toMatch(/mtu 1450 .*vxlan id 12651726 local 198\.18\.0\.11 .*dstport 4789 .*nolearning/s);
  });

  dumped('§9.54 carry large packets, and as much as fits without being cut', async () => {
    const mtu = async (name: string): Promise<string> =>
      (/mtu (\d+)/.exec(
        await cluster.host(name.split('-')[1] ?? '').docker('exec', name, 'ip', 'link', 'show', 'eth0'),
      ) ?? [])[1] ?? '';
    expect(await mtu('vxlan-h1')).toBe('1450');
    expect(await mtu('direct-h1')).toBe('1500');
    expect(await mtu('auto-h1')).toBe('1450');
    expect(await pings(box('vxlan-h1'), await box('vxlan-h3').address('vxlan'), '-s', '1422')).toBe(true);
    expect(await pings(box('auto-h1'), await box('auto-h3').address('auto'), '-s', '8000')).toBe(true);
  });

  dumped('take no packet of the tunnel from a host nobody knows', async () => {
    const rules = await cluster.host('h1').exec(['nft', 'list', 'table', 'inet', 'clocker']);
    expect(rules).toMatch(/set peers4 {[^}]*198\.18\.0\.12, 198\.18\.1\.13/s);
  });

  dumped('are reached again after the host got another address', async () => {
    const h3 = cluster.host('h3');
    const stream = await box('auto-h1').agent.stream(await box('auto-h2').address('auto'), 81);
    await h3.exec(['ip', 'addr', 'add', '198.18.1.77/24', 'dev', 'eth0']);
    await h3.exec(['ip', 'addr', 'del', `${h3.address}/24`, 'dev', 'eth0']);
    await h3.run(['ip', 'addr', 'add', '198.18.1.77/24', 'dev', 'eth0']);
    await h3.run(['ip', 'route', 'add', 'default', 'via', '198.18.1.1']);
    const to = await box('auto-h3').address('auto');
    await expect.poll(() => pings(box('auto-h1'), to), { timeout: 30_000, interval: 500 }).toBe(true);
    expect(await routesOf('h1')).toMatch(/via 198\.18\.1\.77 dev vxlan\.clocker/);
    const { sent, answered } = await stream.stop();
    expect(answered).toBe(sent);
  });
});
