/** Virtual addresses on plain Docker: compose services over two hosts, both families, a member that asks itself. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  networkAppears,
  openCluster,
  runBox,
  until,
  whyNoLab,
  withDump,
  type Box,
  type LabCluster,
} from '../support/lab/index.ts';
import { isAnswer } from '../support/lab/box.ts';
import { whyNoEtcd } from '../support/etcd.ts';

const reason = (await whyNoLab()) ?? (await whyNoEtcd());
if (reason !== undefined) console.warn(`SKIPPED: virtual addresses on plain Docker: ${reason}`);

type Vip = { readonly ipv4: string; readonly ipv6: string };

describe.skipIf(reason !== undefined)('virtual addresses on plain Docker', () => {
  let cluster: LabCluster;
  const boxes = new Map<string, Box>();
  const box = (name: string): Box => {
    const found = boxes.get(name);
    if (found === undefined) throw new Error(`no box ${name}`);
    return found;
  };
  const run = async (host: string, name: string, network: string, service?: string): Promise<void> => {
    const label = service === undefined ? [] : ['--label', `com.docker.compose.service=${service}`];
    boxes.set(name, await runBox(cluster.host(host), name, ['--network', network, ...label]));
  };
  beforeAll(async () => {
    cluster = await openCluster({ hosts: ['h1', 'h2'] });
    const network = ['network', 'create', '-d', 'clocker', '--ipam-driver', 'clocker'];
    const six = ['--ipv6', '--subnet', 'fd00:8::/64'];
    await cluster.host('h1').docker(...network, '--subnet', '198.19.8.0/24', ...six, 'app');
    await cluster.host('h1').docker(...network, '--subnet', '198.19.9.0/24', 'side');
    for (const name of ['app', 'side']) await networkAppears(cluster.host('h2'), name);
    await run('h1', 'api-1', 'app', 'Api');
    await run('h2', 'api-2', 'app', 'Api');
    await run('h1', 'own', 'app', 'own');
    await run('h1', 'asker-1', 'app');
    await run('h2', 'asker-2', 'app');
    await run('h1', 'stranger', 'side');
  });
  afterAll(() => cluster.close());

  const dumped = (name: string, body: () => Promise<void>): void => {
    test(name, () => withDump(cluster, body));
  };
  const vipOf = (service: string): Promise<Vip> =>
    until(`${service} has a virtual address`, async () => {
      const text = await cluster.etcd.ctl('get', '--prefix', '--print-value-only', '/clocker/v1/services/');
      const records = text.split('\n').filter((line) => line.startsWith('{'));
      const found = records
        .map((line) => JSON.parse(line) as Vip & { readonly service: string })
        .find((one) => one.service === service);
      return found;
    });
  /** Whose answer it was; each once, in order. */
  const askedFrom = async (from: string, to: string, times = 30, protocol: 'tcp' | 'udp' = 'tcp') => {
    const said: string[] = [];
    for (let time = 0; time < times; time++)
      said.push(await box(from).agent.probe({ protocol, host: to, port: protocol === 'tcp' ? 80 : 81 }));
    return [...new Set(said.map((one) => (isAnswer(one) ? (one.split(' ')[0] ?? '') : 'nobody')))].sort();
  };

  dumped('lead to the members of both hosts, by TCP and UDP, in both families', async () => {
    const { ipv4, ipv6 } = await vipOf('api');
    for (const from of ['asker-1', 'asker-2'])
      for (const to of [ipv4, ipv6])
        for (const protocol of ['tcp', 'udp'] as const)
          await expect
            .poll(() => askedFrom(from, to, 30, protocol), { timeout: 30_000, message: `${from} ${to} ${protocol}` })
            .toSatisfy((who: readonly string[]) => who.length === 2 && !who.includes('nobody'));
  });

  dumped('show each member who really asks', async () => {
    const { ipv4 } = await vipOf('api');
    const said = await box('asker-1').agent.probe({ host: ipv4, port: 80 });
    expect(said.split(' ')[1]).toBe(await box('asker-1').address('app'));
  });

  dumped('have names, whatever their case', async () => {
    const { ipv4 } = await vipOf('api');
    for (const name of ['api.vip', 'API.VIP', 'api.vip.app'])
      expect(await cluster.host('h2').docker('exec', 'asker-2', 'nslookup', name)).toContain(ipv4);
  });

  dumped('lead a member to itself', async () => {
    const { ipv4, ipv6 } = await vipOf('own');
    for (const to of [ipv4, ipv6]) expect(await askedFrom('own', to, 3), to).not.toContain('nobody');
  });

  dumped('are no way around the isolation of networks', async () => {
    const { ipv4 } = await vipOf('api');
    expect(await askedFrom('stranger', ipv4, 3)).toEqual(['nobody']);
  });

  dumped('follow their members', async () => {
    const { ipv4 } = await vipOf('api');
    await box('api-1').remove();
    await expect
      .poll(() => askedFrom('asker-1', ipv4, 10), { timeout: 30_000 })
      .toSatisfy((who: readonly string[]) => who.length === 1 && !who.includes('nobody'));
    const taken = cluster.host('h1').docker('run', '-d', '--network', 'app', '--ip', ipv4, 'busybox:lab');
    await expect(taken).rejects.toThrow(/virtual address of a service/);
  });
});
