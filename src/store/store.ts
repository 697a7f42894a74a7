/**
 * The store: where the parts of Clocker meet. Each part writes what it wants or saw and watches for its work; nothing
 * else connects them. Keys are slash paths, values are texts (JSON); revisions count every change of the whole store.
 * Implementations: embedded/ (one host, durable), etcd/ (a cluster), memory.ts (tests). One contract suite judges all.
 */
export type Entry = {
  readonly key: string;
  readonly value: string;
  /** Revision of the last change of this key (etcd's mod_revision). */
  readonly revision: number;
  /** Revision at which this key came to be (etcd's create_revision). */
  readonly created: number;
  /** The lease it dies with. */
  readonly lease?: string;
};

/** What must hold for a transaction to run. `absent` = the key does not exist. */
export type Condition =
  | { readonly key: string; readonly is: 'absent' }
  | { readonly key: string; readonly is: 'present' }
  | { readonly key: string; readonly is: 'revision'; readonly revision: number }
  | { readonly key: string; readonly is: 'value'; readonly value: string };

export type Operation =
  | { readonly op: 'put'; readonly key: string; readonly value: string; readonly lease?: string }
  | { readonly op: 'delete'; readonly key: string }
  | { readonly op: 'deletePrefix'; readonly prefix: string };

/** A transaction is one revision; one that changes nothing (deletes what is not there) takes none. */
export type Outcome =
  | { readonly succeeded: true; readonly revision: number }
  /** `current`: the entries of the keys named in the conditions, as they were. */
  | { readonly succeeded: false; readonly revision: number; readonly current: readonly (Entry | undefined)[] };

export type Change =
  | { readonly kind: 'put'; readonly entry: Entry }
  | { readonly kind: 'delete'; readonly key: string; readonly revision: number };

/** A prefix, as of one revision, in order of key (by bytes of UTF-8). */
export type Listing = { readonly revision: number; readonly entries: readonly Entry[] };

/**
 * What a watch delivers, in order of revision, never half of a revision. A `snapshot` holds everything under the prefix
 * and replaces what was known: it comes first when no start revision is given, and again whenever changes may have been
 * missed (compaction, a cut connection that could not be resumed, a store restored from a backup). So a watcher that
 * handles both never loses an event's effect.
 */
export type WatchBatch =
  | {
      readonly kind: 'snapshot';
      readonly revision: number;
      readonly entries: readonly Entry[];
      /** The store has another past than the one that was watched: it was set back to a copy, or is another one. */
      readonly isReplaced?: true;
    }
  | { readonly kind: 'changes'; readonly revision: number; readonly changes: readonly Change[] };

export type WatchOptions = {
  /** The first revision wanted. */
  readonly from?: number;
  readonly signal: AbortSignal;
  /** Called when contact with the store is lost and found again; the watch itself goes on by itself. */
  readonly onContact?: (contact: boolean) => void;
};

export type Lease = {
  readonly id: string;
  /** Kept alive until then; after `lost` nothing that hangs on it may be believed any more. */
  readonly lost: AbortSignal;
  /**
   * Asked of the monotonic clock at the moment of the call, so that it is right even when this process was stopped and
   * has not yet come to running the timer behind `lost`.
   */
  held(): boolean;
  revoke(): Promise<void>;
};

export type Leadership = {
  readonly lost: AbortSignal;
  held(): boolean;
  /** Put it among the conditions of what only the leader may write: a leader that lost it meanwhile changes nothing. */
  readonly fence: Condition;
  resign(): Promise<void>;
};

/**
 * Every call is bounded in time and fails with `store-unreachable` (transient) rather than wait for ever; what breaks a
 * limit of limits.ts is refused with `request-invalid`, by every implementation alike. A write that failed with
 * `store-unreachable` may have happened.
 */
export type Store = {
  get(key: string): Promise<Entry | undefined>;
  /** Everything under a prefix, in order of key, as of one revision. */
  list(prefix: string): Promise<Listing>;
  /** All conditions hold: all operations, atomically. Durable when it resolves. */
  transact(conditions: readonly Condition[], operations: readonly Operation[]): Promise<Outcome>;
  /** Ends, without error, when the signal aborts or the store is closed. */
  watch(prefix: string, options: WatchOptions): AsyncIterable<WatchBatch>;
  /** Kept alive in the background until revoked or the store is closed; then it runs out by itself. */
  lease(ttlSeconds: number): Promise<Lease>;
  /** Resolves when this candidate leads; rejects with the signal's reason when aborted before. */
  campaign(election: string, candidate: string, signal: AbortSignal): Promise<Leadership>;
  close(): Promise<void>;
};
