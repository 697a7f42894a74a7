/**
 * Elections, by compare-and-swap on one key that hangs on the candidate's lease. Not etcd's own locks: those let a
 * holder believe in itself after its lease ran out, while the fence given here fails every write it tries then.
 */
import { isFault } from '../diagnostic/fault.ts';
import { pause, type StoreClock } from './clock.ts';
import type { Leadership, Lease, Store } from './store.ts';

/** Its value is the candidate that leads. */
export const electionKey = (election: string): string => `/clocker/v1/elections/${election}`;

/** Seconds until a leader that died is replaced. */
const leaderSeconds = 5;
/** Milliseconds between tries while the store is out of reach. */
const retryPause = 1000;

type Electorate = Pick<Store, 'get' | 'transact' | 'watch' | 'lease'>;

/** Until the key is not there, or not as it was at `revision`. */
async function untilChanged(store: Electorate, key: string, revision: number | undefined, signal: AbortSignal) {
  for await (const batch of store.watch(key, { signal })) {
    if (batch.kind === 'snapshot') {
      const entry = batch.entries.find((each) => each.key === key);
      if (entry === undefined || (revision !== undefined && entry.revision !== revision)) return;
      continue;
    }
    const changed = batch.changes.filter((change) => (change.kind === 'put' ? change.entry.key : change.key) === key);
    if (revision !== undefined && changed.length > 0) return;
    if (changed.some((change) => change.kind === 'delete')) return;
  }
}

function lead(store: Electorate, key: string, revision: number, lease: Lease): Leadership {
  const ended = new AbortController();
  const lost = AbortSignal.any([lease.lost, ended.signal]);
  const fence = { key, is: 'revision', revision } as const;
  // A watch that fails says nothing about the key; the lease alone then tells when leadership ends.
  void untilChanged(store, key, revision, lost).then(
    () => ended.abort(),
    () => undefined,
  );
  return {
    lost,
    held: () => !lost.aborted && lease.held(),
    fence,
    resign: async () => {
      ended.abort();
      await store.transact([fence], [{ op: 'delete', key }]);
      await lease.revoke();
    },
  };
}

/** The revision at which this lease holds the key, or undefined when another candidate has it. */
async function claim(store: Electorate, key: string, candidate: string, lease: Lease): Promise<number | undefined> {
  const outcome = await store.transact(
    [{ key, is: 'absent' }],
    [{ op: 'put', key, value: candidate, lease: lease.id }],
  );
  if (outcome.succeeded) return outcome.revision;
  const [holder] = outcome.current;
  // An earlier try that seemed to fail may have been carried out.
  return holder?.lease === lease.id ? holder.revision : undefined;
}

export async function campaign(
  store: Electorate,
  clock: StoreClock,
  election: string,
  candidate: string,
  signal: AbortSignal,
): Promise<Leadership> {
  const key = electionKey(election);
  let lease: Lease | undefined;
  try {
    for (;;) {
      signal.throwIfAborted();
      try {
        lease = lease?.held() === true ? lease : await store.lease(leaderSeconds);
        const revision = await claim(store, key, candidate, lease);
        if (revision !== undefined && lease.held()) {
          const held = lease;
          lease = undefined;
          return lead(store, key, revision, held);
        }
        await untilChanged(store, key, undefined, AbortSignal.any([signal, lease.lost]));
      } catch (error) {
        if (!isFault(error) || !(error.transient || error.code === 'store-conflict')) throw error;
        await pause(clock, retryPause, signal);
      }
    }
  } finally {
    await lease?.revoke().catch(() => undefined);
  }
}
