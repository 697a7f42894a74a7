/** Work that is asked for more often than it can be done: one turn at a time, and all that is asked meanwhile is the next. */
export type Turns = {
  readonly request: () => void;
  /** Resolves when nothing is under way. */
  readonly settled: () => Promise<void>;
};

/** `work` must not reject. */
export function createTurns(work: () => Promise<void>): Turns {
  let isWanted = false;
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    // What comes in one breath is one turn.
    await new Promise((resolve) => setImmediate(resolve));
    while (isWanted) {
      isWanted = false;
      await work();
    }
    running = undefined;
  }

  return {
    request: () => {
      isWanted = true;
      running ??= run();
    },
    settled: async () => running,
  };
}
