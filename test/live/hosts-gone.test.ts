/** A host that is gone for good: what it had is given back, but not while it may be alive. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blocksPrefix, endpointsPrefix, nodeKey } from '../../src/model/network/keys.ts';
import { noticesPrefix } from '../../src/model/network/notices.ts';
import { whyNoEtcd } from '../support/etcd.ts';
import {
  networkAppears,
  openCluster,
  pings,
  runBox,
  whyNoLab,
  withDump,
  type LabCluster,
} from '../support/lab/index.ts';

const reason = (await whyNoLab()) ?? (await whyNoEtcd());
if (reason !== undefined) console.warn(`SKIPPED: a host that is gone for good: ${reason}`);

describe.skipIf(reason !== undefined)('a host that is gone', () => {
  let cluster: LabCluster;
  beforeAll(async () => {
    cluster = await openCluster({ hosts: ['h1', 'h2', 'h3'], daemon: { forgetAfter: '20s' } });
    const create = ['network', 'create', '-d', 'clocker', '--ipam-driver', 'clocker', '--subnet', '198.19.8.0/24'];
    await cluster.host('h1').docker(...create, 'net');
    for (const host of ['h2', 'h3']) await networkAppears(cluster.host(host), 'net');
  });
  afterAll(() => cluster.close());
  const read = (prefix: string): Promise<string> => cluster.etcd.ctl('get', '--prefix', prefix);

  test('keeps what it has while it answers, and loses it to the others when it does not', () =>
    withDump(cluster, async () => {
      const one = await runBox(cluster.host('h1'), 'one', ['--network', 'net']);
      const three = await runBox(cluster.host('h3'), 'three', ['--network', 'net']);
      const address = await three.address('net');
      await expect.poll(() => pings(one, address), { timeout: 30_000 }).toBe(true);
      await cluster.clocker('h3').kill();
      await expect.poll(() => read('/clocker/v1/missing/h3'), { timeout: 60_000, interval: 200 }).toContain('since');
      // Longer than the grace and a look: its container runs on, and is reached.
      await new Promise((resolve) => setTimeout(resolve, 26_000));
      expect(await read('/clocker/v1/missing/h3')).toContain('since');
      expect(await read(nodeKey('h3'))).not.toBe('');
      expect(await pings(one, address)).toBe(true);
      await three.agent.close();
      await cluster.host('h3').close();
      await expect.poll(() => read(nodeKey('h3')), { timeout: 60_000, interval: 1000 }).toBe('');
      await expect.poll(() => read(blocksPrefix), { timeout: 30_000, interval: 500 }).not.toContain('host:h3');
      expect(await read(`/clocker/v1/addresses/${address}`)).toBe('');
      expect(await read(endpointsPrefix('h3'))).toBe('');
      await expect.poll(() => read(noticesPrefix), { timeout: 30_000, interval: 500 }).toContain('host-collected');
      expect(await cluster.host('h1').exec(['ip', 'route', 'show', 'proto', '68'])).not.toContain('198.18.0.13');
    }));
});
