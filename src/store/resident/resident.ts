/**
 * A store whose whole content is in this process's memory; a journal makes it durable (embedded/) or doesn't
 * (memory.ts). Nothing is visible, to readers or watchers, before the journal has it.
 */
import { randomBytes } from 'node:crypto';
import { Fault } from '../../diagnostic/fault.ts';
import type { StoreClock } from '../clock.ts';
import { campaign } from '../election.ts';
import { checkKey, checkLease, checkPrefix, checkTransaction } from '../limits.ts';
import type {
  Condition,
  Entry,
  Lease,
  Listing,
  Operation,
  Outcome,
  Store,
  WatchBatch,
  WatchOptions,
} from '../store.ts';
import { createBell, follow } from './follow.ts';
import { createWriter } from './group.ts';
import { createHistory, type HistoryLimits } from './history.ts';
import { createStage, type Revision, type Stage } from './stage.ts';
import { createTable } from './table.ts';

export type Journal = {
  /** All of it or nothing; durable when it resolves. */
  write(revisions: readonly Revision[]): Promise<void>;
  close(): Promise<void>;
};

export type ResidentOptions = {
  readonly journal: Journal;
  readonly clock: StoreClock;
  readonly history: HistoryLimits;
  /** What the journal holds from before. */
  readonly initial: { readonly revision: number; readonly entries: readonly Entry[] };
};

export type ResidentStore = Store & {
  readonly revision: number;
  /** All there is, now. */
  content(): Listing;
  /** Forgets the history, as etcd's compaction does. */
  compact(): void;
  /** Lets a lease, or all, run out. */
  expire(lease?: string): Promise<void>;
};

const closedFault = (): Fault => new Fault('store-unreachable', 'The store is closed.');

export function openResidentStore(options: ResidentOptions): ResidentStore {
  const { journal, clock } = options;
  const table = createTable(options.initial.entries);
  const history = createHistory(options.initial.revision + 1, options.history);
  const bell = createBell();
  const leases = new Map<string, AbortController>();
  const closing = new AbortController();
  let latest = options.initial.revision;

  function show(revision: Revision): void {
    for (const change of revision.changes) {
      if (change.kind === 'put') table.put(change.entry);
      else table.delete(change.key);
    }
    history.append(revision);
    latest = revision.revision;
  }

  const writer = createWriter<Stage>({
    begin: () => createStage(table, latest),
    commit: async ({ revisions }) => {
      if (revisions.length === 0) return;
      await journal.write(revisions);
      for (const revision of revisions) show(revision);
      // Whoever asked for it is answered first, and watchers find all that came in the same breath.
      setImmediate(() => bell.ring());
    },
  });

  function checkLeases(operations: readonly Operation[]): void {
    for (const operation of operations) {
      if (operation.op !== 'put' || operation.lease === undefined || leases.has(operation.lease)) continue;
      throw new Fault('store-conflict', `The lease ${operation.lease} of ${operation.key} has run out.`);
    }
  }

  async function transact(conditions: readonly Condition[], operations: readonly Operation[]): Promise<Outcome> {
    if (closing.signal.aborted) throw closedFault();
    checkTransaction(conditions, operations);
    return writer.submit((stage) => {
      checkLeases(operations);
      return stage.transact(conditions, operations);
    });
  }

  async function list(prefix: string): Promise<Listing> {
    if (closing.signal.aborted) throw closedFault();
    checkPrefix(prefix);
    return listNow(prefix);
  }

  const listNow = (prefix: string): Listing => ({ revision: latest, entries: [...table.under(prefix)] });
  const watched = { history, revision: () => latest, list: listNow };

  function watch(prefix: string, { from, signal }: WatchOptions): AsyncIterable<WatchBatch> {
    checkPrefix(prefix);
    return follow(watched, bell, prefix, from, AbortSignal.any([signal, closing.signal]));
  }

  /** The lease is gone at once, so that nothing hangs itself on it any more; its keys go with the next group. */
  async function expire(id: string): Promise<void> {
    leases.get(id)?.abort();
    if (leases.delete(id) && !closing.signal.aborted) await writer.submit((stage) => stage.expire(id));
  }

  async function lease(ttlSeconds: number): Promise<Lease> {
    if (closing.signal.aborted) throw closedFault();
    checkLease(ttlSeconds);
    const id = randomBytes(8).toString('hex');
    const lost = new AbortController();
    leases.set(id, lost);
    return { id, lost: lost.signal, held: () => !lost.signal.aborted, revoke: () => expire(id) };
  }

  async function close(): Promise<void> {
    if (closing.signal.aborted) return;
    closing.abort();
    await writer.idle();
    for (const lost of leases.values()) lost.abort();
    await journal.close();
  }

  const store: ResidentStore = {
    get revision() {
      return latest;
    },
    get: async (key) => {
      if (closing.signal.aborted) throw closedFault();
      checkKey(key);
      return table.get(key);
    },
    content: () => listNow(''),
    list,
    transact,
    watch,
    lease,
    campaign: (election, candidate, signal) => campaign(store, clock, election, candidate, signal),
    compact: () => history.forget(),
    expire: async (id) => {
      await Promise.all((id === undefined ? [...leases.keys()] : [id]).map(expire));
    },
    close,
  };
  return store;
}
