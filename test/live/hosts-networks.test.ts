/** One network on many engines: made once, there everywhere, gone by the rule, and one winner where two make it at once. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { networksPrefix } from '../../src/model/network/keys.ts';
import { noticesOf } from '../../src/model/network/notices.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDocker } from '../../src/host/docker.ts';
import { image } from '../support/lab/engine.ts';
import { openCluster, pings, runBox, whyNoLab, withDump, type LabCluster } from '../support/lab/index.ts';
import { whyNoEtcd } from '../support/etcd.ts';

const reason = (await whyNoLab()) ?? (await whyNoEtcd());
if (reason !== undefined) console.warn(`SKIPPED: networks of several hosts: ${reason}`);

const create = ['network', 'create', '-d', 'clocker', '--ipam-driver', 'clocker'];
const hosts = ['h1', 'h2', 'h3'];

describe.skipIf(reason !== undefined)('networks of several hosts', () => {
  let cluster: LabCluster;
  beforeAll(async () => {
    cluster = await openCluster({ hosts });
  });
  afterAll(() => cluster.close());

  const dumped = (name: string, body: () => Promise<void>): void => {
    test(name, () => withDump(cluster, body));
  };
  const docker = (host: string, ...args: readonly string[]): Promise<string> => cluster.host(host).docker(...args);
  /** Names of the clocker networks of an engine, sorted. */
  const names = async (host: string): Promise<readonly string[]> =>
    (await docker(host, 'network', 'ls', '-f', 'driver=clocker', '--format', '{{.Name}}'))
      .split('\n')
      .filter((one) => one !== '')
      .sort();
  const inspect = async (host: string, name: string, what: string): Promise<string> =>
    (await docker(host, 'network', 'inspect', '-f', what, name)).trim();
  const recordsIn = async (): Promise<number> =>
    (await cluster.etcd.ctl('get', '--prefix', '--keys-only', networksPrefix)).split('\n').filter((line) => line !== '')
      .length;

  dumped('appear on every engine at once, with subnets, options and labels', async () => {
    await docker(
      'h1',
      ...create,
      '--subnet',
      '198.19.8.0/24',
      '--ip-range',
      '198.19.8.0/25',
      '--ipv6',
      '--subnet',
      'fd00:8::/64',
      '-o',
      'clocker.mtu=1400',
      '--label',
      'team=red',
      '--gateway',
      '198.19.8.1',
      'app',
    );
    const begin = performance.now();
    for (const host of ['h2', 'h3'])
      await expect.poll(() => names(host), { timeout: 30_000, interval: 20 }).toEqual(['app']);
    const took = performance.now() - begin;
    console.log(`a network was on two other engines ${Math.round(took)} ms after docker network create had returned`);
    for (const host of hosts) {
      expect(await inspect(host, 'app', '{{range .IPAM.Config}}{{.Subnet}} {{end}}')).toBe('198.19.8.0/24 fd00:8::/64');
      expect(
        await inspect(host, 'app', '{{index .Labels "team"}} {{index .Options "clocker.mtu"}} {{.EnableIPv6}}'),
      ).toBe('red 1400 true');
    }
    const [one, two] = [
      await runBox(cluster.host('h1'), 'one', ['--network', 'app']),
      await runBox(cluster.host('h2'), 'two', ['--network', 'app']),
    ];
    expect(await pings(one, await two.address('app'))).toBe(true);
    expect(await recordsIn()).toBe(1);
    await Promise.all([one.remove(), two.remove()]);
  });

  dumped('are made on an engine that was down', async () => {
    await cluster.host('h3').engine.stop();
    await docker('h1', ...create, 'later');
    await cluster.host('h3').engine.start();
    await expect.poll(() => names('h3'), { timeout: 30_000 }).toEqual(['app', 'later']);
  });

  dumped('stay where a container is on them, which can start again, and go from the others', async () => {
    const box = await runBox(cluster.host('h2'), 'kept', ['--network', 'later']);
    await docker('h2', 'stop', '-t', '0', 'kept');
    await docker('h1', 'network', 'rm', 'later');
    await expect.poll(() => names('h3'), { timeout: 30_000 }).toEqual(['app']);
    expect(await names('h2')).toEqual(['app', 'later']);
    await docker('h2', 'start', 'kept');
    await box.agent.close();
    await docker('h2', 'rm', '-f', 'kept');
    await expect.poll(() => names('h2'), { timeout: 30_000 }).toEqual(['app']);
    expect(await names('h1')).toEqual(['app']);
    await expect.poll(recordsIn).toBe(1);
  });

  dumped('of one name made on all hosts at once are one network afterwards', async () => {
    await Promise.all(hosts.map((host) => docker(host, ...create, 'both').catch(() => '')));
    await expect
      .poll(async () => [await recordsIn(), ...(await Promise.all(hosts.map(names)))], { timeout: 30_000 })
      .toEqual([2, ['app', 'both'], ['app', 'both'], ['app', 'both']]);
    const subnets = new Set(
      await Promise.all(hosts.map((host) => inspect(host, 'both', '{{range .IPAM.Config}}{{.Subnet}}{{end}}'))),
    );
    expect(subnets.size).toBe(1);
    await docker('h2', 'network', 'rm', 'both');
    await expect.poll(async () => Promise.all(hosts.map(names)), { timeout: 30_000 }).toEqual(hosts.map(() => ['app']));
  });

  test('of a name that another network had first go once no container is on them', async ({ skip }) => {
    const major = Number((await docker('h2', 'version', '-f', '{{.Server.Version}}')).split('.')[0]);
    if (major >= 25) skip(`Docker ${major} refuses a second network of a name, so this can't come about`);
    await withDump(cluster, lostName);
  });

  async function lostName(): Promise<void> {
    await docker('h1', ...create, 'split');
    await expect.poll(() => names('h2'), { timeout: 30_000 }).toEqual(['app', 'split']);
    await docker('h2', 'create', '--name', 'waits', '--network', 'split', image);
    const engine = openDocker({ host: cluster.host('h2').engine.address });
    const ipam = { Driver: 'clocker', Config: [{ Subnet: '198.19.40.0/24' }] };
    // As when both are made at the same moment.
    await engine.createNetwork({ Name: 'split', CheckDuplicate: false, Driver: 'clocker', IPAM: ipam });
    engine.close();
    const log = join(cluster.host('h2').directory, 'clocker.log');
    await expect.poll(() => readFileSync(log, 'utf8'), { timeout: 30_000 }).toContain('a network stays because');
    expect(await names('h2')).toEqual(['app', 'split', 'split']);
    const notices = (): Promise<string> => cluster.etcd.ctl('get', '--prefix', noticesOf('h2'));
    await expect.poll(notices, { timeout: 30_000 }).toMatch(/network-lost-name.*that of h1 has the name/s);
    await docker('h2', 'rm', 'waits');
    await expect.poll(() => names('h2'), { timeout: 30_000 }).toEqual(['app', 'split']);
    await expect.poll(notices, { timeout: 30_000 }).toBe('');
    expect(await inspect('h2', 'split', '{{index .Options "clocker.network"}}')).toBe(
      await inspect('h1', 'split', '{{.Id}}'),
    );
  }

  dumped('don’t come and go by themselves', async () => {
    const ids = async (): Promise<readonly string[]> =>
      Promise.all(hosts.map((host) => docker(host, 'network', 'ls', '-q', '--no-trunc')));
    const before = await ids();
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(await ids()).toEqual(before);
  });
});
