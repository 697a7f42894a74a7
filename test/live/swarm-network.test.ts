/** `clocker network create --swarm`: a network on every node in one step, and what is said when it can't be. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openClient, type Client } from '../../src/client/index.ts';
import {
  createService,
  formSwarm,
  installManaged,
  openCluster,
  untilRunning,
  whyNoLab,
  withDump,
  type LabCluster,
  type LabHost,
} from '../support/lab/index.ts';
import { whyNoEtcd } from '../support/etcd.ts';

const reason = (await whyNoLab()) ?? (await whyNoEtcd());
if (reason !== undefined) console.warn(`SKIPPED: networks of a swarm: ${reason}`);

describe.skipIf(reason !== undefined)('a network of a swarm in one step', () => {
  let cluster: LabCluster;
  const clients = new Map<string, Client>();
  const names = ['h1', 'h2'];
  const manager = (): LabHost => cluster.host('h1');
  beforeAll(async () => {
    cluster = await openCluster({ hosts: names });
    for (const name of names) clients.set(name, openClient({ address: `unix://${cluster.clocker(name).api}` }));
  });
  afterAll(() => cluster.close());

  const dumped = (name: string, body: () => Promise<void>): void => {
    test(name, () => withDump(cluster, body));
  };
  const create = async (host: string, name: string, more: object = {}) => {
    const client = clients.get(host);
    if (client === undefined) throw new Error(`no client of ${host}`);
    return client.call('createNetwork', { body: { name, swarm: true, ...more } });
  };
  const remove = async (host: string, network: string): Promise<void> => {
    await clients.get(host)?.call('removeNetwork', { params: { network } });
  };
  const networksOf = (host: LabHost): Promise<string> => host.docker('network', 'ls', '--format', '{{.Name}}');
  const refusal = async (host: string, name: string) =>
    create(host, name).then(
      () => 'made',
      (error: unknown) => {
        const { message, hint } = error as { readonly message: string; readonly hint?: string };
        return `${message} ${hint ?? ''}`;
      },
    );

  dumped('§9.48 is refused where it can not be, with what to do', async () => {
    expect(await refusal('h1', 'app2')).toContain('docker swarm init');
    await formSwarm(cluster);
    await expect
      .poll(() => refusal('h1', 'app2'), { timeout: 60_000 })
      .toMatch(/not enabled on h1, h2.*plugin install/);
    expect(await refusal('h2', 'app2')).toContain('198.18.0.11');
  });

  dumped('§9.42 is there on every node, and has tasks', async () => {
    for (const name of names) await installManaged(cluster.host(name));
    await expect
      .poll(() => refusal('h1', 'app2').then((said) => said.replace(/.*(made|already).*/, 'there')), {
        timeout: 60_000,
      })
      .toBe('there');
    for (const name of names) expect(await networksOf(cluster.host(name))).toContain('app2.config');
    await createService(manager(), { name: 'web', network: 'app2', replicas: 4 });
    await untilRunning(manager(), 'web', 4);
    const shown = await clients.get('h1')?.call('listNetworks');
    expect(shown?.map(({ name, swarm, endpoints }) => ({ name, swarm, endpoints }))).toEqual([
      { name: 'app2', swarm: true, endpoints: 4 },
    ]);
  });

  dumped('is refused when its name or subnet is taken', async () => {
    expect(await refusal('h1', 'app2')).toContain('already');
    await cluster.host('h2').docker('network', 'create', 'busy');
    expect(await refusal('h1', 'busy')).toMatch(/on h2, it has a network called busy of the driver bridge/);
    await expect.poll(() => networksOf(manager()), { timeout: 10_000 }).not.toContain('busy.config');
    const subnet = (await clients.get('h1')?.call('listNetworks'))?.[0]?.subnets[0] ?? '';
    const plain = ['network', 'create', '-d', 'clocker', '--ipam-driver', 'clocker', '--subnet', subnet, 'thief'];
    await expect(manager().docker(...plain)).rejects.toThrow(/overlaps .*app2/);
  });

  dumped('keeps its subnet while it has no task, and goes from every node', async () => {
    await expect(remove('h1', 'app2')).rejects.toThrow(/in use/);
    await manager().docker('service', 'rm', 'web');
    await expect
      .poll(() => clients.get('h1')?.call('listNetworks'), { timeout: 60_000 })
      .toMatchObject([{ name: 'app2', swarm: true, endpoints: 0 }]);
    await expect.poll(() => remove('h1', 'app2').then(() => '', String), { timeout: 60_000 }).toBe('');
    for (const name of names)
      await expect.poll(() => networksOf(cluster.host(name)), { timeout: 60_000 }).not.toContain('app2');
    expect(await clients.get('h1')?.call('listPools')).toEqual([]);
    expect((await clients.get('h1')?.call('checkIpam'))?.problems).toEqual([]);
  });
});
