/**
 * Copies an installation from one store to another, for example from one host's own to a cluster's, and proves that it
 * arrived. What hangs on leases stays behind: it belongs to processes, which write it again.
 */
import { Fault } from '../diagnostic/fault.ts';
import { diff } from '../reconcile/diff.ts';
import { compactionKey } from './etcd/compact.ts';
import { limits } from './limits.ts';
import type { Condition, Entry, Operation, Store } from './store.ts';

/** All that Clocker keeps. */
const installationPrefixes = ['/calico/', '/clocker/'] as const;
/** Stands in a target while it is incomplete; no daemon may use such a store. Its value is not looked at. */
export const copyingKey = '/clocker/v1/copying';
/** Stands in a source, on a lease, while it is copied: what a daemon wrote to it now would be left behind. */
const copiedKey = '/clocker/v1/copied';
/** Of a store, not of the installation in it: opening one may write them. */
const ofStore: ReadonlySet<string> = new Set([copyingKey, copiedKey, compactionKey]);
/** Seconds for which a copy that died keeps daemons from its source. */
const copySeconds = 15;

/** Why no daemon may use a store now; `get` may be of a mirror of it. */
export function copyInTheWay(get: (key: string) => Entry | undefined): Fault | undefined {
  if (get(copyingKey) !== undefined)
    return new Fault('store-conflict', 'A copy to this store is under way, or was cut off.', {
      hint: 'Wait until clocker store copy has ended, or give its command once more; then start the daemon.',
      transient: true,
    });
  if (get(copiedKey) === undefined) return undefined;
  return new Fault('store-conflict', 'This store is being copied to another one.', {
    hint: 'Start the daemon with the new one when clocker store copy has ended. After a copy that was cut off this store can be used again 15 seconds later.',
    transient: true,
  });
}

/** Asks the store, not a mirror of it. */
export async function readCopyInTheWay(store: Pick<Store, 'get'>): Promise<Fault | undefined> {
  const found = await Promise.all([copyingKey, copiedKey].map((key) => store.get(key)));
  return copyInTheWay((key) => found.find((entry) => entry?.key === key));
}

export type CopyOptions = {
  /** Makes the target equal to the source though something is there already. */
  readonly overwrite: boolean;
  readonly onProgress: (done: number, all: number) => void;
  readonly signal: AbortSignal;
};

export type CopyResult = {
  readonly copied: number;
  /** In the target already, as in the source. */
  readonly unchanged: number;
  /** In the target, not in the source. */
  readonly removed: number;
  /** Left behind with their leases. */
  readonly leased: number;
};

type Step = { readonly condition: Condition; readonly operation: Operation; readonly size: number };

async function readInstallation(store: Store): Promise<readonly Entry[]> {
  const listings = await Promise.all(installationPrefixes.map((prefix) => store.list(prefix)));
  return listings.flatMap(({ entries }) => entries).filter(({ key }) => !ofStore.has(key));
}

const isKept = ({ lease }: Entry): boolean => lease === undefined;

/** Each write says what it replaces, so that a daemon that already uses the target is found out. */
function planSteps(from: readonly Entry[], to: readonly Entry[]): { steps: readonly Step[]; removed: number } {
  const keyOf = (entry: Entry): string => entry.key;
  const { add, change, remove } = diff(from, to, { want: keyOf, have: keyOf }, (a, b) => a.value === b.value);
  const put = ({ key, value }: Entry): Pick<Step, 'operation' | 'size'> => ({
    operation: { op: 'put', key, value },
    size: Buffer.byteLength(key) * 2 + Buffer.byteLength(value),
  });
  const as = ({ key, revision }: Entry): Condition => ({ key, is: 'revision', revision });
  const steps: readonly Step[] = [
    ...add.map((entry): Step => ({ condition: { key: entry.key, is: 'absent' }, ...put(entry) })),
    ...change.map(({ from: old, to: entry }): Step => ({ condition: as(old), ...put(entry) })),
    ...remove.map(
      (old): Step => ({ condition: as(old), operation: { op: 'delete', key: old.key }, size: old.key.length }),
    ),
  ];
  return { steps, removed: remove.length };
}

function* inGroups(steps: readonly Step[]): Iterable<readonly Step[]> {
  let group: Step[] = [];
  let size = 0;
  for (const step of steps) {
    if (group.length === limits.transactionSteps || (group.length > 0 && size + step.size > limits.valueBytes)) {
      yield group;
      group = [];
      size = 0;
    }
    group.push(step);
    size += step.size;
  }
  if (group.length > 0) yield group;
}

