/**
 * A copy of some prefixes of the store in this process, kept fresh by watches: look-ups are synchronous and allocate
 * nothing. With a `MirrorSnapshot` it also survives a restart, so that the daemon starts and serves while the store is
 * unreachable. What a mirror says may be old: whoever writes puts the revision it saw among the conditions.
 * `openMirror` is in mirror/open.ts, `openMirrorSnapshot` in mirror/snapshot.ts.
 */
import type { Fault } from '../diagnostic/fault.ts';
import type { StoreClock } from './clock.ts';
import type { Entry, WatchBatch } from './store.ts';

/** `loading`: nothing known yet. `stale`: known, but out of contact with the store. `live`: follows the store. */
export type MirrorState = 'loading' | 'stale' | 'live';

/** A record as the view's `decode` made it, once per change, with what a compare-and-swap needs. */
export type Item<T> = {
  readonly key: string;
  readonly value: T;
  readonly revision: number;
  readonly created: number;
};

export type ItemChange<T> = {
  readonly key: string;
  readonly before: Item<T> | undefined;
  readonly after: Item<T> | undefined;
};

/** The records under one prefix. The map is the same object for ever; its content changes between turns of the loop. */
export type View<T> = {
  readonly items: ReadonlyMap<string, Item<T>>;
  /** Keys whose value `decode` could not make sense of: they are not in `items`. */
  readonly unusable: ReadonlySet<string>;
  /** Called after all views of the mirror have taken a change in; what is there already is not told again. */
  onChange(listener: (changes: readonly ItemChange<T>[]) => void): () => void;
};

/** `value` undefined: it is gone, or can't be read. */
export type Fed<T> = { readonly key: string; readonly value: T | undefined };

export type Mirror = {
  readonly state: MirrorState;
  /** Why it is not live, where the store said so. */
  readonly fault: Fault | undefined;
  /** Entries that a watch had lost, and that comparing with the store brought back. */
  readonly repaired: number;
  /** How often the store was found to have lost something; revisions of before mean nothing after. */
  readonly losses: number;
  /** The first content is there, from disk or from the store. Rejects when closed before. */
  readonly ready: Promise<void>;
  get(key: string): Entry | undefined;
  /** `decode` says undefined (or throws) for what it can't read. Each call makes a view of its own. */
  view<T>(prefix: string, decode: (entry: Entry) => T | undefined): View<T>;
  /**
   * As a view, for who keeps what it reads by itself: `take` is told at once what is there, then of every change, when all
   * views have taken it in. What it is given can be gone through once, and must be at once.
   * The answer has it told once more what is there.
   */
  feed<T>(
    prefix: string,
    decode: (entry: Entry) => T | undefined,
    take: (changes: Iterable<Fed<T>>) => void,
  ): () => void;
  onState(listener: (state: MirrorState) => void): () => void;
  /**
   * Resolves when the copy knows what became of a key up to a revision (`Outcome.revision`), for reading one's own
   * writes. Rejects when the signal aborts.
   */
  reached(key: string, revision: number, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
};

/** What changed in a mirror; no key is in both. */
export type MirrorBatch = { readonly put: readonly Entry[]; readonly remove: readonly string[] };

/** Keeps a mirror's content over a restart. It is a copy: what can't be read or written costs freshness, nothing else. */
export type MirrorSnapshot = {
  /** What the last process left; gives it out once. */
  load(): readonly Entry[];
  /** Takes a batch in; returns at once, writes in the background. `all`: the mirror's whole content, with the batch. */
  save(batch: MirrorBatch, all: () => Iterable<Entry>): void;
  close(): Promise<void>;
};

/**
 * Judges what a mirror is told to forget. What is a loss is not taken in: the mirror keeps what it knows, and is stale,
 * until what was lost has been put right; then it begins anew with what the store has.
 */
export type MirrorGuard = {
  /** `known`: what is under the prefix so far. A snapshot of a store with another past is one (`isBehind`). */
  isLoss(batch: WatchBatch, known: ReadonlyMap<string, Entry>): boolean;
  /** `known`: everything, as it was before. Tried again when it fails. */
  recover(known: readonly Entry[], signal: AbortSignal): Promise<void>;
};

export type MirrorOptions = {
  readonly clock: StoreClock;
  readonly guard?: MirrorGuard;
  readonly snapshot?: MirrorSnapshot;
};
