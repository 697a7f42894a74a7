/** Swarm: the managed plugin, a network of the swarm, and services on it. */
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installPlugin, pluginName } from '../../plugins/managed/index.ts';
import { openDocker } from '../../src/host/docker.ts';
import { openCluster, whyNoLab, withDump, type LabCluster, type LabHost } from '../support/lab/index.ts';
import { whyNoEtcd } from '../support/etcd.ts';

const reason = (await whyNoLab()) ?? (await whyNoEtcd());
if (reason !== undefined) console.warn(`SKIPPED: Swarm: ${reason}`);

describe.skipIf(reason !== undefined)('a swarm', () => {
  let cluster: LabCluster;
  const names = ['h1', 'h2'];
  const manager = (): LabHost => cluster.host('h1');
  beforeAll(async () => {
    cluster = await openCluster({ hosts: names });
    const [h1, h2] = [cluster.host('h1'), cluster.host('h2')];
    await h1.docker('swarm', 'init', '--advertise-addr', h1.address);
    const token = (await h1.docker('swarm', 'join-token', '-q', 'worker')).trim();
    await h2.docker('swarm', 'join', '--token', token, `${h1.address}:2377`);
  });
  afterAll(() => cluster.close());

  const dumped = (name: string, body: () => Promise<void>): void => {
    test(name, () => withDump(cluster, body));
  };
  const install = async (host: LabHost): Promise<void> => {
    const docker = openDocker({ host: host.engine.address });
    const socket = '/run/docker/plugins/clocker.sock';
    const answers = async (): Promise<boolean> => existsSync(`/proc/${host.pid}/root${socket}`);
    await installPlugin({
      docker,
      socket,
      answers,
      read: (path) => (existsSync(path) ? readFileSync(path) : undefined),
    });
    docker.close();
  };
  const config = ['network', 'create', '--config-only', '--ipam-driver', pluginName, '--subnet', '198.19.40.0/22'];

  dumped('takes the managed plugin, which is about 2 MB and installed twice is installed once', async () => {
    for (const name of names) await install(cluster.host(name));
    await install(manager());
    for (const name of names) expect(await cluster.host(name).docker('plugin', 'ls')).toMatch(/clocker:latest .* true/);
  });

  dumped('§9.42 runs a service on a network of Clocker’s over all nodes', async () => {
    for (const name of names) await cluster.host(name).docker(...config, 'app2.config');
    const swarm = ['--scope', 'swarm', '--attachable', '--config-from', 'app2.config'];
    await manager().docker('network', 'create', '-d', pluginName, ...swarm, 'app2');
    const quick = ['--detach', '--restart-delay', '1s', '--stop-grace-period', '1s'];
    await manager().docker(
      'service',
      'create',
      ...quick,
      '--name',
      'web',
      '--network',
      'app2',
      '--replicas',
      '4',
      'busybox:lab',
      'sleep',
      '1000000000',
    );
    const running = async (): Promise<number> =>
      (
        await manager().docker(
          'service',
          'ps',
          '--filter',
          'desired-state=running',
          '--format',
          '{{.CurrentState}}',
          'web',
        )
      )
        .split('\n')
        .filter((line) => line.startsWith('Running')).length;
    await expect.poll(running, { timeout: 60_000, interval: 500 }).toBe(4);
  });
});
