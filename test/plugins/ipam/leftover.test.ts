import { expect, test } from 'vitest';
import { planSweep, readSweepState, twice } from '../../../plugins/network/index.ts';
import { memoryStore, now, serveHost } from './served.ts';

test('an address that was taken for a container that never came is swept; one that has an owner is not', async () => {
  const store = memoryStore();
  const host = await serveHost(store);
  const pool = await host.pool('198.19.8.0/24');
  await host.network('ab12', '198.19.8.0/24');
  await host.attach('ab12', 'cd34', await host.address(pool, '198.19.8.5'));
  await host.address(pool, '198.19.8.6');
  await (await serveHost(store, 'host2')).address(pool, '198.19.8.99');
  const engine = [{ id: 'ab12', name: 'net1', labels: {}, endpoints: ['cd34'] }];
  const planAt = async (when: number) =>
    planSweep(await readSweepState(store, 'host1', { networks: () => Promise.resolve(engine) }), when);
  expect((await planAt(now + 1000)).addresses).toEqual([]);
  const late = await planAt(now + 3_600_000);
  expect(twice(late, late)).toMatchObject({ addresses: ['198.19.8.6'], endpoints: [], networks: [], pools: [] });
});
