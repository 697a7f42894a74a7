/** The machine's clock, for loops and whatever else waits. */
export type Clock = {
  /** Milliseconds since 1970; may jump. */
  now(): number;
  /** Calls `then` once after so many milliseconds, unless the returned function is called before. */
  schedule(milliseconds: number, then: () => void): () => void;
};

/** Waiting keeps the process alive only as long as something else does. */
export const clockOfHost: Clock = {
  now: () => Date.now(),
  schedule(milliseconds, then) {
    const timer = setTimeout(then, milliseconds);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
