/** Services of a swarm on a Clocker network: virtual addresses, scale, drained nodes, other managers, and what is left. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openClient, type Client } from '../../src/client/index.ts';
import {
  createService,
  formSwarm,
  image,
  installManaged,
  openCluster,
  placesOf,
  until,
  untilRunning,
  whyNoLab,
  withDump,
  type LabCluster,
  type LabHost,
} from '../support/lab/index.ts';
import { whyNoEtcd } from '../support/etcd.ts';

const reason = (await whyNoLab()) ?? (await whyNoEtcd());
if (reason !== undefined) console.warn(`SKIPPED: services of a swarm: ${reason}`);

describe.skipIf(reason !== undefined)('services of a swarm', () => {
  let cluster: LabCluster;
  let client: Client;
  const names = ['h1', 'h2', 'h3'];
  let vip = '';
  const host = (name: string): LabHost => cluster.host(name);
  beforeAll(async () => {
    cluster = await openCluster({ hosts: names });
    client = openClient({ address: `unix://${cluster.clocker('h1').api}` });
    await formSwarm(cluster, names);
    await Promise.all(names.map((name) => installManaged(host(name))));
    // Through the tunnel, beside the swarm's own VXLANs.
    const body = { name: 'app2', swarm: true, options: { 'clocker.routes': 'vxlan' } };
    await until('the network is made', () => client.call('createNetwork', { body }).catch(() => undefined), 60);
    await createService(host('h1'), { name: 'web', network: 'app2', replicas: 4 });
    for (const name of ['h1', 'h2'])
      await host(name).docker('run', '-d', '--name', `client-${name}`, '--network', 'app2', image);
    await untilRunning(host('h1'), 'web', 4, 90);
  });
  afterAll(() => cluster.close());

  const dumped = (name: string, body: () => Promise<void>): void => {
    test(name, () => withDump(cluster, body), 400_000);
  };
  const inClient = (name: string, script: string): Promise<string> =>
    host(name).docker('exec', `client-${name}`, 'sh', '-c', script);
  /** What answers when the address is asked so many times, each answer once. */
  const answers = async (name: string, times: number, address = vip): Promise<readonly string[]> => {
    const rounds = Array.from({ length: times }, (_, index) => index).join(' ');
    const said = await inClient(name, `for i in ${rounds}; do nc -w 2 ${address} 80 </dev/null || echo nobody; done`);
    return [...new Set(said.trim().split('\n'))].sort();
  };
  const look = (name: string, asked: string): Promise<readonly string[]> =>
    inClient(name, `nslookup ${asked} 2>/dev/null || true`).then((text) =>
      [...text.matchAll(/^Address(?: \d+)?: (\d[\d.]+)(?!:53)$/gm)].map(([, address = '']) => address).sort(),
    );
  const addresses = async (): Promise<readonly string[]> => {
    const { endpoints } = await client.call('getNetwork', { params: { network: 'app2' } });
    return endpoints.flatMap(({ addresses: of }) => of);
  };
  const problems = async () => (await client.call('checkIpam')).problems;

  dumped('have a virtual address under service.vip, which spreads over the members of all hosts', async () => {
    await expect.poll(() => look('h1', 'web.vip'), { timeout: 30_000 }).toHaveLength(1);
    vip = (await look('h2', 'web.vip'))[0] ?? '';
    expect(await addresses()).not.toContain(vip);
    for (const name of ['h1', 'h2'])
      await expect
        .poll(() => answers(name, 40), { timeout: 60_000 })
        .toSatisfy((who: readonly string[]) => who.length === 4 && !who.includes('nobody'));
    expect(await problems()).toEqual([]);
  });

  dumped('§9.47 answer tasks.service with all members, and the bare name as Docker does', async () => {
    const tasks = await look('h1', 'tasks.web');
    expect(tasks).toHaveLength(4);
    expect(await addresses()).toEqual(expect.arrayContaining([...tasks]));
    expect(await look('h1', 'web')).not.toContain(vip);
  });

  dumped('share the hosts with the VXLANs of the swarm', async () => {
    await createService(host('h1'), {
      name: 'shown',
      network: 'app2',
      replicas: 3,
      more: ['--publish', '8080:80'],
    });
    await untilRunning(host('h1'), 'shown', 3, 90);
    expect(await host('h1').docker('network', 'inspect', '-f', '{{.Options}}', 'ingress')).toContain('4096');
    expect(await host('h1').exec(['ip', '-d', 'link', 'show', 'vxlan.clocker'])).toContain('id 12651726');
    await expect.poll(() => answers('h1', 20), { timeout: 30_000 }).toHaveLength(4);
    await host('h1').docker('service', 'rm', 'shown');
  });

  dumped('lead to the members alone that policy allows, by their own addresses', async () => {
    const policy = {
      apiVersion: 'projectcalico.org/v3',
      kind: 'GlobalNetworkPolicy',
      metadata: { name: 'web' },
      spec: {
        selector: "com.docker.swarm.service.name == 'web'",
        types: ['Ingress'],
        ingress: [{ action: 'Allow', source: { selector: "clocker/container == 'client-h1'" } }],
      },
    };
    await client.call('applyPolicies', { body: { resources: [policy] } });
    await expect.poll(() => answers('h2', 4), { timeout: 30_000 }).toEqual(['nobody']);
    expect(await answers('h1', 30)).not.toContain('nobody');
    await client.call('removePolicy', { params: { name: 'web' } });
    await expect.poll(() => answers('h2', 10), { timeout: 30_000 }).not.toContain('nobody');
  });

  dumped('are reached while every daemon is dead, and rules that somebody flushes come back', async () => {
    for (const name of names) await cluster.clocker(name).kill();
    expect(await answers('h1', 20)).not.toContain('nobody');
    for (const name of names) await cluster.clocker(name).start();
    await host('h1').exec(['nft', 'delete', 'table', 'inet', 'clocker_services']);
    await expect.poll(() => answers('h1', 10), { timeout: 60_000 }).not.toContain('nobody');
  });

  dumped('§9.43 scale from 1 to 50 and back without a leak', async () => {
    const before = await addresses();
    const began = performance.now();
    await host('h1').docker('service', 'scale', '--detach', 'web=50');
    await untilRunning(host('h1'), 'web', 50, 250);
    console.log(`50 tasks ran ${Math.round((performance.now() - began) / 1000)} s after they were asked for`);
    await expect.poll(() => addresses().then((all) => all.length), { timeout: 30_000 }).toBe(before.length + 46);
    // As many as fit in a packet of UDP: Docker's own resolver cuts its answer there.
    expect((await look('h1', 'tasks.web')).length).toBeGreaterThan(4);
    await until('the rule leads to 50', async () => {
      const rules = await host('h1').exec(['nft', 'list', 'table', 'inet', 'clocker_services']);
      return rules.includes('random mod 50') ? true : undefined;
    });
    await host('h1').docker('service', 'scale', '--detach', 'web=1');
    await expect.poll(() => addresses().then((all) => all.length), { timeout: 120_000, interval: 1000 }).toBe(3);
    await expect.poll(() => answers('h1', 10), { timeout: 30_000 }).toHaveLength(1);
    expect(await problems()).toEqual([]);
    for (const name of names) {
      const veths = await host(name).exec(['ip', '-o', 'link', 'show', 'group', '6700']);
      const routes = await host(name).exec(['ip', 'route', 'show', 'proto', '67']);
      const local =
        (await placesOf(host('h1'), 'web')).filter((node) => node === name).length + (name === 'h3' ? 0 : 1);
      expect(veths.match(/cali\w+/g) ?? [], `veths of ${name}`).toHaveLength(local);
      expect(routes.match(/dev cali\w+/g) ?? [], `routes of ${name}`).toHaveLength(local);
    }
  });

  dumped('§9.44 §9.45 go on when a node is drained, and when the leader is killed', async () => {
    await host('h1').docker('service', 'scale', '--detach', 'web=4');
    await untilRunning(host('h1'), 'web', 4);
    await host('h1').docker('node', 'update', '--availability', 'drain', 'h2');
    await expect
      .poll(() => placesOf(host('h1'), 'web'), { timeout: 60_000 })
      .toSatisfy((where: readonly string[]) => where.length === 4 && !where.includes('h2'));
    await expect.poll(() => answers('h2', 20), { timeout: 30_000 }).toHaveLength(4);
    await host('h1').docker('node', 'update', '--availability', 'active', 'h2');
    await host('h1').engine.kill();
    expect(await answers('h2', 10)).not.toContain('nobody');
    await expect
      .poll(
        () =>
          host('h2')
            .docker('service', 'scale', '--detach', 'web=6')
            .then(() => '', String),
        { timeout: 60_000 },
      )
      .toBe('');
    await host('h1').engine.start();
    await untilRunning(host('h2'), 'web', 6, 120);
    await host('h2').docker('node', 'demote', 'h1');
    await host('h2').docker('node', 'promote', 'h1');
    await expect.poll(() => answers('h2', 40), { timeout: 60_000 }).toHaveLength(6);
  });

  dumped('give their virtual address back, and leave nothing', async () => {
    await expect
      .poll(
        () =>
          host('h2')
            .docker('service', 'rm', 'web')
            .then(() => '', String),
        { timeout: 30_000 },
      )
      .toBe('');
    for (const name of ['h1', 'h2']) await host(name).docker('rm', '-f', `client-${name}`);
    const kept = (): Promise<string> => cluster.etcd.ctl('get', '--prefix', '/clocker/v1/services/');
    await expect.poll(kept, { timeout: 90_000, interval: 1000 }).toBe('');
    const remove = (): Promise<string> =>
      client.call('removeNetwork', { params: { network: 'app2' } }).then(() => '', String);
    await expect.poll(remove, { timeout: 60_000, interval: 1000 }).toBe('');
    await expect.poll(problems, { timeout: 60_000 }).toEqual([]);
    await expect.poll(() => cluster.etcd.ctl('get', '--prefix', '/clocker/v1/pools/'), { timeout: 60_000 }).toBe('');
    for (const name of names)
      expect(await host(name).exec(['ip', '-o', 'link', 'show', 'group', '6700'])).not.toContain('cali');
  });
});
