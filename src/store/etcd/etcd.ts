/** The store of a cluster: etcd v3, of version 3.4 or later. */
import { Fault } from '../../diagnostic/fault.ts';
import { campaign } from '../election.ts';
import { checkKey, checkLease, checkPrefix, checkTransaction } from '../limits.ts';
import type { Entry, Store, WatchBatch, WatchOptions } from '../store.ts';
import { calls } from './calls.ts';
import { compactForEver } from './compact.ts';
import { connectEtcd, type EtcdOptions } from './connection.ts';
import { grantLease } from './lease.ts';
import { encodeCompaction, encodeRange } from './messages.ts';
import { readPrefix } from './range.ts';
import { transactEtcd } from './transact.ts';
import { watchEtcd } from './watch.ts';

/** Connects when first asked, so that a daemon starts while no member can be reached. */
export function openEtcdStore(options: EtcdOptions): Store {
  const { clock } = options;
  const connection = connectEtcd(options);
  const closing = new AbortController();

  async function get(key: string): Promise<Entry | undefined> {
    checkKey(key);
    const request = encodeRange({ key: Buffer.from(key) });
    return (await connection.call({ method: calls.range, request, retry: 'always' })).entries[0];
  }

  async function* watch(prefix: string, watchOptions: WatchOptions): AsyncIterable<WatchBatch> {
    checkPrefix(prefix);
    const signal = AbortSignal.any([watchOptions.signal, closing.signal]);
    yield* watchEtcd(connection, clock, prefix, { ...watchOptions, signal });
  }

  async function compact(revision: number): Promise<void> {
    await connection.call({ method: calls.compact, request: encodeCompaction(revision), retry: 'unsent' });
  }

  const store: Store = {
    get,
    list: async (prefix) => {
      checkPrefix(prefix);
      return readPrefix(connection, prefix);
    },
    transact: async (conditions, operations) => {
      checkTransaction(conditions, operations);
      return transactEtcd(connection, conditions, operations);
    },
    watch,
    lease: async (ttlSeconds) => {
      checkLease(ttlSeconds);
      if (closing.signal.aborted) throw new Fault('store-unreachable', 'The store is closed.');
      return grantLease(connection, clock, ttlSeconds, closing.signal);
    },
    campaign: (election, candidate, signal) => campaign(store, clock, election, candidate, signal),
    close: async () => {
      closing.abort();
      connection.close();
    },
  };
  if (options.compaction) void compactForEver({ ...store, compact }, clock, closing.signal);
  return store;
}
