/** Elements that come and go one by one, each as often as it was put, with what changed between two looks at them. */
import type { Elements, ElementChange } from './model.ts';

export type CountedSet = {
  put(element: string): void;
  take(element: string): void;
  /** The same for as long as nothing changes. An earlier look shows the elements as they are now. */
  look(): Elements;
};

/** Changes that are remembered at least; of a larger set as many as it has elements. */
const leastRemembered = 1024;

export function createCountedSet(): CountedSet {
  const counts = new Map<string, number>();
  /** Elements that came or went, in order; the first is change number `start`. */
  let log: string[] = [];
  let start = 0;
  let latest: Elements | undefined;
  const looks = new WeakMap<Elements, number>();

  function note(element: string): void {
    log.push(element);
    latest = undefined;
    const most = Math.max(leastRemembered, counts.size);
    if (log.length <= 2 * most) return;
    start += log.length - most;
    log = log.slice(-most);
  }

  /** An element that changed an odd number of times is no longer as it was. */
  function changesSince(before: Elements): ElementChange | undefined {
    const from = looks.get(before);
    if (from === undefined || from < start) return undefined;
    const odd = new Set<string>();
    for (const element of log.slice(from - start)) if (!odd.delete(element)) odd.add(element);
    const changed = [...odd];
    return {
      put: changed.filter((element) => counts.has(element)),
      take: changed.filter((element) => !counts.has(element)),
    };
  }

  return {
    put: (element) => {
      const count = counts.get(element) ?? 0;
      counts.set(element, count + 1);
      if (count === 0) note(element);
    },
    take: (element) => {
      const count = counts.get(element) ?? 0;
      if (count > 1) counts.set(element, count - 1);
      else if (counts.delete(element)) note(element);
    },
    look: () => {
      if (latest !== undefined) return latest;
      latest = {
        get size() {
          return counts.size;
        },
        get: (element) => (counts.has(element) ? '' : undefined),
        keys: () => counts.keys(),
        changesSince,
      };
      looks.set(latest, start + log.length);
      return latest;
    },
  };
}
