import { describe, expect, onTestFinished, test } from 'vitest';
import {
  createOverlay,
  openMemoryStore,
  openMirror,
  systemStoreClock,
  type Mirror,
  type Store,
} from '../../src/store/index.ts';

const signal = AbortSignal.timeout(5000);

/** A mirror that can be held back, as when the watch is slow. */
function heldMirror(mirror: Mirror): { mirror: Mirror; hold: (held: boolean) => void } {
  let held: ReadonlyMap<string, ReturnType<Mirror['get']>> | undefined;
  return {
    mirror: {
      ...mirror,
      get: (key) => (held === undefined ? mirror.get(key) : held.get(key)),
      reached: (...those) => (held === undefined ? mirror.reached(...those) : new Promise(() => undefined)),
    },
    hold: (on) => {
      held = on ? new Map() : undefined;
    },
  };
}

async function open(): Promise<{ store: Store; mirror: Mirror }> {
  const store = openMemoryStore();
  const mirror = openMirror(store, ['/a/'], { clock: systemStoreClock });
  onTestFinished(async () => {
    await mirror.close();
    await store.close();
  });
  await mirror.ready;
  return { store, mirror };
}

describe('what this process has written', () => {
  test('is there at once, though the mirror does not know it', async () => {
    const { store, mirror } = await open();
    const { mirror: slow, hold } = heldMirror(mirror);
    hold(true);
    const overlay = createOverlay(store, slow);
    await overlay.transact([], [{ op: 'put', key: '/a/1', value: 'one' }]);
    expect(overlay.get('/a/1')?.value).toBe('one');
    const records = overlay.records('/a/', (entry) => entry.value);
    expect([...records.all()].map(({ value }) => value)).toEqual(['one']);
  });

  test('gives way to what the mirror brings later', async () => {
    const { store, mirror } = await open();
    const overlay = createOverlay(store, mirror);
    await overlay.transact([], [{ op: 'put', key: '/a/1', value: 'one' }]);
    const outcome = await store.transact([], [{ op: 'put', key: '/a/1', value: 'two' }]);
    await mirror.reached('/a/1', outcome.revision, signal);
    expect(overlay.get('/a/1')?.value).toBe('two');
  });

  test('a deletion hides what the mirror still has', async () => {
    const { store, mirror } = await open();
    const { revision } = await store.transact([], [{ op: 'put', key: '/a/1', value: 'one' }]);
    await mirror.reached('/a/1', revision, signal);
    const old = mirror.get('/a/1');
    const stale: Mirror = { ...mirror, get: () => old, reached: () => new Promise(() => undefined) };
    const overlay = createOverlay(store, stale);
    const records = overlay.records('/a/', (entry) => entry.value);
    expect(records.get('/a/1')?.value).toBe('one');
    await overlay.transact([], [{ op: 'delete', key: '/a/1' }]);
    expect(overlay.get('/a/1')).toBeUndefined();
    expect([...records.all()]).toEqual([]);
  });
});

test('a lost race shows what stood in its way', async () => {
  const { store, mirror } = await open();
  const { mirror: slow, hold } = heldMirror(mirror);
  hold(true);
  const overlay = createOverlay(store, slow);
  await store.transact([], [{ op: 'put', key: '/a/1', value: 'theirs' }]);
  const lost = await overlay.transact([{ key: '/a/1', is: 'absent' }], [{ op: 'put', key: '/a/1', value: 'mine' }]);
  expect(lost.succeeded).toBe(false);
  const current = overlay.get('/a/1');
  expect(current?.value).toBe('theirs');
  const won = await overlay.transact(
    [{ key: '/a/1', is: 'revision', revision: current?.revision ?? 0 }],
    [{ op: 'put', key: '/a/1', value: 'mine' }],
  );
  expect(won.succeeded).toBe(true);
  expect(overlay.get('/a/1')?.created).toBe(current?.created);
});

test('a key the mirror does not know is asked for', async () => {
  const { store, mirror } = await open();
  const overlay = createOverlay(store, { ...mirror, get: () => undefined });
  await store.transact([], [{ op: 'put', key: '/a/1', value: 'one' }]);
  expect((await overlay.find('/a/1'))?.value).toBe('one');
});

test('a value that can not be read is not there', async () => {
  const { store, mirror } = await open();
  const overlay = createOverlay(store, mirror);
  const records = overlay.records('/a/', (entry): unknown => JSON.parse(entry.value));
  await overlay.transact([], [{ op: 'put', key: '/a/1', value: '{' }]);
  expect(records.get('/a/1')).toBeUndefined();
  expect([...records.all()]).toEqual([]);
});

test('what others deleted meanwhile does not come back', async () => {
  const { store, mirror } = await open();
  const overlay = createOverlay(store, mirror);
  await overlay.transact([], [{ op: 'put', key: '/a/1', value: 'one' }]);
  const outcome = await store.transact([], [{ op: 'delete', key: '/a/1' }]);
  await mirror.reached('/a/1', outcome.revision, signal);
  expect(overlay.get('/a/1')).toBeUndefined();
});

test('what the mirror has caught up with is forgotten', async () => {
  const { store, mirror } = await open();
  const overlay = createOverlay(store, mirror);
  let revision = 0;
  for (let round = 0; round < 3000; round++) {
    ({ revision } = await overlay.transact([], [{ op: 'put', key: `/a/${round}`, value: 'x' }]));
  }
  await mirror.reached('/a/2999', revision, signal);
  expect([...overlay.records('/a/', (entry) => entry.value).all()]).toHaveLength(3000);
});
