import { describe, expect, test } from 'vitest';
import { manualClock } from '../../support/store-clock.ts';
import { Fault } from '../../../src/diagnostic/fault.ts';
import { openMemoryStore } from '../../../src/store/memory.ts';
import type { ItemChange, MirrorState } from '../../../src/store/mirror.ts';
import { openMirror } from '../../../src/store/mirror/open.ts';
import type { Entry, Operation, Store, WatchBatch } from '../../../src/store/store.ts';

const forever = new AbortController().signal;
const put = (key: string, value: string): Operation => ({ op: 'put', key, value });
const write = async (store: Store, ...operations: Operation[]) => (await store.transact([], operations)).revision;
const asNumber = (entry: Entry): number | undefined => {
  if (entry.value === 'throw') throw new Error('hostile');
  const number = Number(entry.value);
  return Number.isNaN(number) ? undefined : number;
};
const numbers = (items: ReadonlyMap<string, { readonly value: number }>) =>
  Object.fromEntries([...items].map(([key, item]) => [key, item.value]));

async function opened() {
  const store = openMemoryStore();
  const clock = manualClock();
  await write(store, put('/a/1', '1'), put('/a/2', '2'), put('/b/1', '10'), put('/c/1', 'not mirrored'));
  const mirror = openMirror(store, ['/a/', '/b/'], { clock });
  const view = mirror.view('/a/', asNumber);
  return { store, clock, mirror, view };
}

describe('a mirror', () => {
  test('is ready with all that is there, and follows', async () => {
    const { store, mirror, view } = await opened();
    expect(mirror.state).toBe('loading');
    await mirror.ready;
    expect(mirror.state).toBe('live');
    expect(numbers(view.items)).toEqual({ '/a/1': 1, '/a/2': 2 });
    expect(mirror.get('/b/1')?.value).toBe('10');
    expect(mirror.get('/c/1')).toBeUndefined();
    const revision = await write(store, put('/a/1', '11'), { op: 'delete', key: '/a/2' }, put('/a/3', '3'));
    await mirror.reached('/a/1', revision, forever);
    expect(numbers(view.items)).toEqual({ '/a/1': 11, '/a/3': 3 });
    expect(view.items.get('/a/1')).toMatchObject({ key: '/a/1', revision, value: 11 });
    await mirror.close();
  });

  test('feeds what is there, and every change once all views have it', async () => {
    const { store, mirror, view } = await opened();
    const early: (readonly [string, number | undefined])[] = [];
    mirror.feed('/a/', asNumber, (changes) => {
      for (const { key, value } of changes) early.push([key, value]);
    });
    await mirror.ready;
    expect(early).toEqual([
      ['/a/1', 1],
      ['/a/2', 2],
    ]);
    const late: (readonly [string, number | undefined, number | undefined])[] = [];
    mirror.feed('/a/2', asNumber, (changes) => {
      for (const { key, value } of changes) late.push([key, value, view.items.get(key)?.value]);
    });
    await mirror.reached('/a/2', await write(store, put('/a/1', '7'), put('/a/2', 'throw')), forever);
    await mirror.reached('/a/2', await write(store, put('/a/2', '5')), forever);
    await mirror.reached('/a/2', await write(store, { op: 'delete', key: '/a/2' }), forever);
    expect(late).toEqual([
      ['/a/2', 2, 2],
      ['/a/2', undefined, undefined],
      ['/a/2', 5, 5],
      ['/a/2', undefined, undefined],
    ]);
    expect(early.slice(2)).toEqual([
      ['/a/1', 7],
      ['/a/2', undefined],
      ['/a/2', 5],
      ['/a/2', undefined],
    ]);
    await mirror.close();
  });

  test('tells each listener once, after every view has the change', async () => {
    const { store, mirror, view } = await opened();
    await mirror.ready;
    const other = mirror.view('/a/3', asNumber);
    const told: (readonly ItemChange<number>[])[] = [];
    let otherSaw: number | undefined;
    const stop = view.onChange((changes) => {
      told.push(changes);
      otherSaw = other.items.get('/a/3')?.value;
    });
    await mirror.reached('/a/3', await write(store, put('/a/3', '3'), put('/b/1', '0')), forever);
    expect(otherSaw).toBe(3);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject([{ key: '/a/3', before: undefined, after: { value: 3 } }]);
    await mirror.reached('/a/3', await write(store, { op: 'delete', key: '/a/3' }), forever);
    expect(told[1]).toMatchObject([{ key: '/a/3', before: { value: 3 }, after: undefined }]);
    stop();
    await mirror.reached('/a/3', await write(store, put('/a/3', '4')), forever);
    expect(told).toHaveLength(2);
    await mirror.close();
  });

  test('keeps records nobody can read out of the way of the others', async () => {
    const { store, mirror, view } = await opened();
    await mirror.ready;
    const bad = await write(store, put('/a/bad', 'x'), put('/a/1', 'throw'), put('/a/5', '5'));
    await mirror.reached('/a/5', bad, forever);
    expect(numbers(view.items)).toEqual({ '/a/2': 2, '/a/5': 5 });
    expect([...view.unusable].sort()).toEqual(['/a/1', '/a/bad']);
    const good = await write(store, put('/a/bad', '7'), { op: 'delete', key: '/a/1' });
    await mirror.reached('/a/bad', good, forever);
    expect(numbers(view.items)).toEqual({ '/a/2': 2, '/a/5': 5, '/a/bad': 7 });
    expect([...view.unusable]).toEqual([]);
    await mirror.close();
  });

  test('serves what it knows while the store is out of reach, says so, and catches up', async () => {
    const { store, mirror, view } = await opened();
    const states: MirrorState[] = [];
    mirror.onState((state) => states.push(state));
    await mirror.ready;
    store.reach(false);
    expect(mirror.state).toBe('stale');
    expect(numbers(view.items)).toEqual({ '/a/1': 1, '/a/2': 2 });
    store.reach(true);
    const revision = await write(store, put('/a/1', '100'));
    await mirror.reached('/a/1', revision, forever);
    expect(numbers(view.items)).toEqual({ '/a/1': 100, '/a/2': 2 });
    expect(states).toEqual(['live', 'stale', 'live']);
    await mirror.close();
  });

  test('gives up waiting when told to', async () => {
    const { mirror } = await opened();
    await mirror.ready;
    const stop = new AbortController();
    const waiting = mirror.reached('/a/1', 1_000_000, stop.signal);
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(mirror.reached('/a/1', 1, stop.signal)).rejects.toThrow('enough');
    await mirror.close();
  });

  test('waits for no change that will never come: what it has is compared with the store', async () => {
    const { store, clock, mirror } = await opened();
    await mirror.ready;
    const { revision } = await store.transact([], [put('/elsewhere', '')]);
    const nothing = await store.transact([], [{ op: 'delete', key: '/a/nobody' }]);
    expect(nothing.revision).toBe(revision);
    let reached = false;
    const waiting = mirror.reached('/a/nobody', nothing.revision, forever).then(() => (reached = true));
    await clock.advance(50);
    expect(reached).toBe(false);
    await clock.advance(100);
    await waiting;
    const never = mirror.reached('/a/1', revision + 1, forever);
    await mirror.close();
    await expect(never).rejects.toMatchObject({ code: 'store-unreachable' });
  });

  test('closed before it knew anything, it says so', async () => {
    const { store, mirror } = await opened();
    store.reach(false);
    const other = openMirror(store, ['/a/'], { clock: manualClock() });
    await other.close();
    await expect(other.ready).rejects.toMatchObject({ code: 'store-unreachable' });
    await mirror.close();
  });
});

