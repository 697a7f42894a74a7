/**
 * The loop behind everything that keeps one thing like another: it looks, removes the difference, and expects to be
 * called again. An event never carries the change to make; it only pokes the loop, so a lost or doubled event costs
 * nothing.
 */

/** What the loop needs of time; `src/host` gives the real one, tests a fake. */
export type LoopClock = {
  /** Calls `then` once after so many milliseconds, unless the returned function is called before. */
  schedule(milliseconds: number, then: () => void): () => void;
};

export type LoopOptions = {
  /** Brings the world to what it should be. Never runs twice at once. */
  readonly sync: (signal: AbortSignal) => Promise<void>;
  readonly clock: LoopClock;
  /** Milliseconds from the end of one sync to the next: pokes within it are one. */
  readonly minDelay: number;
  /** Milliseconds to the first retry of a failed sync; doubles with every further failure. */
  readonly firstBackoff: number;
  readonly maxBackoff: number;
  /** Milliseconds after which it looks again though nobody poked: what nobody told us is found then. */
  readonly resync: number;
  /** Ends the loop. The sync under way is told by its signal and awaited. */
  readonly signal: AbortSignal;
  /** Told of every failure; the loop tries again whatever it was. What this throws ends the loop. */
  readonly onFailure: (error: unknown, retryIn: number) => void;
};

export type Loop = {
  /** Look again soon. Also while a sync runs: then once more after it. Does not cut a back-off short. */
  poke(): void;
  /** Resolves when the loop has ended. */
  readonly stopped: Promise<void>;
};

/** Syncs at once, and from then on when poked, when a retry is due, or after `resync`. */
export function startLoop(options: LoopOptions): Loop {
  const { clock, signal, minDelay } = options;
  let isDirty = false;
  let wake: (() => void) | undefined;

  const pause = (milliseconds: number, isCutByPoke: boolean): Promise<void> => {
    if (signal.aborted || (isCutByPoke && isDirty)) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        cancel();
        signal.removeEventListener('abort', end);
        wake = undefined;
        resolve();
      };
      const cancel = clock.schedule(milliseconds, end);
      signal.addEventListener('abort', end);
      if (isCutByPoke) wake = end;
    });
  };

  const run = async (): Promise<void> => {
    let failures = 0;
    while (!signal.aborted) {
      isDirty = false;
      const failure = await attempt(options);
      if (signal.aborted) return;
      failures = failure === undefined ? 0 : failures + 1;
      if (failure === undefined) {
        await pause(minDelay, false);
        await pause(options.resync - minDelay, true);
      } else {
        const retryIn = Math.min(options.firstBackoff * 2 ** (failures - 1), options.maxBackoff);
        options.onFailure(failure.error, retryIn);
        await pause(retryIn, false);
      }
    }
  };

  return {
    poke() {
      isDirty = true;
      wake?.();
    },
    stopped: run(),
  };
}

async function attempt({ sync, signal }: LoopOptions): Promise<{ readonly error: unknown } | undefined> {
  try {
    await sync(signal);
    return undefined;
  } catch (error) {
    return { error };
  }
}
