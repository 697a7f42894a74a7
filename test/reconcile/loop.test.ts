import { expect, test } from 'vitest';
import { startLoop } from '../../src/reconcile/loop.ts';
import type { LoopOptions } from '../../src/reconcile/loop.ts';
import { createFakeClock } from '../support/clock.ts';

/** A loop on a fake clock, with the times at which it synced. */
function loopWith(sync: (count: number, signal: AbortSignal) => Promise<void>, more: Partial<LoopOptions> = {}) {
  const clock = createFakeClock();
  const abort = new AbortController();
  const times: number[] = [];
  const failures: [string, number][] = [];
  const loop = startLoop({
    sync: async (signal) => {
      times.push(clock.now());
      await sync(times.length, signal);
    },
    clock,
    minDelay: 10,
    firstBackoff: 100,
    maxBackoff: 1000,
    resync: 5000,
    signal: abort.signal,
    onFailure: (error, retryIn) => failures.push([String(error), retryIn]),
    ...more,
  });
  return { clock, abort, times, failures, loop };
}

const succeed = async (): Promise<void> => {};

test('syncs at once, then only when poked or after the resync time', async () => {
  const { clock, times, loop } = loopWith(succeed);
  await clock.advance(1000);
  expect(times).toEqual([0]);
  loop.poke();
  await clock.advance(0);
  expect(times).toEqual([0, 1000]);
  await clock.advance(11_000);
  expect(times).toEqual([0, 1000, 6000, 11_000]);
});

test('many pokes are one sync', async () => {
  const { clock, times, loop } = loopWith(succeed);
  await clock.advance(100);
  for (let count = 0; count < 100; count++) loop.poke();
  await clock.advance(0);
  for (let count = 0; count < 100; count++) loop.poke();
  await clock.advance(100);
  expect(times).toEqual([0, 100, 110]);
});

test('a poke while it syncs makes it sync once more', async () => {
  let finish = (): void => {};
  const { clock, times, loop } = loopWith((count) =>
    count === 1 ? new Promise((resolve) => (finish = resolve)) : Promise.resolve(),
  );
  await clock.advance(50);
  loop.poke();
  loop.poke();
  await clock.advance(50);
  expect(times).toEqual([0]);
  finish();
  await clock.advance(1000);
  expect(times).toEqual([0, 110]);
});

test('failures back off, to a limit; a success resets', async () => {
  const { clock, times, failures, loop } = loopWith(async (count) => {
    if (count !== 6) throw new Error(`no ${count}`);
  });
  await clock.advance(3499);
  expect(times).toEqual([0, 100, 300, 700, 1500, 2500]);
  expect(failures.map(([, retryIn]) => retryIn)).toEqual([100, 200, 400, 800, 1000]);
  loop.poke();
  await clock.advance(101);
  expect(times).toEqual([0, 100, 300, 700, 1500, 2500, 3499, 3599]);
  expect(failures.at(-2)).toEqual(['Error: no 7', 100]);
});

test('a poke does not cut a back-off short, and is not lost', async () => {
  const { clock, times, loop } = loopWith(async (count) => {
    if (count === 1) throw new Error('no');
  });
  await clock.advance(20);
  loop.poke();
  await clock.advance(1000);
  expect(times).toEqual([0, 100]);
});

test('ends when told: at rest, in a back-off, and during a sync', async () => {
  const atRest = loopWith(succeed);
  await atRest.clock.advance(100);
  atRest.abort.abort();
  await atRest.loop.stopped;
  expect(atRest.clock.pending()).toBe(0);
  atRest.loop.poke();
  await atRest.clock.advance(10_000);
  expect(atRest.times).toEqual([0]);

  const backingOff = loopWith(() => Promise.reject(new Error('no')));
  await backingOff.clock.advance(10);
  backingOff.abort.abort();
  await backingOff.loop.stopped;
  expect(backingOff.clock.pending()).toBe(0);

  const syncing = loopWith(
    (_count, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')));
      }),
  );
  await syncing.clock.advance(10);
  syncing.abort.abort();
  await syncing.loop.stopped;
  expect(syncing.failures).toEqual([]);
});

test('what the failure handler throws ends the loop', async () => {
  const { loop } = loopWith(() => Promise.reject(new Error('bug')), {
    onFailure: (error) => {
      throw error;
    },
  });
  await expect(loop.stopped).rejects.toThrow('bug');
});
