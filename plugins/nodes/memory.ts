/**
 * What a host must know of itself when its daemon starts again and the store was set back to an older copy meanwhile: the
 * running daemons put back what they know (recover.ts), but this one knew it only while it ran. So each daemon keeps, on its
 * host's disk, the records of its own host and those all share, and compares them when it begins.
 */
import { holderOf } from '../../src/model/network/block.ts';
import { decodeBlock, decodeEndpoint, decodeNetwork } from '../../src/model/network/decode.ts';
import { renderJson } from '../../src/model/network/json.ts';
import {
  addressOwnersPrefix,
  affinitiesPrefix,
  blocksPrefix,
  handleKey,
  hostsPrefix,
  networkKey,
  nodeKey,
  workloadEndpointKey,
} from '../../src/model/network/keys.ts';
import { profileName, workloadEndpointName } from '../../src/model/network/resources.ts';
import type { Entry, Fed, Mirror, MirrorSnapshot, Store } from '../../src/store/index.ts';
import type { Notices } from './notices.ts';
import { planOwn, planRemoved, readAll, wordsOf, writeAll } from './recover.ts';
import { createStakes, isShared } from './stake.ts';

export type MemoryOptions = {
  readonly snapshot: MirrorSnapshot;
  readonly store: Store;
  readonly node: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Whether an endpoint of this host, by its record, is still in the kernel. */
  readonly isAttached: (record: string) => boolean;
  readonly notices: Pick<Notices, 'tell'>;
  readonly log: (level: 'warn', message: string, details?: Readonly<Record<string, unknown>>) => void;
};

export type Memory = {
  /** Compares with the store and puts back what it has lost; answers how many records. Throws `store-unreachable`. */
  recover(): Promise<number>;
  /** From now on it keeps what the mirror has. */
  follow(mirror: Pick<Mirror, 'feed' | 'ready'>): void;
  close(): Promise<void>;
};

/** By key, and by the begin of what Clocker and Calico write: reading every block of the cluster would cost too much. */
export function createOwn(node: string): (entry: Pick<Entry, 'key' | 'value'>) => boolean {
  const exact = nodeKey(node);
  const begins = [
    `${hostsPrefix}${node}/`,
    `${affinitiesPrefix}${node}/`,
    workloadEndpointKey(workloadEndpointName(node, '')),
  ];
  const affinity = `"affinity":${JSON.stringify(`host:${node}`)}`;
  const owner = `"node":${JSON.stringify(node)}`;
  return ({ key, value }) =>
    key === exact ||
    begins.some((begin) => key.startsWith(begin)) ||
    (key.startsWith(blocksPrefix) && value.includes(affinity)) ||
    (key.startsWith(addressOwnersPrefix) && value.includes(owner));
}

const isEndpoint = ({ key }: Entry): boolean => key.startsWith(hostsPrefix) && key.includes('/endpoints/');

/** One revision of a key has one value, and a key only ever gets higher ones; see isBehind. */
const isSetBack = (was: Entry, now: Entry | undefined): boolean =>
  now !== undefined && (now.revision < was.revision || (now.revision === was.revision && now.value !== was.value));

/** What networks with an attached container of this host need: anything else may have been removed while it was away. */
function neededOf(known: readonly Entry[], isAttached: MemoryOptions['isAttached']): (entry: Entry) => boolean {
  const networks = new Set(
    known
      .filter((entry) => isEndpoint(entry) && isAttached(entry.value))
      .flatMap(({ value }) => decodeEndpoint(value)?.network ?? []),
  );
  const values = new Map(known.map(({ key, value }) => [key, value]));
  const names = [...networks].flatMap((id) => [
    id,
    profileName(id),
    ...(decodeNetwork(values.get(networkKey(id)) ?? '')?.pools ?? []).map(({ pool }) => pool),
  ]);
  return ({ key, value }) =>
    names.some((name) => key.endsWith(`/${name}`)) || [...networks].some((id) => value.includes(`"${id}"`));
}

