/**
 * A copy of some prefixes of the store in this process, kept fresh by a watch: look-ups are synchronous and allocate
 * nothing. With a `MirrorSnapshot` it also survives a restart, so that the daemon starts and serves while the store is
 * unreachable. What a mirror says may be old: whoever writes puts the revision it saw among the conditions.
 */
import type { Entry, Store } from './store.ts';
import type { StoreClock } from './clock.ts';

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
  /** Called after all views of the mirror have taken a change in. The first content is a change as well. */
  onChange(listener: (changes: readonly ItemChange<T>[]) => void): () => void;
};

export type Mirror = {
  readonly state: MirrorState;
  /** The store's revision that this copy corresponds to; 0 while loading. */
  readonly revision: number;
  /** The first content is there, from disk or from the store. */
  readonly ready: Promise<void>;
  get(key: string): Entry | undefined;
  /** `decode` says undefined (or throws) for what it can't read. Each call makes a view of its own. */
  view<T>(prefix: string, decode: (entry: Entry) => T | undefined): View<T>;
  onState(listener: (state: MirrorState) => void): () => void;
  /** Resolves when the copy has reached a revision, for reading one's own writes. Rejects when the signal aborts. */
  reached(revision: number, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
};

/** Keeps a mirror's content over a restart. `load` says undefined when there is none, or none that can be believed. */
export type MirrorSnapshot = {
  load(): Promise<{ readonly revision: number; readonly entries: readonly Entry[] } | undefined>;
  /** Takes a batch in; returns at once, writes in the background. `replace`: what is not put is gone. */
  save(batch: MirrorBatch): void;
  close(): Promise<void>;
};

export type MirrorBatch = {
  readonly revision: number;
  readonly replace: boolean;
  readonly put: readonly Entry[];
  readonly remove: readonly string[];
};

export type MirrorOptions = {
  readonly clock: StoreClock;
  readonly snapshot?: MirrorSnapshot;
};

export type OpenMirror = (store: Store, prefixes: readonly string[], options: MirrorOptions) => Mirror;
