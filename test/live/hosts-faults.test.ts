/** What goes wrong among hosts: the store away, a host killed and back under its name, and an engine whose daemon is late. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
import { image } from '../support/lab/engine.ts';
import { until } from '../support/lab/process.ts';
import { whyNoEtcd } from '../support/etcd.ts';

const reason = (await whyNoLab()) ?? (await whyNoEtcd());
if (reason !== undefined) console.warn(`SKIPPED: faults among hosts: ${reason}`);

describe.skipIf(reason !== undefined)('hosts that share a store', () => {
  let cluster: LabCluster;
  let one: Box;
  let two: Box;
  beforeAll(async () => {
    cluster = await openCluster({ hosts: ['h1', 'h2'] });
    const create = ['network', 'create', '-d', 'clocker', '--ipam-driver', 'clocker', '--subnet', '198.19.8.0/24'];
    await cluster.host('h1').docker(...create, 'net');
    await networkAppears(cluster.host('h2'), 'net');
    one = await runBox(cluster.host('h1'), 'one', ['--network', 'net']);
    two = await runBox(cluster.host('h2'), 'two', ['--network', 'net']);
    await until('they reach each other', async () => ((await pings(one, await two.address('net'))) ? true : undefined));
  });
  afterAll(() => cluster.close());

  const dumped = (name: string, body: () => Promise<void>): void => {
    test(name, () => withDump(cluster, body));
  };
  const start = async (host: string, name: string): Promise<{ readonly said: string; readonly seconds: number }> => {
    const begin = performance.now();
    const said = await cluster
      .host(host)
      .docker('run', '-d', '--name', name, '--network', 'net', image)
      .catch((error: unknown) => String(error));
    return { said, seconds: (performance.now() - begin) / 1000 };
  };

  dumped(
    '§9.38 carry traffic while the store is away, refuse new containers in time and say why, and go on after',
    async () => {
      const stream = await one.agent.stream(await two.address('net'), 81);
      await cluster.etcd.kill('SIGKILL');
      const { said, seconds } = await start('h1', 'late');
      expect(said).toMatch(/No member of etcd can be reached/);
      expect(seconds).toBeLessThan(12);
      // Leaving needs no store.
      await cluster.host('h1').docker('rm', '-f', 'late');
      await cluster.etcd.start();
      await expect
        .poll(async () => (await start('h1', `again${performance.now()}`.replace('.', ''))).said, {
          timeout: 40_000,
          interval: 1000,
        })
        .toMatch(/^[0-9a-f]{64}\s*$/);
      const { sent, answered } = await stream.stop();
      expect(answered).toBe(sent);
    },
  );

  dumped('§9.38 start with the store away, and traffic goes on', async () => {
    const stream = await one.agent.stream(await two.address('net'), 81);
    await cluster.clocker('h1').kill();
    await cluster.etcd.kill('SIGKILL');
    await cluster.clocker('h1').start();
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await cluster.etcd.start();
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const { sent, answered } = await stream.stop();
    expect(answered).toBe(sent);
  });

  dumped('reach the containers of a host that died and came back under its name', async () => {
    const h2 = cluster.host('h2');
    await cluster.clocker('h2').kill();
    await two.agent.close();
    await h2.engine.stop();
    // What a power loss leaves of the network: nothing.
    for (const [, name] of (await h2.exec(['ip', '-o', 'link'])).matchAll(/^\d+: (cali\w+|clocker0)/gm))
      await h2.run(['ip', 'link', 'del', name ?? '']);
    await h2.run(['ip', 'route', 'flush', 'proto', '67']);
    await h2.run(['ip', 'route', 'flush', 'proto', '68']);
    await h2.run(['nft', 'flush', 'ruleset']);
    await cluster.clocker('h2').start();
    await h2.engine.start();
    await h2.docker('start', 'two');
    const address = await two.address('net');
    await expect.poll(() => pings(one, address), { timeout: 30_000, interval: 500 }).toBe(true);
  });
});
