/** The contract of the store, on a real etcd: one member, and three. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCluster, whyNoEtcd, type Cluster } from '../support/etcd.ts';
import { describeStore } from '../support/store-contract.ts';
import { systemStoreClock } from '../../src/store/clock.ts';
import { copyStore } from '../../src/store/copy.ts';
import { openEtcdStore } from '../../src/store/etcd/etcd.ts';
import { openMemoryStore } from '../../src/store/memory.ts';
import type { Store } from '../../src/store/store.ts';

const reason = await whyNoEtcd();

describe.skipIf(reason !== undefined)('etcd', () => {
  for (const size of [1, 3]) {
    describe(`of ${size}`, () => {
      let cluster: Cluster;
      beforeAll(async () => {
        cluster = await startCluster({ size });
      });
      afterAll(async () => {
        await cluster.stop();
      });

      test('an installation goes there and back, byte by byte', async () => {
        const etcd = openEtcdStore({ endpoints: cluster.endpoints, clock: systemStoreClock, compaction: false });
        const [from, back] = [openMemoryStore(), openMemoryStore()];
        const options = { overwrite: true, onProgress: () => undefined, signal: new AbortController().signal };
        for (let index = 0; index < 500; index++) {
          const value = `{"sequence":${9007199254740993n + BigInt(index)}, "pad":"${'ü'.repeat(index * 10)}"}`;
          await from.transact([], [{ op: 'put', key: `/calico/ipam/v2/assignment/${index}`, value }]);
        }
        expect(await copyStore(from, etcd, options)).toMatchObject({ copied: 500 });
        expect(await copyStore(etcd, back, options)).toMatchObject({ copied: 500 });
        const texts = async (store: Store) =>
          (await store.list('/calico/')).entries.map(({ key, value }) => [key, value]);
        expect(await texts(back)).toEqual(await texts(from));
        await etcd.transact([], [{ op: 'deletePrefix', prefix: '/calico/' }]);
        await etcd.close();
      });

      describeStore(`etcd of ${size}`, async () => {
        const store = openEtcdStore({ endpoints: cluster.endpoints, clock: systemStoreClock, compaction: false });
        return {
          store,
          compact: async () => {
            const { revision } = await store.list('/nothing');
            await cluster.ctl('compaction', String(revision));
          },
          expire: async (lease) => {
            await cluster.ctl('lease', 'revoke', lease);
          },
          close: () => store.close(),
        };
      });
    });
  }
});

if (reason !== undefined) test.skip(`etcd: ${reason}`, () => undefined);
