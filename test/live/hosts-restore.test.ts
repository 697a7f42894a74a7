/** The store is set back to an older copy, and emptied: no container loses its traffic, and no address is given out twice. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkIpam } from '../../plugins/ipam/index.ts';
import { run } from '../../src/host/process.ts';
import { globalNetworkPoliciesPrefix } from '../../src/model/network/keys.ts';
import { decodeNotice, noticesPrefix } from '../../src/model/network/notices.ts';
import { openMemoryStore } from '../../src/store/index.ts';
import { whyNoEtcd } from '../support/etcd.ts';
import { image } from '../support/lab/engine.ts';
import { until } from '../support/lab/process.ts';
import {
  networkAppears,
  openCluster,
  pings,
  runBox,
  whyNoLab,
  withDump,
  type Box,
  type LabCluster,
} from '../support/lab/index.ts';

const reason = (await whyNoLab()) ?? (await whyNoEtcd());
if (reason !== undefined) console.warn(`SKIPPED: a store that is set back: ${reason}`);

const create = ['network', 'create', '-d', 'clocker', '--ipam-driver', 'clocker'];

describe.skipIf(reason !== undefined)('hosts whose store is set back', () => {
  let cluster: LabCluster;
  const boxes = new Map<string, Box>();
  const box = (name: string): Box => {
    const found = boxes.get(name);
    if (found === undefined) throw new Error(`There is no box ${name}.`);
    return found;
  };
  const start = async (host: string, name: string, network = 'net'): Promise<Box> => {
    const made = await runBox(cluster.host(host), name, ['--network', network]);
    boxes.set(name, made);
    return made;
  };
  const addresses = () =>
    Promise.all([...boxes.values()].map((one) => one.address(one.name === 'late' ? 'late' : 'net')));
  const everybodyReaches = async (): Promise<boolean> => {
    const inNet = [...boxes.values()].filter(({ name }) => name !== 'late');
    const results = await Promise.all(
      inNet.flatMap((from) =>
        inNet.filter((to) => to !== from).map(async (to) => pings(from, await to.address('net'))),
      ),
    );
    return results.every(Boolean);
  };
  const values = async (prefix: string): Promise<readonly string[]> =>
    (await cluster.etcd.ctl('get', '--prefix', '--print-value-only', prefix)).split('\n').filter((one) => one !== '');

  /** What `clocker ipam check` says of the store as it is. */
  async function problems(): Promise<readonly string[]> {
    const store = openMemoryStore();
    const lines = (await cluster.etcd.ctl('get', '--prefix', '/', '-w', 'json')).trim();
    const { kvs = [] } = JSON.parse(lines) as { kvs?: readonly { key: string; value?: string }[] };
    const text = (base64 = ''): string => Buffer.from(base64, 'base64').toString('utf8');
    for (const { key, value } of kvs) await store.transact([], [{ op: 'put', key: text(key), value: text(value) }]);
    return (await checkIpam(store, Date.now(), 60_000)).problems.map(({ message }) => message);
  }
  /** A container starts as soon as the daemon has caught up. */
  const startsAgain = (host: string, name: string) =>
    until(
      `a container starts on ${host}`,
      async () => {
        const said = await run([
          'docker',
          '--host',
          cluster.host(host).engine.address,
          'create',
          '--name',
          name,
          '--network',
          'net',
          image,
        ]);
        if (said.status !== 0) return undefined;
        const started = await run(['docker', '--host', cluster.host(host).engine.address, 'start', name]);
        await cluster.host(host).docker('rm', '-f', name);
        return started.status === 0 ? true : undefined;
      },
      30,
    );
  const notices = async () => (await values(noticesPrefix)).flatMap((value) => decodeNotice(value) ?? []);

  beforeAll(async () => {
    cluster = await openCluster({ hosts: ['h1', 'h2', 'h3'] });
    for (const [name, subnet] of [
      ['net', '198.19.8.0/24'],
      ['old', '198.19.9.0/24'],
    ] as const) {
      await cluster.host('h1').docker(...create, '--subnet', subnet, name);
      for (const host of ['h2', 'h3']) await networkAppears(cluster.host(host), name);
    }
    await start('h1', 'one');
  });
  afterAll(() => cluster.close());
  const dumped = (name: string, body: () => Promise<void>): void => {
    test(name, () => withDump(cluster, body));
  };

  dumped('to a copy of before go on, and put back what came since', async () => {
    const copy = await cluster.etcd.save();
    await start('h2', 'two');
    await start('h3', 'three');
    await cluster.host('h2').docker(...create, '--subnet', '198.19.10.0/24', 'late');
    await networkAppears(cluster.host('h1'), 'late');
    await start('h1', 'late', 'late');
    await cluster.host('h1').docker('network', 'rm', 'old');
    await until('the network is gone everywhere', async () => {
      const lists = await Promise.all(
        cluster.hosts.map((host) => host.docker('network', 'ls', '--format', '{{.Name}}')),
      );
      return lists.some((list) => /^old$/m.test(list)) ? undefined : true;
    });
    await until('they reach each other', async () => ((await everybodyReaches()) ? true : undefined));
    // Nobody speaks for this host: its container lives on.
    await cluster.clocker('h3').kill();
    const streams = await Promise.all(
      ['two', 'three'].map(async (name) => box('one').agent.stream(await box(name).address('net'), 81)),
    );
    const before = performance.now();
    await cluster.etcd.restore(copy);
    await startsAgain('h1', 'again1');
    await startsAgain('h2', 'again2');
    expect((performance.now() - before) / 1000).toBeLessThan(45);
    for (const [host, name] of [
      ['h1', 'four'],
      ['h2', 'five'],
      ['h1', 'six'],
    ] as const)
      await start(host, name);
    const all = await addresses();
    expect(new Set(all).size).toBe(all.length);
    await expect.poll(everybodyReaches, { timeout: 30_000, interval: 500 }).toBe(true);
    await cluster.clocker('h3').start();
    await start('h3', 'seven');
    const more = await addresses();
    expect(new Set(more).size).toBe(more.length);
    await expect.poll(everybodyReaches, { timeout: 30_000, interval: 500 }).toBe(true);
    const ended = await Promise.all(streams.map((stream) => stream.stop()));
    // A route that goes and comes again costs hundreds; a busy machine loses some.
    for (const { sent, answered } of ended) expect(sent - answered, `${answered} of ${sent}`).toBeLessThan(20);
    // What was removed since the copy stays removed, and what was made stays.
    await expect.poll(problems, { timeout: 30_000, interval: 1000 }).toEqual([]);
    for (const host of cluster.hosts) {
      const list = await host.docker('network', 'ls', '--format', '{{.Name}}');
      expect(list).toMatch(/^late$/m);
      expect(list).not.toMatch(/^old$/m);
    }
    expect((await notices()).filter(({ kind }) => kind === 'store-lost').map(({ node }) => node)).toEqual(['h1', 'h2']);
  });

  dumped('to nothing go on, and put everything back', async () => {
    const policy = `${globalNetworkPoliciesPrefix}default.nothing`;
    await cluster.etcd.ctl(
      'put',
      policy,
      '{"kind":"GlobalNetworkPolicy","apiVersion":"projectcalico.org/v3","metadata":{"name":"default.nothing"},"spec":{"selector":"has(nobody)"}}',
    );
    const routes = () => cluster.host('h1').exec(['ip', 'route', 'show', 'proto', '68']);
    const wanted = await routes();
    const stream = await box('one').agent.stream(await box('two').address('net'), 81);
    await cluster.etcd.ctl('del', '--prefix', '/');
    for (let look = 0; look < 20; look++) {
      expect(await routes()).toBe(wanted);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await startsAgain('h1', 'again1');
    await start('h1', 'eight');
    await expect.poll(everybodyReaches, { timeout: 30_000, interval: 500 }).toBe(true);
    await expect.poll(problems, { timeout: 30_000, interval: 1000 }).toEqual([]);
    expect(await cluster.etcd.ctl('get', policy)).toContain('has(nobody)');
    const all = await addresses();
    expect(new Set(all).size).toBe(all.length);
    const { sent, answered } = await stream.stop();
    expect(answered).toBe(sent);
  });
});
