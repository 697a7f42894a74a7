/** A swarm of one manager that boots: dockerd comes up while no daemon runs, and the daemon some time after it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openClient } from '../../src/client/index.ts';
import {
  createService,
  formSwarm,
  installManaged,
  openCluster,
  placesOf,
  until,
  untilRunning,
  whyNoLab,
  withDump,
  type LabCluster,
} from '../support/lab/index.ts';
import { whyNoEtcd } from '../support/etcd.ts';

const reason = (await whyNoLab()) ?? (await whyNoEtcd());
if (reason !== undefined) console.warn(`SKIPPED: a swarm that boots: ${reason}`);

/** Seconds from dockerd to the daemon, as where the daemon waits for a disk or a network. */
const late = 4;

describe.skipIf(reason !== undefined)('a swarm of one manager that boots', () => {
  let cluster: LabCluster;
  beforeAll(async () => {
    cluster = await openCluster({ hosts: ['h1'] });
    const h1 = cluster.host('h1');
    await formSwarm(cluster);
    await installManaged(h1);
    const client = openClient({ address: `unix://${cluster.clocker('h1').api}` });
    const body = { name: 'app2', swarm: true };
    await until('the network is made', () => client.call('createNetwork', { body }).catch(() => undefined), 60);
    await createService(h1, { name: 'web', network: 'app2', replicas: 2 });
    await untilRunning(h1, 'web', 2, 90);
  });
  afterAll(() => cluster.close());

  test(`§9.37 runs its services within 30 s of a daemon that comes ${late} s after dockerd`, () =>
    withDump(cluster, async () => {
      const h1 = cluster.host('h1');
      const clocker = cluster.clocker('h1');
      await clocker.kill();
      await h1.engine.stop();
      // As after a boot; what dockerd and containerd keep in /run stays, for the lab has them elsewhere.
      await h1.exec(['busybox', 'rm', '-rf', clocker.socket, '/run/clocker']);
      const links = await h1.exec(['ip', '-o', 'link']);
      for (const name of links.match(/cali[0-9a-f]+/g) ?? []) await h1.run(['ip', 'link', 'del', name]);
      const booted = performance.now();
      const booting = h1.engine.start();
      await Promise.all([booting, new Promise((resolve) => setTimeout(resolve, late * 1000))]);
      expect(await placesOf(h1, 'web')).toEqual([]);
      const began = performance.now();
      await clocker.start();
      await expect.poll(() => placesOf(h1, 'web'), { timeout: 30_000, interval: 300 }).toHaveLength(2);
      const since = (from: number): string => ((performance.now() - from) / 1000).toFixed(1);
      console.log(
        `a swarm that booted: tasks ran ${since(began)} s after the daemon, ${since(booted)} s after dockerd`,
      );
    }));
});
