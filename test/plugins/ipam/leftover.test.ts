import { describe, expect, test } from 'vitest';
import { grace } from '../../../plugins/ipam/sweep.ts';
import { checkIpam } from '../../../plugins/ipam/index.ts';
import { blocksPrefix, poolUsePrefix } from '../../../src/model/network/keys.ts';
import { openMemoryStore } from '../../../src/store/index.ts';
import { memoryStore, now, serveHost } from './served.ts';

const subnet = '198.19.8.0/24';

test('what is starting has as long as dockerd repeats a call, 30 s, and some more', () => {
  expect(grace).toBeGreaterThan(30_000);
});

test('an address that was taken for a container that never came is swept; one that has an owner is not', async () => {
  const store = memoryStore();
  const host = await serveHost(store);
  const { world } = host.host;
  const pool = await host.pool(subnet);
  await host.network('ab12', subnet);
  await host.attach('ab12', 'cd34', await host.address(pool, '198.19.8.5'));
  world.engine = [{ id: 'ab12', name: 'net1', labels: {}, endpoints: [{ id: 'cd34' }] }];
  world.subnets = [subnet];
  await host.address(pool, '198.19.8.6');
  await (await serveHost(store, 'host2')).address(pool, '198.19.8.99');
  for (const [later, left] of [
    [grace, 3],
    [grace + 1, 3],
    [grace + 2, 2],
  ] as const) {
    world.now = now + later;
    await host.host.sweep();
    expect((await checkIpam(store, now, 0)).allocated).toBe(left);
  }
  // What another host has taken is its own to give back.
  expect((await checkIpam(store, now + 3_600_000, 0)).problems.map(({ subject }) => subject)).toEqual(['198.19.8.99']);
});

describe('a pool no network came for', () => {
  test('goes after two looks, when the engine has no network with it', async () => {
    const store = memoryStore();
    const host = await serveHost(store);
    const { world } = host.host;
    await host.address(await host.pool(subnet), '198.19.8.1');
    world.now = now + grace + 1;
    await host.host.sweep();
    expect((await store.list(poolUsePrefix)).entries).toHaveLength(1);
    await host.host.sweep();
    expect((await store.list('/calico/')).entries).toEqual([]);
    expect((await store.list(poolUsePrefix)).entries).toEqual([]);
  });

  test.each<[string, readonly string[] | undefined]>([
    ['another driver’s network has it', [subnet]],
    ['the engine does not answer', undefined],
  ])('stays when %s', async (_why, subnets) => {
    const store = memoryStore();
    const host = await serveHost(store);
    await host.pool(subnet);
    host.host.world.subnets = subnets;
    host.host.world.now = now + grace + 1;
    for (const _look of [1, 2, 3]) await host.host.sweep();
    expect((await store.list(poolUsePrefix)).entries).toHaveLength(1);
  });
});

test('the blocks of a host that no longer has the network go, but for what others borrowed', async () => {
  const store = openMemoryStore();
  const first = await serveHost(store, 'host1');
  const second = await serveHost(store, 'host2');
  const pool = await first.pool('198.19.8.0/30');
  await first.network('a'.repeat(25), '198.19.8.0/30');
  await second.pool('198.19.8.0/30');
  await second.network('a'.repeat(25), '198.19.8.0/30');
  const mine = await first.address(pool);
  const borrowed = await second.address(pool);
  await second.attach('a'.repeat(25), 'cd34', borrowed);
  await first.release(pool, mine);
  await first.call('IpamDriver.ReleasePool', { PoolID: pool });
  await first.call('NetworkDriver.DeleteNetwork', { NetworkID: 'a'.repeat(25) });
  for (const _look of [1, 2]) await first.host.sweep();
  const { problems, blocks, allocated } = await checkIpam(store, now, 0);
  expect({ problems, blocks, allocated }).toEqual({ problems: [], blocks: 1, allocated: 1 });
  expect((await store.list(blocksPrefix)).entries[0]?.value).toContain('"affinity":null');
  await store.close();
});