/** Whether a block has every address that the store's has: another host may have borrowed one since the store went back. */
function holdsAll({ key, value }: Entry, now: Entry | undefined): boolean {
  if (now === undefined || !key.startsWith(blocksPrefix)) return true;
  const [was, is] = [decodeBlock(value), decodeBlock(now.value)];
  if (was === undefined || is === undefined) return false;
  return is.allocations.every(
    (_index, ordinal) =>
      holderOf(is, ordinal) === undefined || holderOf(is, ordinal)?.handle_id === holderOf(was, ordinal)?.handle_id,
  );
}

/** Handles are not kept: they follow from the blocks. */
function handlesOf(known: readonly Entry[]): readonly Entry[] {
  return known.flatMap((entry) => {
    const block = entry.key.startsWith(blocksPrefix) ? decodeBlock(entry.value) : undefined;
    if (block === undefined) return [];
    const counts = new Map<string, number>();
    for (const index of block.allocations) {
      const handle = index === null ? undefined : block.attributes[index]?.handle_id;
      if (typeof handle === 'string') counts.set(handle, (counts.get(handle) ?? 0) + 1);
    }
    return [...counts].map(([handle, count]) => ({
      ...entry,
      key: handleKey(handle),
      value: renderJson({ block: { [block.cidr]: count }, deleted: false }),
    }));
  });
}

export function createMemory(options: MemoryOptions): Memory {
  const { snapshot, store, node, isAttached, log } = options;
  const remembered = snapshot.load();
  const isOwn = createOwn(node);
  const kept = new Map<string, Entry>();

  async function isLost(): Promise<boolean> {
    const own = remembered.filter(isOwn);
    const listing = await store.list(`${hostsPrefix}${node}/`);
    if (remembered.some(({ revision }) => revision > listing.revision)) return true;
    const there = new Map(listing.entries.map((entry) => [entry.key, entry]));
    if (own.some((entry) => isEndpoint(entry) && !there.has(entry.key) && isAttached(entry.value))) return true;
    const blocks = own.filter(({ key }) => key === nodeKey(node) || key.startsWith(blocksPrefix));
    const now = await Promise.all(blocks.map(({ key }) => store.get(key)));
    return (
      own.some((entry) => isSetBack(entry, there.get(entry.key))) ||
      blocks.some((entry, index) => isSetBack(entry, now[index]))
    );
  }

  async function recover(): Promise<number> {
    if (remembered.length === 0 || !(await isLost())) return 0;
    log('warn', 'the store was set back while this daemon did not run; what is of this host is put back');
    const now = await readAll(store);
    const own = remembered.filter((entry) => isOwn(entry) && holdsAll(entry, now.get(entry.key)));
    const isNeeded = neededOf(remembered, isAttached);
    const shared = remembered.filter((entry) => isShared(entry) && !now.has(entry.key) && isNeeded(entry));
    const known = [...own, ...handlesOf(own), ...shared];
    const facts = { node, stake: createStakes(known) };
    const keys = new Set(remembered.map(({ key }) => key));
    const removed = planRemoved(keys, now, { node, time: options.now() });
    const restored = await writeAll(store, [...removed, ...planOwn(known, now, facts)]);
    if (restored > 0)
      await options.notices.tell({ kind: 'store-lost', subject: node, ...wordsOf(restored, 0, new Set()) });
    return restored;
  }

  return {
    recover,
    follow: (mirror) => {
      const take = (changes: Iterable<Fed<Entry>>): void => {
        const put: Entry[] = [];
        const remove: string[] = [];
        for (const { key, value } of changes) {
          if (value !== undefined && value.lease === undefined && (isOwn(value) || isShared(value))) {
            kept.set(key, value);
            put.push(value);
          } else if (kept.delete(key)) remove.push(key);
        }
        if (put.length + remove.length > 0) snapshot.save({ put, remove }, () => kept.values());
      };
      for (const prefix of ['/calico/', '/clocker/v1/']) mirror.feed(prefix, (entry) => entry, take);
      const forget = (): void => {
        const remove = remembered.map(({ key }) => key).filter((key) => !kept.has(key));
        if (remove.length > 0) snapshot.save({ put: [], remove }, () => kept.values());
      };
      mirror.ready.then(forget, () => undefined);
    },
    close: () => snapshot.close(),
  };
}
