import { setMaxListeners } from 'node:events';
import { Fault } from '../../diagnostic/fault.ts';
import { pause } from '../clock.ts';
import type { Mirror, MirrorOptions, MirrorState } from '../mirror.ts';
import type { Entry, Store } from '../store.ts';
import { compareForEver, followStore, type FollowHooks } from './follow.ts';
import { createPart, type EntryChange, type Part } from './part.ts';
import { createFeed, createView, sortOut, type OpenView } from './view.ts';
import { createGate, createWaiting } from './waiting.ts';

/** What is there of each key after a row of changes. */
function latest(changes: readonly EntryChange[]): { readonly put: Entry[]; readonly remove: string[] } {
  const last = new Map(changes.map((change) => [change.key, change.after]));
  const put: Entry[] = [];
  const remove: string[] = [];
  for (const [key, entry] of last) {
    if (entry === undefined) remove.push(key);
    else put.push(entry);
  }
  return { put, remove };
}

/** Milliseconds. */
const recoverAgainAfter = 2000;

const lost = new Fault('store-unreachable', 'The store has lost records; they are being put back.', {
  transient: true,
});

/** `prefixes` must not begin with one another. */
export function openMirror(store: Store, prefixes: readonly string[], options: MirrorOptions): Mirror {
  const { clock, snapshot } = options;
  const stored = options.snapshot?.load() ?? [];
  const fromDisk = stored.length > 0;
  const parts = prefixes.map((prefix) => createPart(prefix, stored));
  const inContact = new Set<Part>();
  const views = new Set<OpenView>();
  const stateListeners = new Set<(state: MirrorState) => void>();
  const closing = new AbortController();
  // Each part of the store listens for the end twice; that is no leak.
  setMaxListeners(0, closing.signal);
  const ready = createGate();
  const waiting = createWaiting(store, clock);
  let state: MirrorState = 'loading';
  let fault: Fault | undefined;
  let repaired = 0;
  let losses = 0;
  const held = new Set<Part>();
  let recovery: Promise<void> | undefined;

  const partOf = (key: string): Part | undefined => parts.find((part) => key.startsWith(part.prefix));
  function entriesFor(prefix: string): Iterable<Entry> {
    const part = partOf(prefix);
    if (part === undefined) throw new Error(`This mirror holds nothing under ${prefix}.`);
    return { [Symbol.iterator]: () => part.entries.values() };
  }
  function* all(): Iterable<Entry> {
    for (const part of parts) yield* part.entries.values();
  }

  function setState(): void {
    const filled = fromDisk || parts.every((part) => part.revision > 0);
    const live = parts.every((part) => part.revision > 0 && inContact.has(part));
    const now = live ? 'live' : filled ? 'stale' : 'loading';
    if (now !== 'loading') ready.open();
    if (now === state) return;
    state = now;
    for (const listener of stateListeners) listener(now);
  }

  function spread(changes: readonly EntryChange[]): void {
    if (changes.length > 0) {
      const tell = [...sortOut(changes, views)].map(([view, own]) => view.take(own));
      snapshot?.save(latest(changes), all);
      for (const each of tell) each();
    }
    waiting.look();
  }

  /** Once for all parts: what is lost of one is most often lost of all, and each is told so at a moment of its own. */
  async function recover(): Promise<void> {
    while (held.size > 0 && !closing.signal.aborted) {
      const known = [...all()];
      const parted = [...held];
      try {
        await options.guard?.recover(known, closing.signal);
        losses++;
        for (const part of parted) held.delete(part);
      } catch (error) {
        fault = error instanceof Fault ? error : fault;
        await pause(clock, recoverAgainAfter, closing.signal);
      }
    }
    recovery = undefined;
  }

  const hooksOf = (part: Part): FollowHooks => ({
    isLoss: (batch) => {
      const { guard } = options;
      if (guard === undefined || part.entries.size === 0 || !guard.isLoss(batch, part.entries)) return false;
      held.add(part);
      inContact.delete(part);
      fault = lost;
      setState();
      return true;
    },
    recovered: () => (recovery ??= recover()),
    isHeld: () => held.has(part),
    taken: (changes) => {
      inContact.add(part);
      fault = undefined;
      spread(changes);
      setState();
    },
    mended: (changes) => {
      repaired += changes.length;
      spread(changes);
    },
    contact: (contact, why) => {
      if (held.has(part)) return;
      if (contact) inContact.add(part);
      else inContact.delete(part);
      fault = contact ? undefined : (why ?? fault);
      setState();
    },
  });

  const running = parts.flatMap((part) => [
    followStore(store, clock, part, hooksOf(part), closing.signal),
    compareForEver(store, clock, part, hooksOf(part), closing.signal),
  ]);
  setState();

  return {
    get state() {
      return state;
    },
    get fault() {
      return fault;
    },
    get repaired() {
      return repaired;
    },
    get losses() {
      return losses;
    },
    ready: ready.passed,
    get: (key) => partOf(key)?.entries.get(key),
    view: (prefix, decode) => {
      const { view, open } = createView(prefix, decode, entriesFor(prefix));
      views.add(open);
      return view;
    },
    feed: (prefix, decode, take) => {
      const { open, again } = createFeed(prefix, decode, entriesFor(prefix), take);
      views.add(open);
      return again;
    },
    onState: (listener) => {
      stateListeners.add(listener);
      return () => stateListeners.delete(listener);
    },
    reached: async (key, revision, signal) => {
      const part = partOf(key);
      if (part !== undefined) await waiting.until(part, key, revision, signal);
    },
    close: async () => {
      closing.abort();
      waiting.close();
      ready.fail(new Fault('store-unreachable', 'The mirror was closed before it had any content.'));
      await Promise.all(running);
      await snapshot?.close();
    },
  };
}
