/** Every daemon is down while etcd is set back to an older copy: what each knew of its own host comes back with it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkIpam } from '../../plugins/ipam/index.ts';
import { openMemoryStore } from '../../src/store/index.ts';
import { whyNoEtcd } from '../support/etcd.ts';
import { openCluster, pings, runBox, whyNoLab, withDump, type LabCluster } from '../support/lab/index.ts';

const reason = (await whyNoLab()) ?? (await whyNoEtcd());
if (reason !== undefined) console.warn(`SKIPPED: daemons that begin with a store that was set back: ${reason}`);

describe.skipIf(reason !== undefined)('daemons that begin with a store that was set back', () => {
  let cluster: LabCluster;
  beforeAll(async () => {
    cluster = await openCluster({ hosts: ['h1'] });
  });
  afterAll(() => cluster.close());

  /** What `clocker ipam check` says of the store as it is. */
  async function problems(): Promise<readonly string[]> {
    const store = openMemoryStore();
    const { kvs = [] } = JSON.parse(await cluster.etcd.ctl('get', '--prefix', '/', '-w', 'json')) as {
      kvs?: readonly { key: string; value?: string }[];
    };
    const text = (base64 = ''): string => Buffer.from(base64, 'base64').toString('utf8');
    for (const { key, value } of kvs) await store.transact([], [{ op: 'put', key: text(key), value: text(value) }]);
    return (await checkIpam(store, Date.now(), 60_000)).problems.map(({ message }) => message);
  }

  test('put back the records of their own containers', () =>
    withDump(cluster, async () => {
      const host = cluster.host('h1');
      const create = ['network', 'create', '-d', 'clocker', '--ipam-driver', 'clocker'];
      await host.docker(...create, '--subnet', '198.19.8.0/24', 'net');
      const one = await runBox(host, 'one', ['--network', 'net']);
      const copy = await cluster.etcd.save();
      const two = await runBox(host, 'two', ['--network', 'net']);
      await host.docker(...create, '--subnet', '198.19.9.0/24', 'late');
      const late = await runBox(host, 'late', ['--network', 'late']);
      await cluster.clocker('h1').kill();
      await cluster.etcd.restore(copy);
      await cluster.clocker('h1').start();
      const three = await runBox(host, 'three', ['--network', 'net']);
      const addresses = await Promise.all([one, two, three].map((box) => box.address('net')));
      expect(new Set(addresses).size).toBe(3);
      expect(addresses).not.toContain(await late.address('late'));
      await expect.poll(() => pings(three, addresses[1] ?? ''), { timeout: 20_000, interval: 200 }).toBe(true);
      await expect.poll(problems, { timeout: 30_000, interval: 500 }).toEqual([]);
      expect(await cluster.etcd.ctl('get', '--prefix', '--keys-only', '/clocker/v1/addresses/')).toContain(
        addresses[1],
      );
      expect(await cluster.etcd.ctl('get', '--prefix', '--print-value-only', '/clocker/v1/networks/')).toContain(
        '"late"',
      );
    }));
});
