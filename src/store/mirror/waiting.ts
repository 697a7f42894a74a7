/** Those who wait until a mirror knows what became of a key. */
import { Fault, isFault } from '../../diagnostic/fault.ts';
import type { StoreClock } from '../clock.ts';
import type { Store } from '../store.ts';
import type { Part } from './part.ts';

export type Gate = {
  readonly passed: Promise<void>;
  readonly open: () => void;
  readonly fail: (reason: unknown) => void;
};

/** Failing is no unhandled rejection where nobody waits. */
export function createGate(): Gate {
  let open = (): void => undefined;
  let fail = (_reason: unknown): void => undefined;
  const passed = new Promise<void>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  passed.catch(() => undefined);
  return { passed, open, fail };
}

export type Waiting = {
  until(part: Part, key: string, revision: number, signal: AbortSignal): Promise<void>;
  /** To be called when parts have moved on. */
  look(): void;
  close(): void;
};

/** Milliseconds after which the store is asked, and asked again. */
const askAfter = 100;

type Waiter = { readonly part: Part; readonly revision: number; readonly gate: Gate };

export function createWaiting(store: Pick<Store, 'get'>, clock: StoreClock): Waiting {
  const waiters = new Set<Waiter>();
  let closed = false;

  /**
   * The revision may have changed nothing under this prefix, and then the watch will never come to it: a key that is in
   * the mirror as it is in the store is known just as well.
   */
  async function ask(waiter: Waiter, key: string): Promise<void> {
    const entry = await store.get(key).catch((error: unknown) => {
      if (isFault(error)) return 'unknown' as const;
      throw error;
    });
    if (entry !== 'unknown' && entry?.revision === waiter.part.entries.get(key)?.revision) waiter.gate.open();
  }

  return {
    until: async (part, key, revision, signal) => {
      signal.throwIfAborted();
      if (part.revision >= revision) return;
      if (closed) throw new Fault('store-unreachable', 'The mirror is closed.');
      const waiter: Waiter = { part, revision, gate: createGate() };
      let cancel = (): void => undefined;
      const askLater = (): void => {
        cancel = clock.schedule(askAfter, () => {
          askLater();
          void ask(waiter, key);
        });
      };
      const giveUp = (): void => waiter.gate.fail(signal.reason);
      waiters.add(waiter);
      signal.addEventListener('abort', giveUp, { once: true });
      askLater();
      try {
        await waiter.gate.passed;
      } finally {
        cancel();
        waiters.delete(waiter);
        signal.removeEventListener('abort', giveUp);
      }
    },
    look: () => {
      for (const { part, revision, gate } of waiters) if (part.revision >= revision) gate.open();
    },
    close: () => {
      closed = true;
      for (const { gate } of waiters) gate.fail(new Fault('store-unreachable', 'The mirror is closed.'));
    },
  };
}
