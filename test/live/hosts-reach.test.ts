/** Containers of one network on several hosts of one segment: routed, with their own addresses, isolated from others. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  networkAppears,
  openCluster,
  pings,
  placeOf,
  reaches,
  runBox,
  throughOf,
  whyNoLab,
  withDump,
  type Box,
  type LabCluster,
} from '../support/lab/index.ts';
import { whyNoEtcd } from '../support/etcd.ts';

const reason = (await whyNoLab()) ?? (await whyNoEtcd());
if (reason !== undefined) console.warn(`SKIPPED: containers of several hosts: ${reason}`);

const create = ['network', 'create', '-d', 'clocker', '--ipam-driver', 'clocker'];

describe.skipIf(reason !== undefined)('containers of several hosts of one segment', () => {
  let cluster: LabCluster;
  const boxes = new Map<string, Box>();
  const box = (name: string): Box => {
    const found = boxes.get(name);
    if (found === undefined) throw new Error(`There is no box ${name}.`);
    return found;
  };
  beforeAll(async () => {
    cluster = await openCluster({ hosts: ['h1', 'h2', 'h3', 'far'], engines: ['h1', 'h2', 'h3'] });
    const networks: Readonly<Record<string, readonly string[]>> = {
      red: ['--subnet', '198.19.8.0/24', '--ipv6', '--subnet', 'fd00:8::/64'],
      blue: ['--subnet', '198.19.9.0/24'],
    };
    for (const [name, options] of Object.entries(networks)) {
      await cluster.host('h1').docker(...create, ...options, name);
      for (const other of ['h2', 'h3']) await networkAppears(cluster.host(other), name);
    }
    for (const [name, host, network] of [
      ['red1', 'h1', 'red'],
      ['red2', 'h2', 'red'],
      ['red3', 'h3', 'red'],
      ['blue1', 'h1', 'blue'],
      ['blue2', 'h2', 'blue'],
    ] as const)
      boxes.set(name, await runBox(cluster.host(host), name, ['--network', network]));
  });
  afterAll(() => cluster.close());

  const dumped = (name: string, body: () => Promise<void>): void => {
    test(name, () => withDump(cluster, body));
  };

  dumped('§9.49 §9.59 reach each other both ways, by both families, and see each other’s own addresses', async () => {
    for (const [one, other] of [
      ['red1', 'red2'],
      ['red2', 'red1'],
      ['red1', 'red3'],
      ['red3', 'red2'],
    ] as const) {
      const [from, to] = [box(one), box(other)];
      expect(await pings(from, await to.address('red')), `${one} ${other}`).toBe(true);
      expect(await pings(from, await to.addressV6('red')), `${one} ${other} v6`).toBe(true);
      expect(await from.agent.probe({ host: await to.address('red'), port: 80 })).toBe(
        `${other} ${await from.address('red')}`,
      );
      expect(await from.agent.probe({ host: await to.addressV6('red'), port: 80 })).toBe(
        `${other} ${await from.addressV6('red')}`,
      );
      expect(await from.agent.probe({ host: await to.address('red'), port: 81, protocol: 'udp' })).toBe(
        `${other} ${await from.address('red')}`,
      );
    }
  });

  dumped('are routed, one route for each block, without a tunnel', async () => {
    const routes = await cluster.host('h1').exec(['ip', 'route', 'show', 'proto', '68']);
    expect(routes).toMatch(/^198\.19\.8\.\d+\/29 via 198\.18\.0\.12 dev eth0/m);
    expect(routes).toMatch(/^198\.19\.8\.\d+\/29 via 198\.18\.0\.13 dev eth0/m);
    expect(await cluster.host('h1').exec(['ip', '-brief', 'link'])).not.toContain('vxlan');
  });

  dumped('don’t reach those of another network, on whatever host', async () => {
    const routes = await Promise.all(
      [...boxes.values()].flatMap((from) =>
        [...boxes.values()]
          .filter((to) => to !== from)
          .map(async (to) => ({
            from,
            to: to.name,
            probe: { host: await to.address(to.name.replace(/\d/, '')), port: 80 },
          })),
      ),
    );
    const wanted = routes
      .filter(({ from, to }) => from.name.replace(/\d/, '') === to.replace(/\d/, ''))
      .map(({ from, to }) => `${from.name} -> ${to}`);
    expect([...(await throughOf(routes))].sort()).toEqual([...wanted].sort());
  });

  dumped('are not reached from outside with an address of the network', async () => {
    const far = await placeOf(cluster.host('far'));
    const to = box('red1');
    const routes = await cluster.host('h1').exec(['ip', 'route', 'show', 'root', '198.19.8.0/24']);
    const taken = new Set([...routes.matchAll(/198\.19\.8\.(\d+)\/29/g)].map(([, last]) => Number(last)));
    const free = Array.from({ length: 32 }, (_, block) => block * 8).find((first) => !taken.has(first)) ?? 0;
    // Of no host, and of a container of this very host.
    for (const address of [`198.19.8.${free + 5}`, await box('blue1').address('blue')]) {
      await cluster.host('far').exec(['ip', 'addr', 'add', `${address}/32`, 'dev', 'eth0']);
      await cluster.host('far').exec(['ip', 'route', 'replace', '198.19.8.0/24', 'via', cluster.host('h1').address]);
      await to.agent.seen(81);
      await far.agent.send({ host: await to.address('red'), port: 81, from: address, count: 3 });
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(await to.agent.seen(81), address).toEqual([]);
      await cluster.host('far').exec(['ip', 'addr', 'del', `${address}/32`, 'dev', 'eth0']);
    }
    expect(await reaches(far, { host: await to.address('red'), port: 80 })).toBe(false);
  });

  dumped('§9.58 go on when the daemons are dead, and are repaired when somebody takes a route away', async () => {
    const [from, to] = [box('red1'), box('red2')];
    const stream = await from.agent.stream(await to.address('red'), 81);
    await Promise.all(['h1', 'h2'].map((name) => cluster.clocker(name).kill()));
    await new Promise((resolve) => setTimeout(resolve, 500));
    await Promise.all(['h1', 'h2'].map((name) => cluster.clocker(name).start()));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const { sent, answered } = await stream.stop();
    expect(answered).toBe(sent);
    const block = /^(198\.19\.8\.\S+) via 198\.18\.0\.12/m.exec(
      await cluster.host('h1').exec(['ip', 'route', 'show', 'proto', '68']),
    )?.[1];
    await cluster.host('h1').exec(['ip', 'route', 'del', block ?? '']);
    const address = await to.address('red');
    await expect.poll(() => pings(from, address), { timeout: 30_000 }).toBe(true);
  });
});
