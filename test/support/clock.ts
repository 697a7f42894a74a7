/** A clock that stands still until a test moves it. */
import { setImmediate } from 'node:timers/promises';

export type FakeClock = {
  now(): number;
  schedule(milliseconds: number, then: () => void): () => void;
  /** Moves time on, running what is due in order and letting promises settle in between. */
  advance(milliseconds: number): Promise<void>;
  /** Number of things scheduled. */
  pending(): number;
};

export function createFakeClock(): FakeClock {
  let time = 0;
  let timers: readonly { readonly at: number; readonly then: () => void }[] = [];
  const advance = async (milliseconds: number): Promise<void> => {
    const end = time + milliseconds;
    for (;;) {
      await setImmediate();
      const due = timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      time = Math.max(time, due.at);
      timers = timers.filter((timer) => timer !== due);
      due.then();
    }
    time = end;
    await setImmediate();
  };
  return {
    now: () => time,
    schedule(milliseconds, then) {
      const timer = { at: time + milliseconds, then };
      timers = [...timers, timer];
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
    advance,
    pending: () => timers.length,
  };
}
