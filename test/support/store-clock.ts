/** A clock that stands still until told to move. */
import type { StoreClock } from '../../src/store/clock.ts';

export type ManualClock = StoreClock & {
  /** Runs what is due on the way, in order, letting promises settle after each. */
  advance(milliseconds: number): Promise<void>;
};

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export function manualClock(): ManualClock {
  let now = 0;
  let timers: { readonly at: number; readonly run: () => void }[] = [];
  return {
    monotonic: () => now,
    schedule: (milliseconds, run) => {
      const timer = { at: now + milliseconds, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((each) => each !== timer);
      };
    },
    advance: async (milliseconds) => {
      const end = now + milliseconds;
      for (;;) {
        await settle();
        const [next] = timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at);
        if (next === undefined) break;
        now = Math.max(now, next.at);
        timers = timers.filter((each) => each !== next);
        next.run();
      }
      now = end;
    },
  };
}
