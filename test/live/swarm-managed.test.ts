/** Swarm: the managed plugin, a network of the swarm, and services on it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pluginName } from '../../plugins/managed/index.ts';
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
if (reason !== undefined) console.warn(`SKIPPED: Swarm: ${reason}`);

describe.skipIf(reason !== undefined)('a swarm', () => {
  let cluster: LabCluster;
  const names = ['h1', 'h2'];
  const manager = (): LabHost => cluster.host('h1');
  beforeAll(async () => {
    cluster = await openCluster({ hosts: names });
    await formSwarm(cluster);
  });
  afterAll(() => cluster.close());

  const dumped = (name: string, body: () => Promise<void>): void => {
    test(name, () => withDump(cluster, body));
  };
  const config = ['network', 'create', '--config-only', '--ipam-driver', pluginName, '--subnet', '198.19.40.0/22'];

  dumped('takes the managed plugin, which is about 2 MB and installed twice is installed once', async () => {
    for (const name of names) await installManaged(cluster.host(name));
    await installManaged(manager());
    for (const name of names) expect(await cluster.host(name).docker('plugin', 'ls')).toMatch(/clocker:swarm .* true/);
  });

  dumped('§9.42 runs a service on a network of Clocker’s over all nodes', async () => {
    for (const name of names) await cluster.host(name).docker(...config, 'app2.config');
    const swarm = ['--scope', 'swarm', '--attachable', '--config-from', 'app2.config'];
    await manager().docker('network', 'create', '-d', pluginName, ...swarm, 'app2');
    await createService(manager(), { name: 'web', network: 'app2', replicas: 4 });
    await untilRunning(manager(), 'web', 4);
  });
});
