import { expect, onTestFinished, test } from 'vitest';
import { createCollector } from '../../../plugins/nodes/collect.ts';
import { aliveKey, nodeKey } from '../../../src/model/network/keys.ts';
import { openMemoryStore, openMirror, systemStoreClock } from '../../../src/store/index.ts';

const hour = 3_600_000;

async function setUp() {
  const store = openMemoryStore();
  const put = (key: string, value: string) => store.transact([], [{ op: 'put', key, value }]);
  for (const [name, address] of [
    ['h1', '198.18.0.11'],
    ['h2', '198.18.0.12'],
  ] as const)
    await put(nodeKey(name), JSON.stringify({ metadata: { name }, spec: { bgp: { ipv4Address: `${address}/24` } } }));
  const mirror = openMirror(store, ['/calico/', '/clocker/v1/'], { clock: systemStoreClock });
  onTestFinished(() => mirror.close());
  await mirror.ready;
  const time = { wall: Date.parse('2026-01-01T00:00:00Z'), monotonic: 0 };
  const world = { answers: false, forgotten: [] as string[], told: [] as string[] };
  const collector = createCollector({
    store,
    mirror,
    node: 'h1',
    grace: 24 * hour,
    clock: { now: () => time.wall, monotonic: () => time.monotonic },
    answers: async (address) => {
      expect(address).toBe('198.18.0.12');
      return world.answers;
    },
    forget: async (name) => {
      world.forgotten.push(name);
      await store.transact([], [{ op: 'delete', key: nodeKey(name) }]);
    },
    notices: { tell: async ({ kind, subject }) => void world.told.push(`${kind} ${subject}`) },
  });
  return {
    world,
    put,
    remove: (key: string) => store.transact([], [{ op: 'delete', key }]),
    missing: () => store.get('/clocker/v1/missing/h2'),
    /** Looks after so many milliseconds of both clocks, or of those told. */
    look: async (wall: number, monotonic = wall) => {
      time.wall += wall;
      time.monotonic += monotonic;
      await collector.look();
      const { revision } = await store.list('');
      await mirror.reached('/clocker/v1/missing/h2', revision, AbortSignal.timeout(5000));
    },
  };
}

test('a host is given up only after the grace, and told of', async () => {
  const { world, look, missing } = await setUp();
  await look(0);
  expect(await missing()).toBeDefined();
  await look(23 * hour);
  expect(world.forgotten).toEqual([]);
  await look(hour + 1);
  expect([world.forgotten, world.told]).toEqual([['h2'], ['host-collected h2']]);
  expect(await missing()).toBeUndefined();
  await look(48 * hour);
  expect(world.forgotten).toEqual(['h2']);
});

test('never while anything at its address answers', async () => {
  const { world, look } = await setUp();
  world.answers = true;
  await look(0);
  await look(30 * hour);
  expect(world.forgotten).toEqual([]);
  world.answers = false;
  await look(60_000);
  expect(world.forgotten).toEqual(['h2']);
});

test('one sign of life begins the time anew', async () => {
  const { world, look, put, remove, missing } = await setUp();
  await look(0);
  await put(aliveKey('h2'), '{}');
  await look(23 * hour);
  await look(0);
  expect(await missing()).toBeUndefined();
  await remove(aliveKey('h2'));
  await look(0);
  await look(2 * hour);
  expect(world.forgotten).toEqual([]);
});

test('not by a clock that jumps: the daemon must have seen it missing itself', async () => {
  const { world, look } = await setUp();
  await look(0);
  await look(30 * hour, 1000);
  expect(world.forgotten).toEqual([]);
  await look(0, 11 * 60_000);
  expect(world.forgotten).toEqual(['h2']);
});
