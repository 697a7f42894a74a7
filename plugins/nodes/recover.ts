/**
 * Puts back what the store has lost: set back to an older copy, emptied, or another one in its place. Every daemon knows
 * all records; each puts back what is its own and what all share, and what is of hosts whose daemon does not run is put
 * back by those that do. Until then nobody takes an address, so that none is given out twice. What people wrote (policies,
 * applications) is left as the store has it, for that may be why it was set back; only an emptied store gets it all.
 */
import { decodeNetwork } from '../../src/model/network/decode.ts';
import { renderJson } from '../../src/model/network/json.ts';
import { alivePrefix, networksPrefix } from '../../src/model/network/keys.ts';
import type { Condition, Entry, MirrorGuard, Operation, Store } from '../../src/store/index.ts';
import { lossOf } from './loss.ts';
import type { Notices } from './notices.ts';
import { createStakes, type Stake } from './stake.ts';

export type RecoverOptions = {
  readonly store: Store;
  readonly node: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Whether an endpoint of this host, by its record, is still in the kernel. */
  readonly isAttached: (record: string) => boolean;
  /** Whether this daemon itself takes a key away. */
  readonly isDeleting: (key: string) => boolean;
  readonly notices: Pick<Notices, 'tell'>;
  readonly log: (level: 'warn', message: string, details?: Readonly<Record<string, unknown>>) => void;
  /** This host's Node record and the sign that its daemon runs may be gone as well. */
  readonly onRecovered: () => void;
};

/** Milliseconds between looks at how far the others are. */
const lookEvery = 500;
/** Milliseconds after which the lease of a daemon that does not run is over for sure. */
const patience = 17_000;
/** Milliseconds: a network made so lately may be of the time after the loss, which is noticed within seconds. */
const fresh = 5000;
/** Of one transaction. */
const most = { steps: 60, bytes: 512 * 1024 };

const prefixes = ['/calico/', '/clocker/v1/'] as const;

type Write = { readonly condition: Condition; readonly operation: Extract<Operation, { readonly op: 'put' }> };

/** What has to be written so that the store has an entry as it was known. */
function writeOf(entry: Entry, now: Entry | undefined): readonly Write[] {
  const { key, value } = entry;
  if (now?.value === value) return [];
  const condition: Condition =
    now === undefined ? { key, is: 'absent' } : { key, is: 'revision', revision: now.revision };
  return [{ condition, operation: { op: 'put', key, value } }];
}

const isOlder = (current: Entry | undefined, entry: Entry): boolean =>
  current === undefined || current.revision < entry.revision;

/** Judged by what is stored now, not by who had it before. */
function isOf({ node }: PlanFacts, current: Entry | undefined): boolean {
  const stake = current === undefined ? undefined : createStakes([current])(current);
  return stake?.kind === 'node' && stake.node === node;
}

/** Nothing is left of what is no single host's: those put theirs back at any moment. */
const isEmptied = (
  known: readonly Entry[],
  prefix: string,
  now: ReadonlyMap<string, Entry>,
  { stake }: PlanFacts,
): boolean =>
  !known.some((entry) => entry.key.startsWith(prefix) && stake(entry).kind !== 'node' && now.has(entry.key));

export function planOwn(known: readonly Entry[], now: ReadonlyMap<string, Entry>, facts: PlanFacts): readonly Write[] {
  const emptied = prefixes.filter((prefix) => isEmptied(known, prefix, now, facts));
  return known.flatMap((entry) => {
    const stake = facts.stake(entry);
    const current = now.get(entry.key);
    if (stake.kind === 'node') {
      // A block that was given up for lost, and that another host has claimed since, is that host's.
      const isOurs = stake.node === facts.node && (isOlder(current, entry) || isOf(facts, current));
      return isOurs ? writeOf(entry, current) : [];
    }
    if (stake.kind === 'people' && !emptied.some((prefix) => entry.key.startsWith(prefix))) return [];
    return isOlder(current, entry) ? writeOf(entry, current) : [];
  });
}

export type PlanFacts = { readonly node: string; readonly stake: (entry: Entry) => Stake };

/** Of hosts whose daemon does not run: nobody else will. `before`: as the loss was found; what has changed since is right. */
export function planOthers(
  known: readonly Entry[],
  now: ReadonlyMap<string, Entry>,
  before: ReadonlyMap<string, Entry>,
  isAbsent: (node: string) => boolean,
  facts: PlanFacts,
): readonly (Write & { readonly owner: string })[] {
  return known.flatMap((entry) => {
    const stake = facts.stake(entry);
    if (stake.kind !== 'node' || stake.node === facts.node || !isAbsent(stake.node)) return [];
    const current = now.get(entry.key);
    const isUntouched = current === undefined || before.get(entry.key)?.revision === current.revision;
    return isUntouched && isOlder(current, entry)
      ? writeOf(entry, current).map((one) => ({ ...one, owner: stake.node }))
      : [];
  });
}