async function apply(to: Store, steps: readonly Step[], options: CopyOptions): Promise<void> {
  let done = 0;
  for (const group of inGroups(steps)) {
    options.signal.throwIfAborted();
    const outcome = await to.transact(
      group.map(({ condition }) => condition),
      group.map(({ operation }) => operation),
    );
    if (!outcome.succeeded) throw inUse();
    done += group.length;
    options.onProgress(done, steps.length);
  }
}

const inUse = (): Fault =>
  new Fault('store-conflict', 'Somebody else is writing to the store that is copied to.', {
    hint: 'Stop the daemons that use it, then copy again with --force.',
  });

async function verify(from: readonly Entry[], to: Store): Promise<void> {
  const arrived = new Map((await readInstallation(to)).filter(isKept).map((entry) => [entry.key, entry.value]));
  const wrong = from.filter(({ key, value }) => arrived.get(key) !== value);
  if (wrong.length === 0 && arrived.size === from.length) return;
  const first = wrong[0]?.key ?? 'something that is not in the source';
  throw new Fault('store-conflict', `The copy differs from the source: ${first}, and ${wrong.length} keys in all.`, {
    hint: 'Stop the daemons that use either store, then copy again with --force.',
  });
}

/** A copy that was cut off is taken up again by calling this once more. */
export async function copyStore(from: Store, to: Store, options: CopyOptions): Promise<CopyResult> {
  const mark = await from.lease(copySeconds);
  try {
    await from.transact([], [{ op: 'put', key: copiedKey, value: '{}', lease: mark.id }]);
    return await copyMarked(from, to, options);
  } finally {
    await mark.revoke();
  }
}

async function copyMarked(from: Store, to: Store, options: CopyOptions): Promise<CopyResult> {
  const source = await readInstallation(from);
  const kept = source.filter(isKept);
  if (kept.length === 0)
    throw new Fault('request-invalid', 'The store that is copied from holds nothing of Clocker.', {
      hint: 'Is it the right one? clocker up --store says which one a daemon uses.',
    });
  if ((await from.get(copyingKey)) !== undefined)
    throw new Fault(
      'request-invalid',
      'The store that is copied from is itself the target of a copy that was cut off.',
      {
        hint: 'Finish that copy first, by giving its command once more.',
      },
    );
  const target = (await readInstallation(to)).filter(isKept);
  const unfinished = (await to.get(copyingKey)) !== undefined;
  if (target.length > 0 && !unfinished && !options.overwrite) {
    throw new Fault('store-conflict', `The store that is copied to holds ${target.length} keys of an installation.`, {
      hint: 'Copy to an empty one, or say --force to lose what is there.',
    });
  }
  await to.transact([], [{ op: 'put', key: copyingKey, value: '{}' }]);
  const { steps, removed } = planSteps(kept, target);
  await apply(to, steps, options);
  await verify(kept, to);
  await to.transact([], [{ op: 'delete', key: copyingKey }]);
  const copied = steps.length - removed;
  return { copied, unchanged: kept.length - copied, removed, leased: source.length - kept.length };
}

export type StoreCheck = {
  readonly revision: number;
  readonly prefixes: readonly {
    readonly prefix: string;
    readonly entries: number;
    /** Of keys and values. */
    readonly bytes: number;
    readonly leased: number;
  }[];
  /** Keys whose value is not JSON. */
  readonly unreadable: readonly string[];
  /** A copy to this store was cut off. */
  readonly unfinishedCopy: boolean;
};

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Reads everything of an installation. That a store opens at all is the other half of a check. */
export async function checkStore(store: Store): Promise<StoreCheck> {
  const listings = await Promise.all(
    installationPrefixes.map(async (prefix) => ({ prefix, listing: await store.list(prefix) })),
  );
  const entries = listings.flatMap(({ listing }) => listing.entries);
  return {
    revision: Math.max(...listings.map(({ listing }) => listing.revision)),
    prefixes: listings.map(({ prefix, listing }) => ({
      prefix,
      entries: listing.entries.length,
      bytes: listing.entries.reduce(
        (sum, each) => sum + Buffer.byteLength(each.key) + Buffer.byteLength(each.value),
        0,
      ),
      leased: listing.entries.filter((entry) => !isKept(entry)).length,
    })),
    // What hangs on a lease may be any text: elections hold the name of a candidate.
    unreadable: entries.filter((entry) => isKept(entry) && !isJson(entry.value)).map(({ key }) => key),
    unfinishedCopy: entries.some(({ key }) => key === copyingKey),
  };
}
