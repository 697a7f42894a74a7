/**
 * Work on one key at a time, in the order it was asked for; work on different keys runs side by side. Who waits stops
 * waiting when its time is over, and its work is then never begun; work that has begun keeps its key until it ends.
 */
export type Locks = { hold<T>(key: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> };

export function createLocks(): Locks {
  const tails = new Map<string, Promise<unknown>>();
  return {
    hold(key, work, signal) {
      const before = tails.get(key) ?? Promise.resolve();
      const mine = before.then(() => {
        signal?.throwIfAborted();
        return work();
      });
      const tail = mine.catch(() => undefined);
      tails.set(key, tail);
      void tail.then(() => {
        if (tails.get(key) === tail) tails.delete(key);
      });
      return mine;
    },
  };
}
