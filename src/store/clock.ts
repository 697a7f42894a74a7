/** What the store asks of time; src/host and the tests' clock both fit it by shape. */
export type StoreClock = {
  /** Milliseconds of a clock that never goes back and is not set by anybody. */
  monotonic(): number;
  /** Calls once after so many milliseconds; the answer cancels it. Keeps no process alive. */
  schedule(milliseconds: number, run: () => void): () => void;
};

export const systemStoreClock: StoreClock = {
  monotonic: () => performance.now(),
  schedule: (milliseconds, run) => {
    const timer = setTimeout(run, milliseconds);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Resolves after so many milliseconds, or at once when the signal aborts. */
export function pause(clock: StoreClock, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const finish = (): void => {
      cancel();
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = clock.schedule(milliseconds, finish);
    signal.addEventListener('abort', finish, { once: true });
  });
}