describe('a watch that fails', () => {
  test('is begun again, and what went on meanwhile is told as changes', async () => {
    const store = openMemoryStore();
    const clock = manualClock();
    let failing = true;
    const failingStore: Store = {
      ...store,
      watch: async function* (prefix, options): AsyncIterable<WatchBatch> {
        if (failing) throw new Fault('not-permitted', 'No.');
        yield* store.watch(prefix, options);
      },
    };
    const mirror = openMirror(failingStore, ['/a/'], { clock });
    const view = mirror.view('/a/', asNumber);
    await clock.advance(1000);
    expect(mirror.state).toBe('loading');
    expect(mirror.fault?.code).toBe('not-permitted');
    await write(store, put('/a/1', '1'));
    failing = false;
    await clock.advance(10_000);
    expect(mirror.state).toBe('live');
    expect(mirror.fault).toBeUndefined();
    expect(numbers(view.items)).toEqual({ '/a/1': 1 });
    await mirror.close();
  });

  test('that loses events is found out, and what it lost is mended', async () => {
    const store = openMemoryStore();
    const clock = manualClock();
    const lossy: Store = {
      ...store,
      watch: async function* (prefix, options): AsyncIterable<WatchBatch> {
        for await (const batch of store.watch(prefix, options)) {
          if (batch.kind === 'snapshot') yield batch;
        }
      },
    };
    await write(store, put('/a/1', '1'), put('/a/2', '2'));
    const mirror = openMirror(lossy, ['/a/'], { clock });
    const view = mirror.view('/a/', asNumber);
    await mirror.ready;
    const told: string[] = [];
    view.onChange((changes) => told.push(...changes.map((change) => change.key)));
    await write(store, put('/a/1', '11'), { op: 'delete', key: '/a/2' }, put('/a/3', '3'));
    await clock.advance(60_000);
    expect(numbers(view.items)).toEqual({ '/a/1': 1, '/a/2': 2 });
    await clock.advance(120_000);
    expect(numbers(view.items)).toEqual({ '/a/1': 11, '/a/3': 3 });
    expect(mirror.repaired).toBe(3);
    expect(told.sort()).toEqual(['/a/1', '/a/2', '/a/3']);
    await mirror.close();
  });
});