/** Networks made here and removed again since the copy was taken, that it brought back. */
export function planRemoved(
  known: ReadonlySet<string>,
  now: ReadonlyMap<string, Entry>,
  { node, time }: { readonly node: string; readonly time: number },
): readonly Write[] {
  return [...now.values()].flatMap(({ key, value, revision }) => {
    const network = key.startsWith(networksPrefix) && !known.has(key) ? decodeNetwork(value) : undefined;
    if (network?.createdBy !== node || network.removedAt !== undefined) return [];
    if (time - Date.parse(network.createdAt) < fresh) return [];
    const removed = renderJson({ ...network, removedAt: new Date(time).toISOString() });
    return [{ condition: { key, is: 'revision', revision }, operation: { op: 'put', key, value: removed } }];
  });
}

export async function readAll(store: Store): Promise<ReadonlyMap<string, Entry>> {
  const listings = await Promise.all(prefixes.map((prefix) => store.list(prefix)));
  return new Map(listings.flatMap(({ entries }) => entries).map((entry) => [entry.key, entry]));
}

function* inGroups(writes: readonly Write[]): Iterable<readonly Write[]> {
  let group: Write[] = [];
  let bytes = 0;
  for (const write of writes) {
    const size = write.operation.key.length * 2 + write.operation.value.length;
    if (group.length === most.steps || (group.length > 0 && bytes + size > most.bytes)) {
      yield group;
      [group, bytes] = [[], 0];
    }
    group.push(write);
    bytes += size;
  }
  if (group.length > 0) yield group;
}

/** Answers how many were written. One that somebody else wrote meanwhile is as that one wants it. */
export async function writeAll(store: Store, writes: readonly Write[]): Promise<number> {
  const put = async (group: readonly Write[]): Promise<boolean> =>
    (
      await store.transact(
        group.map(({ condition }) => condition),
        group.map(({ operation }) => operation),
      )
    ).succeeded;
  let done = 0;
  for (const group of inGroups(writes)) {
    if (await put(group)) done += group.length;
    else for (const one of group) if (await put([one])) done++;
  }
  return done;
}

const aliveAmong = (entries: readonly Entry[]): ReadonlySet<string> =>
  new Set(entries.flatMap(({ key }) => (key.startsWith(alivePrefix) ? key.slice(alivePrefix.length) : [])));

export function createRecovery(options: RecoverOptions): MirrorGuard {
  const { store, node, now, notices, log } = options;

  type Look = { readonly now: ReadonlyMap<string, Entry>; readonly open: ReadonlySet<string> };

  /** Until all hosts have put back their own, or can't: `open` are those. */
  async function waitForOthers(
    look: () => Promise<Look>,
    wereAlive: ReadonlySet<string>,
    signal: AbortSignal,
  ): Promise<Look> {
    for (let waited = 0; ; waited += lookEvery) {
      const seen = await look();
      const isWaiting = [...seen.open].some((one) => wereAlive.has(one));
      if (seen.open.size === 0) return seen;
      if (!isWaiting || waited >= patience) {
        // A copy brings back the signs of life of daemons that have ended since.
        const alive = isWaiting ? aliveAmong((await store.list(alivePrefix)).entries) : new Set();
        return { ...seen, open: new Set([...seen.open].filter((one) => !alive.has(one))) };
      }
      await options.pause(lookEvery, signal);
      signal.throwIfAborted();
    }
  }

  async function recover(all: readonly Entry[], signal: AbortSignal): Promise<void> {
    const known = all.filter(({ lease }) => lease === undefined);
    const facts: PlanFacts = { node, stake: createStakes(known) };
    const before = await readAll(store);
    const keys = new Set(known.map(({ key }) => key));
    const own = [...planRemoved(keys, before, { node, time: now() }), ...planOwn(known, before, facts)];
    let restored = await writeAll(store, own);
    options.onRecovered();
    const look = async (): Promise<Look> => {
      const seen = await readAll(store);
      const missing = planOthers(known, seen, before, () => true, facts);
      return { now: seen, open: new Set(missing.map(({ owner }) => owner)) };
    };
    const { now: later, open } = await waitForOthers(look, aliveAmong(all), signal);
    restored += await writeAll(
      store,
      planOthers(known, later, before, (one) => open.has(one), facts),
    );
    const lost = known.filter((entry) => facts.stake(entry).kind === 'people' && !later.has(entry.key)).length;
    // Told by the part of the store that was looked at first.
    if (restored === 0 && lost === 0) return;
    const words = wordsOf(restored, lost, open);
    await notices.tell({ kind: 'store-lost', subject: node, ...words });
  }

  return {
    isLoss: (batch, known) => {
      const what = lossOf(batch, known, options);
      if (what !== undefined) log('warn', 'the store has lost records; what is known of them is kept', { what });
      return what !== undefined;
    },
    recover,
  };
}

export function wordsOf(
  restored: number,
  lost: number,
  absent: ReadonlySet<string>,
): { readonly message: string; readonly hint: string } {
  const others = absent.size === 0 ? '' : ` Those of ${[...absent].sort().join(', ')} were put back for them.`;
  return {
    message: `The store lost records, as when it is restored from a copy: ${restored} were put back from here; traffic went on.${others}`,
    hint:
      lost === 0
        ? 'If it was not meant, look who restored or emptied it. clocker ipam check tells whether all agree now.'
        : `${lost} records of people (policies, applications) are not in it any more: restore a later copy, or make them again.`,
  };
}
