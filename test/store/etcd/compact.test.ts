import { expect, test } from 'vitest';
import { manualClock } from '../../support/store-clock.ts';
import { Fault } from '../../../src/diagnostic/fault.ts';
import { compactForEver, compactionKey, type History } from '../../../src/store/etcd/compact.ts';
import { openMemoryStore } from '../../../src/store/memory.ts';

const minutes = 60_000;

function world() {
  const store = openMemoryStore();
  const clock = manualClock();
  const stop = new AbortController();
  const compacted: number[] = [];
  const history: History = {
    ...store,
    compact: async (revision) => {
      compacted.push(revision);
    },
  };
  const write = async () => (await store.transact([], [{ op: 'put', key: '/a', value: '' }])).revision;
  const run = (using: History = history) => compactForEver(using, clock, stop.signal);
  return { store, clock, stop, compacted, history, write, run };
}

test('history goes when it is a round old, never sooner', async () => {
  const { clock, stop, compacted, write, run } = world();
  const running = run();
  await clock.advance(1 * minutes);
  const [early, late] = [await write(), await write()];
  expect(compacted).toEqual([]);
  await clock.advance(6 * minutes);
  expect(compacted).toHaveLength(1);
  expect(compacted[0]).toBeLessThan(early);
  await clock.advance(6 * minutes);
  expect(compacted[1]).toBeGreaterThan(late);
  stop.abort();
  await running;
});

test('of many hosts one compacts in each round, and each revision once', async () => {
  const { clock, stop, compacted, write, run } = world();
  const running = Array.from({ length: 10 }, () => run());
  for (let round = 0; round < 10; round++) {
    await write();
    await clock.advance(5 * minutes);
  }
  expect(new Set(compacted).size).toBe(compacted.length);
  expect([...compacted].sort((a, b) => a - b)).toEqual(compacted);
  expect(compacted.length).toBeGreaterThan(5);
  expect(compacted.length).toBeLessThan(14);
  stop.abort();
  await Promise.all(running);
});

test('a store that is away, or that refuses, stops nobody', async () => {
  const { store, clock, stop, compacted, history, run } = world();
  let refuse = true;
  const running = run({
    ...history,
    compact: async (revision) => {
      if (refuse) throw new Fault('not-permitted', 'No.');
      await history.compact(revision);
    },
  });
  store.reach(false);
  await clock.advance(12 * minutes);
  store.reach(true);
  await clock.advance(20 * minutes);
  expect(compacted).toEqual([]);
  refuse = false;
  await clock.advance(12 * minutes);
  expect(compacted.length).toBeGreaterThan(0);
  expect(await store.get(compactionKey)).toBeDefined();
  stop.abort();
  await running;
});
