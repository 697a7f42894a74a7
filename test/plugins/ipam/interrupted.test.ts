/** The daemon dies, or the store goes, before or after any write; dockerd then repeats, or gives up and cleans up. */
import { expect, test } from 'vitest';
import { checkIpam } from '../../../plugins/ipam/index.ts';
import { Fault } from '../../../src/diagnostic/fault.ts';
import type { Store } from '../../../src/store/index.ts';
import { memoryStore, now, serveHost, type Host } from './served.ts';

/** Fails the write of a number, before it happens or after; counts all. */
function failing(store: Store, which: number, isAfter: boolean): { store: Store; count: () => number } {
  let writes = 0;
  const cut = (): never => {
    throw new Fault('store-unreachable', 'The store went away.', { transient: true });
  };
  const transact: Store['transact'] = async (conditions, operations) => {
    const mine = ++writes;
    if (mine === which && !isAfter) cut();
    const outcome = await store.transact(conditions, operations);
    if (mine === which) cut();
    return outcome;
  };
  return { store: { ...store, transact }, count: () => writes };
}

const subnet = '198.19.8.0/28';

/** All that happens to one container, in dockerd's order; each step is repeated once when it failed. */
async function life(host: Host): Promise<void> {
  const twice = async <T>(step: () => Promise<T>): Promise<T> => {
    try {
      return await step();
    } catch {
      return step();
    }
  };
  const pool = await twice(() => host.pool(subnet));
  await twice(() => host.network('ab12', subnet));
  const address = await twice(() => host.address(pool, '198.19.8.5'));
  await twice(() => host.attach('ab12', 'cd34', address));
  await twice(() => host.detach('ab12', 'cd34'));
  await twice(() => host.release(pool, address));
  await twice(() => host.call('NetworkDriver.DeleteNetwork', { NetworkID: 'ab12' }));
  await twice(() => host.call('IpamDriver.ReleasePool', { PoolID: pool }));
}

async function liveWith(which: number, isAfter: boolean): Promise<{ writes: number; left: readonly string[] }> {
  const memory = memoryStore();
  const { store, count } = failing(memory, which, isAfter);
  const host = await serveHost(store);
  await life(host);
  // A delete that could not be carried out is made up for by the sweepers.
  host.host.world.now += 3_600_000;
  for (const _look of [1, 2, 3, 4]) await host.host.sweep();
  const { problems } = await checkIpam(memory, now + 3_600_000, 0);
  expect(problems).toEqual([]);
  const kept = /^\/clocker\/v1\/pool-turn$/;
  const left = (await memory.list('/')).entries.map(({ key }) => key).filter((key) => !kept.test(key));
  return { writes: count(), left };
}

test('whichever write fails, before or after it happened, nothing is left in the end', async () => {
  const { writes, left } = await liveWith(0, false);
  expect(left).toEqual([]);
  expect(writes).toBeGreaterThan(6);
  for (let which = 1; which <= writes; which++)
    for (const isAfter of [false, true])
      expect([which, isAfter, (await liveWith(which, isAfter)).left]).toEqual([which, isAfter, []]);
});
