import { expect, test } from 'vitest';
import { createMemory } from '../../../plugins/nodes/index.ts';
import { checkIpam } from '../../../plugins/ipam/index.ts';
import { assign } from '../../../src/model/network/block.ts';
import { decodeBlock } from '../../../src/model/network/decode.ts';
import { renderJson } from '../../../src/model/network/json.ts';
import { blocksPrefix, globalNetworkPoliciesPrefix, networksPrefix } from '../../../src/model/network/keys.ts';
import { openMemoryStore, openMirror, type Entry, type MirrorSnapshot, type Store } from '../../../src/store/index.ts';
import { manualClock } from '../../support/store-clock.ts';
import { memoryStore, now, serveHost } from '../ipam/served.ts';

/** A disk: what was saved is what the next one loads. */
function disk(): { content: readonly Entry[]; open(): MirrorSnapshot } {
  const one = {
    content: [] as readonly Entry[],
    open: (): MirrorSnapshot => ({
      load: () => one.content,
      save: (_batch, all) => {
        one.content = [...all()];
      },
      close: () => Promise.resolve(),
    }),
  };
  return one;
}

const told: string[] = [];
const memoryOf = (store: Store, snapshot: MirrorSnapshot, attached = true) =>
  createMemory({
    snapshot,
    store,
    node: 'host1',
    now: () => now + 3_600_000,
    isAttached: () => attached,
    notices: { tell: async ({ message }) => void told.push(message) },
    log: () => undefined,
  });

async function remember(store: Store, snapshot: MirrorSnapshot): Promise<void> {
  const mirror = openMirror(store, ['/calico/', '/clocker/v1/'], { clock: manualClock() });
  memoryOf(store, snapshot).follow(mirror);
  await mirror.ready;
  await mirror.close();
}

/** The store as it was when the copy was taken, and as the daemon last knew it. */
async function cluster() {
  const store = memoryStore();
  const host = await serveHost(store);
  const pool = await host.pool('198.19.8.0/24');
  await host.network('ab12', '198.19.8.0/24');
  await host.attach('ab12', 'one1', await host.address(pool));
  const copy = (await store.list('/')).entries;
  await host.attach('ab12', 'two2', await host.address(pool));
  await host.pool('198.19.9.0/24');
  await host.network('cd34', '198.19.9.0/24');
  await host.attach('cd34', 'late', await host.address('198.19.9.0/24'));
  await store.transact([], [{ op: 'put', key: `${globalNetworkPoliciesPrefix}default.p`, value: '{}' }]);
  const saved = disk();
  await remember(store, saved.open());
  const restored = openMemoryStore();
  for (const { key, value } of copy) await restored.transact([], [{ op: 'put', key, value }]);
  return { store, restored, saved };
}

const values = async (store: Store): Promise<Readonly<Record<string, string>>> =>
  Object.fromEntries((await store.list('/')).entries.map(({ key, value }) => [key, value]));

test('of a store that went on as usual puts nothing back', async () => {
  const { store, saved } = await cluster();
  expect(await memoryOf(store, saved.open()).recover()).toBe(0);
  expect(await memoryOf(store, disk().open()).recover()).toBe(0);
});

test('of a store that was set back puts back what is of this host, and the networks of its containers', async () => {
  const { store, restored, saved } = await cluster();
  expect(await memoryOf(restored, saved.open()).recover()).toBeGreaterThan(8);
  const { [`${globalNetworkPoliciesPrefix}default.p`]: policy, ...was } = await values(store);
  expect(policy).toBeDefined();
  expect(await values(restored)).toEqual(was);
  expect((await checkIpam(restored, now + 3_600_000, 0)).problems).toEqual([]);
  expect(told.at(-1)).toContain('were put back');
  expect(await memoryOf(restored, saved.open()).recover()).toBe(0);
});

test('leaves networks away that no container of this host is on: they may have been removed meanwhile', async () => {
  const { restored, saved } = await cluster();
  await memoryOf(restored, saved.open(), false).recover();
  expect((await restored.list(networksPrefix)).entries.map(({ key }) => key)).toEqual([`${networksPrefix}ab12`]);
});

test('leaves a block alone of which another host has borrowed since', async () => {
  const { restored, saved } = await cluster();
  const [entry] = (await restored.list(blocksPrefix)).entries;
  const block = decodeBlock(entry?.value ?? '');
  const free = block?.unallocated.at(-1);
  if (entry === undefined || block === undefined || free === undefined) throw new Error('There is no block.');
  const borrowed = renderJson(assign(block, free, { handle_id: 'clk.other', secondary: { node: 'host2' } }));
  await restored.transact([], [{ op: 'put', key: entry.key, value: borrowed }]);
  await memoryOf(restored, saved.open()).recover();
  expect((await restored.get(entry.key))?.value).toBe(borrowed);
});
