/**
 * What this process knows of the store: a mirror, and on top of it what its own transactions have shown since. So a
 * record just written is there for the next look-up, though the watch has not brought it yet, and a lost
 * compare-and-swap is tried again with what stood in its way, without asking the store.
 */
import { setMaxListeners } from 'node:events';
import { Fault } from '../diagnostic/fault.ts';
import type { Item, Mirror, View } from './mirror.ts';
import type { Condition, Entry, Operation, Outcome, Store } from './store.ts';

/** The records under one prefix, as fresh as this process knows them. */
export type Records<T> = {
  get(key: string): Item<T> | undefined;
  all(): Iterable<Item<T>>;
};

export type Overlay = {
  get(key: string): Entry | undefined;
  /** Asks the store where nothing is known of the key. */
  find(key: string): Promise<Entry | undefined>;
  /** `decode` as for `Mirror.view`. */
  records<T>(prefix: string, decode: (entry: Entry) => T | undefined): Records<T>;
  /** Whether this process takes the key away, or has done so and the mirror has not taken it in yet. */
  isDeleting(key: string): boolean;
  /** Without `deletePrefix`: what it deletes would not be known. */
  transact(
    conditions: readonly Condition[],
    operations: readonly Exclude<Operation, { readonly op: 'deletePrefix' }>[],
  ): Promise<Outcome>;
};

/** `entry` undefined: not there, as of `revision`. `losses` of the mirror: revisions of before mean nothing after. */
type Seen = { readonly entry: Entry | undefined; readonly revision: number; readonly losses: number };

const forEver = new AbortController().signal;
// As many wait as there are keys just written.
setMaxListeners(0, forEver);

export function createOverlay(store: Store, mirror: Mirror): Overlay {
  const seen = new Map<string, Seen>();
  /** By how many transactions under way. */
  const deleting = new Map<string, number>();

  const countDeletes = (operations: readonly { readonly op: string; readonly key: string }[], by: 1 | -1): void => {
    for (const { op, key } of operations) {
      if (op !== 'delete') continue;
      const count = (deleting.get(key) ?? 0) + by;
      if (count === 0) deleting.delete(key);
      else deleting.set(key, count);
    }
  };

  async function write(
    conditions: readonly Condition[],
    operations: readonly Exclude<Operation, { readonly op: 'deletePrefix' }>[],
  ): Promise<Outcome> {
    // The watch may tell of it before the answer comes.
    countDeletes(operations, 1);
    try {
      return await store.transact(conditions, operations);
    } finally {
      // What follows an answer notes it first.
      setImmediate(countDeletes, operations, -1);
    }
  }

  /** What is newer than the mirror; forgets what is not. */
  function ahead(key: string): Seen | undefined {
    const one = seen.get(key);
    if (one === undefined) return undefined;
    if (one.losses !== mirror.losses) {
      seen.delete(key);
      return undefined;
    }
    const mirrored = mirror.get(key);
    const caughtUp =
      one.entry === undefined
        ? mirrored === undefined || mirrored.revision > one.revision
        : mirrored !== undefined && mirrored.revision >= one.revision;
    if (!caughtUp) return one;
    seen.delete(key);
    return undefined;
  }

  function note(key: string, what: Omit<Seen, 'losses'>): void {
    const one = { ...what, losses: mirror.losses };
    seen.set(key, one);
    const forget = (): void => {
      if (seen.get(key) === one) seen.delete(key);
    };
    // Once the mirror has come this far it knows better, also of what others did to the key meanwhile.
    mirror.reached(key, one.revision, forEver).then(forget, forget);
  }

  const get = (key: string): Entry | undefined => {
    const one = ahead(key);
    return one === undefined ? mirror.get(key) : one.entry;
  };

  return {
    get,
    isDeleting: (key) => {
      const one = seen.get(key);
      return deleting.has(key) || (one !== undefined && one.entry === undefined);
    },
    find: async (key) => get(key) ?? store.get(key),
    records: (prefix, decode) => recordsOf(mirror.view(prefix, decode), prefix, decode, seen, ahead),
    transact: async (conditions, operations) => {
      if (mirror.state !== 'live') await untilLive(store, mirror, conditions[0]?.key ?? operations[0]?.key);
      const outcome = await write(conditions, operations);
      const { revision } = outcome;
      if (!outcome.succeeded) {
        for (const [index, { key }] of conditions.entries()) {
          const entry = outcome.current[index];
          note(key, { entry, revision: entry?.revision ?? revision });
        }
        return outcome;
      }
      for (const operation of operations) {
        const { key } = operation;
        if (operation.op === 'delete') note(key, { entry: undefined, revision });
        else {
          const { value, lease } = operation;
          const created = get(key)?.created ?? revision;
          note(key, { entry: { key, value, revision, created, ...(lease === undefined ? {} : { lease }) }, revision });
        }
      }
      return outcome;
    },
  };
}

/** Milliseconds. */
const patience = 4000;

/**
 * Who does not know whether the store is still the one it was must not write: addresses taken since the copy it may have
 * been set back to would be given out again. A store out of reach says so itself.
 */
async function untilLive(store: Store, mirror: Mirror, key: string | undefined): Promise<void> {
  if (key !== undefined) await store.get(key);
  await new Promise<void>((resolve, reject) => {
    const finish = (fault?: Fault): void => {
      stop();
      clearTimeout(timer);
      if (fault === undefined) resolve();
      else reject(fault);
    };
    const timer = setTimeout(() => finish(notLive(mirror)), patience);
    const stop = mirror.onState((state) => {
      if (state === 'live') finish();
    });
    if (mirror.state === 'live') finish();
  });
}

const notLive = ({ fault }: Mirror): Fault =>
  fault ?? new Fault('store-unreachable', 'The changes of the store could not be followed yet.', { transient: true });

function recordsOf<T>(
  view: View<T>,
  prefix: string,
  decode: (entry: Entry) => T | undefined,
  seen: ReadonlyMap<string, Seen>,
  ahead: (key: string) => Seen | undefined,
): Records<T> {
  const decoded = new WeakMap<Entry, Item<T> | undefined>();

  /** Values come from other hosts and from people: what can't be read is not there, as in the mirror's own views. */
  function itemOf(entry: Entry): Item<T> | undefined {
    if (decoded.has(entry)) return decoded.get(entry);
    let value: T | undefined;
    try {
      value = decode(entry);
    } catch {
      value = undefined;
    }
    const { key, revision, created } = entry;
    const item = value === undefined ? undefined : { key, value, revision, created };
    decoded.set(entry, item);
    return item;
  }

  return {
    get: (key) => {
      const one = ahead(key);
      if (one === undefined) return view.items.get(key);
      return one.entry === undefined ? undefined : itemOf(one.entry);
    },
    *all() {
      const newer = [...seen.keys()].filter((key) => key.startsWith(prefix) && ahead(key) !== undefined);
      const overlaid = new Set(newer);
      for (const [key, item] of view.items) if (!overlaid.has(key)) yield item;
      for (const key of newer) {
        const entry = ahead(key)?.entry;
        const item = entry === undefined ? undefined : itemOf(entry);
        if (item !== undefined) yield item;
      }
    },
  };
}
