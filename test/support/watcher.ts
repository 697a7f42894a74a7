/** Watches a prefix and checks on the way that nothing comes twice, late or out of order. */
import type { Store } from '../../src/store/store.ts';

export type Watcher = {
  readonly world: ReadonlyMap<string, string>;
  readonly snapshots: number;
  readonly contacts: readonly boolean[];
  /** Breaches of the order of revisions, in words. */
  readonly wrong: readonly string[];
  /** Waits, at most so many seconds, until the world is what the store lists. */
  agrees(store: Store, seconds?: number): Promise<void>;
  until(holds: () => boolean, seconds?: number): Promise<void>;
  stop(): Promise<void>;
};

export function startWatcher(store: Store, prefix: string, from?: number): Watcher {
  const stop = new AbortController();
  const world = new Map<string, string>();
  const wrong: string[] = [];
  const contacts: boolean[] = [];
  let snapshots = 0;
  let revision = 0;

  const running = (async () => {
    const options = {
      signal: stop.signal,
      onContact: (contact: boolean) => contacts.push(contact),
      ...(from === undefined ? {} : { from }),
    };
    for await (const batch of store.watch(prefix, options)) {
      if (batch.kind === 'snapshot') {
        snapshots++;
        world.clear();
        for (const entry of batch.entries) world.set(entry.key, entry.value);
      } else {
        for (const change of batch.changes) {
          const at = change.kind === 'put' ? change.entry.revision : change.revision;
          if (at < revision) wrong.push(`revision ${at} came after ${revision}`);
          if (at <= revision && batch.changes[0] === change) wrong.push(`revision ${at} came again`);
          revision = at;
          if (change.kind === 'put') world.set(change.entry.key, change.entry.value);
          else world.delete(change.key);
        }
      }
      revision = batch.revision;
    }
  })();

  const until = async (holds: () => boolean, seconds = 20): Promise<void> => {
    const end = Date.now() + seconds * 1000;
    while (!holds()) {
      if (Date.now() > end) throw new Error(`The watch did not come to it in ${seconds} s.`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  return {
    world,
    wrong,
    contacts,
    get snapshots() {
      return snapshots;
    },
    until,
    agrees: async (other, seconds = 20) => {
      const { entries } = await other.list(prefix);
      const expected = new Map(entries.map((entry) => [entry.key, entry.value]));
      await until(() => {
        if (world.size !== expected.size) return false;
        for (const [key, value] of expected) if (world.get(key) !== value) return false;
        return true;
      }, seconds);
    },
    stop: async () => {
      stop.abort();
      await running;
    },
  };
}
