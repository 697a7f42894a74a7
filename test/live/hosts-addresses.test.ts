/** Addresses of one pool taken by many hosts at once, on a real etcd: none twice, none lost, none left behind. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeBlock } from '../../src/model/network/decode.ts';
import { blocksPrefix, handlesPrefix, ipamConfigKey } from '../../src/model/network/keys.ts';
import { openStore, systemStoreClock, type Store } from '../../src/store/index.ts';
import { startCluster, whyNoEtcd, type Cluster } from '../support/etcd.ts';
import { startPluginHost, type PluginHost } from '../support/plugin-host.ts';

const reason = await whyNoEtcd();
if (reason !== undefined) console.warn(`SKIPPED: addresses of many hosts: ${reason}`);

function at(hosts: readonly PluginHost[], index: number): PluginHost {
  const host = hosts[index];
  if (host === undefined) throw new Error(`There is no host ${index}.`);
  return host;
}

describe.skipIf(reason !== undefined)('many hosts that share a pool', () => {
  let etcd: Cluster;
  const stores: Store[] = [];
  beforeAll(async () => {
    etcd = await startCluster({ size: 1 });
  });
  afterAll(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await etcd.stop();
  });

  async function startHosts(
    count: number,
    pool: string,
  ): Promise<{ readonly hosts: readonly PluginHost[]; readonly store: Store }> {
    const opened = await Promise.all(
      Array.from({ length: count }, () => openStore(`etcd://${etcd.endpoints[0]}`, { clock: systemStoreClock })),
    );
    stores.push(...opened);
    const [store] = opened;
    if (store === undefined) throw new Error('There is no store.');
    const hosts: PluginHost[] = [];
    for (const [index, own] of opened.entries()) {
      const host = await startPluginHost(own, { node: `host${index}`, deadline: 60_000 });
      const options = { 'clocker.network': 'shared' };
      const made = await host.call('IpamDriver.RequestPool', {
        AddressSpace: 'clockerLocal',
        Pool: pool,
        Options: options,
      });
      expect(made.status, made.text).toBe(200);
      hosts.push(host);
    }
    return { hosts, store };
  }
  const ask = async (host: PluginHost, pool: string): Promise<string | undefined> => {
    const { status, body } = await host.call('IpamDriver.RequestAddress', { PoolID: pool });
    return status === 200 ? String(body['Address']).split('/')[0] : undefined;
  };
  const give = async (host: PluginHost, pool: string, address: string): Promise<void> => {
    expect((await host.call('IpamDriver.ReleaseAddress', { PoolID: pool, Address: address })).status).toBe(200);
  };
  const takenIn = async (store: Store): Promise<number> =>
    (await store.list(blocksPrefix)).entries
      .flatMap(({ value }) => decodeBlock(value) ?? [])
      .reduce((sum, { allocations }) => sum + allocations.filter((one) => one !== null).length, 0);

  test('§9.19 eight hosts race for a /24: every address once, and then no more', async () => {
    const pool = '198.19.8.0/24';
    const { hosts, store } = await startHosts(8, pool);
    const given = await Promise.all(Array.from({ length: 280 }, (_, index) => ask(at(hosts, index % 8), pool)));
    const addresses = given.filter((one) => one !== undefined);
    expect(addresses).toHaveLength(256);
    expect(new Set(addresses).size).toBe(256);
    expect(await takenIn(store)).toBe(256);
    await Promise.all(
      given.map(async (address, index) => {
        if (address !== undefined) await give(at(hosts, index % 8), pool, address);
      }),
    );
    expect(await takenIn(store)).toBe(0);
    expect((await store.list(handlesPrefix)).entries).toEqual([]);
    // What other hosts emptied is found at the second look.
    for (let look = 0; look < 2; look++) for (const host of hosts) await host.sweep();
    // Each host may keep one empty block, so that the others' routes don't come and go.
    expect((await store.list(blocksPrefix)).entries.length).toBeLessThanOrEqual(8);
  });

  test('§9.19 §9.22 three hosts take, release and take all 1,024 addresses of a /22 ten times', async () => {
    const pool = '198.19.12.0/22';
    const { hosts, store } = await startHosts(3, pool);
    const begin = performance.now();
    let claims = 0;
    for (let round = 0; round < 10; round++) {
      const given = await Promise.all(Array.from({ length: 1024 }, (_, index) => ask(at(hosts, index % 3), pool)));
      claims += given.length;
      expect(new Set(given.filter((one) => one !== undefined)).size, `round ${round}`).toBe(1024);
      await Promise.all(
        given.map(async (address, index) => {
          if (address !== undefined) await give(at(hosts, index % 3), pool, address);
        }),
      );
      expect(await takenIn(store), `round ${round}`).toBe(0);
    }
    const seconds = (performance.now() - begin) / 1000;
    console.log(`${Math.round(claims / seconds)} addresses taken and given back a second, by three hosts at once`);
  });

  test('§9.21 with strict affinity a host takes from its own blocks alone, and borrows once that is lifted', async () => {
    const pool = '198.19.16.0/28';
    await etcd.ctl('put', ipamConfigKey, '{"strict_affinity":true,"auto_allocate_blocks":true}');
    const { hosts, store } = await startHosts(2, pool);
    const [one, other] = [at(hosts, 0), at(hosts, 1)];
    expect(await ask(other, pool)).toBeDefined();
    const own: string[] = [];
    for (let next = await ask(one, pool); next !== undefined; next = await ask(one, pool)) own.push(next);
    // Blocks of a /28 hold four: all but that of the other host.
    expect(own).toHaveLength(12);
    const refused = await one.call('IpamDriver.RequestAddress', { PoolID: pool });
    expect(refused.text).toContain('198.19.16.0/28');
    expect(await takenIn(store)).toBe(13);
    await etcd.ctl('del', ipamConfigKey);
    await expect.poll(() => ask(one, pool), { timeout: 30_000 }).toBeDefined();
    const borrowed = [await ask(one, pool), await ask(one, pool)];
    expect(borrowed).not.toContain(undefined);
    expect(await ask(one, pool)).toBeUndefined();
    expect(await takenIn(store)).toBe(16);
  });
});
