/** The contract of the store, on a real etcd: one member, and three. */
import { afterAll, beforeAll, describe, test } from 'vitest';
import { startCluster, whyNoEtcd, type Cluster } from '../support/etcd.ts';
import { describeStore } from '../support/store-contract.ts';
import { systemStoreClock } from '../../src/store/clock.ts';
import { openEtcdStore } from '../../src/store/etcd/etcd.ts';

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
