/** A store that forgets everything with its process, for tests and trials; its controls make it fail on demand. */
import { Fault } from '../diagnostic/fault.ts';
import { systemStoreClock, type StoreClock } from './clock.ts';
import { createBell } from './resident/follow.ts';
import { historyLimits, type HistoryLimits } from './resident/history.ts';
import { openResidentStore, type ResidentStore } from './resident/resident.ts';
import type { Store, WatchBatch, WatchOptions } from './store.ts';

export type MemoryStore = ResidentStore & {
  /** While false, calls answer `store-unreachable` and watches are silent. */
  reach(reachable: boolean): void;
  /** While there is one, writes are refused with this fault, as by a full disk. */
  failWrites(fault: Fault | undefined): void;
};

export type MemoryOptions = { readonly clock?: StoreClock; readonly history?: HistoryLimits };

export function openMemoryStore(options: MemoryOptions = {}): MemoryStore {
  const clock = options.clock ?? systemStoreClock;
  let failure: Fault | undefined;
  const resident = openResidentStore({
    journal: {
      write: () => (failure === undefined ? Promise.resolve() : Promise.reject(failure)),
      close: () => Promise.resolve(),
    },
    clock,
    history: options.history ?? historyLimits,
    initial: { revision: 1, entries: [] },
  });
  const link = createLink(resident);
  return {
    ...link.store,
    get revision() {
      return resident.revision;
    },
    content: () => resident.content(),
    compact: () => resident.compact(),
    expire: (lease) => resident.expire(lease),
    reach: (reachable) => link.reach(reachable),
    failWrites: (fault) => {
      failure = fault;
    },
  };
}

/** The way to a store, which can be cut. */
function createLink(store: Store): { readonly store: Store; reach(reachable: boolean): void } {
  const bell = createBell();
  const contacts = new Set<(contact: boolean) => void>();
  let reachable = true;

  const reached = async <T>(run: () => Promise<T>): Promise<T> => {
    if (!reachable) throw new Fault('store-unreachable', 'The store is out of reach.', { transient: true });
    return run();
  };

  async function* whileReachable(prefix: string, options: WatchOptions): AsyncIterable<WatchBatch> {
    const { signal, onContact } = options;
    if (onContact !== undefined) contacts.add(onContact);
    const ring = (): void => bell.ring();
    signal.addEventListener('abort', ring, { once: true });
    try {
      while (!reachable && !signal.aborted) await bell.heard(signal);
      for await (const batch of store.watch(prefix, options)) {
        while (!reachable && !signal.aborted) await bell.heard(signal);
        if (signal.aborted) return;
        yield batch;
      }
    } finally {
      signal.removeEventListener('abort', ring);
      if (onContact !== undefined) contacts.delete(onContact);
    }
  }

  return {
    store: {
      get: (key) => reached(() => store.get(key)),
      list: (prefix) => reached(() => store.list(prefix)),
      transact: (conditions, operations) => reached(() => store.transact(conditions, operations)),
      watch: whileReachable,
      lease: (ttlSeconds) => reached(() => store.lease(ttlSeconds)),
      campaign: (election, candidate, signal) => reached(() => store.campaign(election, candidate, signal)),
      close: () => store.close(),
    },
    reach: (now) => {
      if (now === reachable) return;
      reachable = now;
      for (const tell of contacts) tell(now);
      bell.ring();
    },
  };
}
