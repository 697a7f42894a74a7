/** Work on one key at a time, in the order it was asked for; work on different keys runs side by side. */
export type Locks = { hold<T>(key: string, work: () => Promise<T>): Promise<T> };

export function createLocks(): Locks {
  const tails = new Map<string, Promise<unknown>>();
  return {
    hold(key, work) {
      const before = tails.get(key) ?? Promise.resolve();
      const mine = before.then(work, work);
      const tail = mine.catch(() => undefined);
      tails.set(key, tail);
      void tail.then(() => {
        if (tails.get(key) === tail) tails.delete(key);
      });
      return mine;
    },
  };
}
