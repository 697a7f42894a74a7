/**
 * Addresses from blocks, by compare-and-swap: a host takes from the blocks it owns, then claims a new one, then borrows
 * from another host's. One transaction each: block, its handle and, for a new block, its affinity change together, so
 * there is no half-claimed block to clean up. (libcalico-go/lib/ipam; reference for the order of candidates: FNV of the
 * host's name, so that hosts do not race for the same block.)
 */
import { Fault } from '../../src/diagnostic/fault.ts';
import { formatAddress, parseAddress } from '../../src/ip/address.ts';
import { addressAt, contains, formatPrefix, parsePrefix, prefixOf, sizeOf, type Prefix } from '../../src/ip/prefix.ts';
import {
  addressOf,
  assign,
  blockLengthOf,
  emptyBlock,
  holderOf,
  isEmpty,
  ordinalOf,
  ownerOf,
  release,
  type Block,
  type BlockAttribute,
} from '../../src/model/network/block.ts';
import { decodeBlock } from '../../src/model/network/decode.ts';
import { renderJson } from '../../src/model/network/json.ts';
import { affinityKey, affinityPrefix, blockKey, blocksPrefix, handleKey } from '../../src/model/network/keys.ts';
import type { Condition, Entry, Operation, Store } from '../../src/store/index.ts';
import type { PoolId } from './pools.ts';

export type AllocatorDeps = {
  readonly store: Store;
  readonly node: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/** Conflicts with other hosts after which an allocation gives up: Calico's number. */
const retries = 100;

/** One handle per address: what holds it is told by the endpoint records, and a lost release can't mix up two owners. */
export const handleOf = (address: string): string => `clk.${address.replaceAll(':', '-')}`;

type StoredBlock = { readonly block: Block; readonly entry: Entry };

const familyName = (pool: Prefix): 'ipv4' | 'ipv6' => (pool.first.family === 4 ? 'ipv4' : 'ipv6');

async function readBlock(store: Store, cidr: string): Promise<StoredBlock | undefined> {
  const entry = await store.get(blockKey(cidr));
  return entry === undefined ? undefined : storedBlock(entry);
}

function storedBlock(entry: Entry): StoredBlock {
  const block = decodeBlock(entry.value);
  if (block === undefined) {
    throw new Fault('store-corrupt', `The address block under ${entry.key} can't be read.`, {
      hint: 'Put the store back from a copy, or delete that key once no container of its addresses runs.',
    });
  }
  return { block, entry };
}

/** Blocks this host owns in the pool. */
async function ownBlocks({ store, node }: AllocatorDeps, pool: PoolId): Promise<readonly StoredBlock[]> {
  const prefix = affinityPrefix(node, familyName(pool.prefix));
  const { entries } = await store.list(prefix);
  const cidrs = entries.map((entry) => entry.key.slice(prefix.length).replace(/-(\d+)$/, '/$1'));
  const inPool = cidrs.filter((cidr) => {
    const block = parsePrefix(cidr);
    return block !== undefined && contains(pool.prefix, block.first);
  });
  const found = await Promise.all(inPool.map((cidr) => readBlock(store, cidr)));
  return found.filter((one) => one !== undefined);
}

async function allBlocks({ store }: AllocatorDeps, pool: PoolId): Promise<readonly StoredBlock[]> {
  const { entries } = await store.list(`${blocksPrefix}${familyName(pool.prefix)}/`);
  return entries.map(storedBlock).filter(({ block }) => {
    const prefix = parsePrefix(block.cidr);
    return prefix !== undefined && contains(pool.prefix, prefix.first);
  });
}

const attributeFor = (deps: AllocatorDeps, address: string, kind: string): BlockAttribute => ({
  handle_id: handleOf(address),
  secondary: { node: deps.node, type: kind, timestamp: new Date(deps.now()).toISOString() },
});

const handleValue = (cidr: string): string => renderJson({ block: { [cidr]: 1 }, deleted: false });

const inRange = (pool: PoolId, address: string): boolean => {
  const parsed = parseAddress(address);
  return parsed !== undefined && (pool.range === undefined || contains(pool.range, parsed));
};

const freeOrdinal = (block: Block, pool: PoolId): number | undefined =>
  block.unallocated.find((ordinal) => inRange(pool, addressOf(block, ordinal)));

type Step = {
  readonly conditions: readonly Condition[];
  readonly operations: readonly Operation[];
  readonly address: string;
};

function takeFrom(deps: AllocatorDeps, { block, entry }: StoredBlock, ordinal: number, kind: string): Step {
  const address = addressOf(block, ordinal);
  const changed = assign(block, ordinal, attributeFor(deps, address, kind));
  return {
    address,
    conditions: [{ key: entry.key, is: 'revision', revision: entry.revision }],
    operations: [
      { op: 'put', key: entry.key, value: renderJson(changed) },
      { op: 'put', key: handleKey(handleOf(address)), value: handleValue(block.cidr) },
    ],
  };
}

function claim(
  deps: AllocatorDeps,
  prefix: Prefix,
  ordinalFor: (block: Block) => number | undefined,
  kind: string,
): Step | undefined {
  const cidr = formatPrefix(prefix);
  const block = emptyBlock(prefix, cidr, deps.node, deps.now());
  const ordinal = ordinalFor(block);
  if (ordinal === undefined) return undefined;
  const address = addressOf(block, ordinal);
  const value = renderJson(assign(block, ordinal, attributeFor(deps, address, kind)));
  const affinity = affinityKey(deps.node, cidr);
  return {
    address,
    conditions: [{ key: blockKey(cidr), is: 'absent' }],
    operations: [
      { op: 'put', key: affinity, value: renderJson({ state: 'confirmed', deleted: false }) },
      { op: 'put', key: blockKey(cidr), value },
      { op: 'put', key: handleKey(handleOf(address)), value: handleValue(cidr) },
    ],
  };
}

/** FNV-1a, 32 bits. */
function fnv(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

/** Prefixes of blocks nobody has yet, beginning at a place of this host's own and wrapping round. */
function* unclaimed(node: string, pool: PoolId, existing: ReadonlySet<string>): Iterable<Prefix> {
  const length = blockLengthOf(pool.prefix);
  const within = pool.range === undefined || pool.range.length > length ? pool.prefix : pool.range;
  const size = 1n << BigInt((pool.prefix.first.family === 4 ? 32 : 128) - length);
  const count = sizeOf(within) / size || 1n;
  const start = BigInt(fnv(node)) % count;
  const limit = count < 65536n ? count : 65536n;
  for (let step = 0n; step < limit; step++) {
    const first = addressAt(within, ((start + step) % count) * size);
    if (first === undefined) continue;
    const prefix = prefixOf(first, length);
    if (!existing.has(formatPrefix(prefix))) yield prefix;
  }
}

function plan(deps: AllocatorDeps, pool: PoolId, own: readonly StoredBlock[], kind: string): Step | undefined {
  for (const stored of own) {
    const ordinal = freeOrdinal(stored.block, pool);
    if (ordinal !== undefined) return takeFrom(deps, stored, ordinal, kind);
  }
  return undefined;
}

async function planBeyondOwn(deps: AllocatorDeps, pool: PoolId, kind: string): Promise<Step | undefined> {
  const all = await allBlocks(deps, pool);
  const existing = new Set(all.map(({ block }) => block.cidr));
  for (const prefix of unclaimed(deps.node, pool, existing)) {
    const step = claim(deps, prefix, (block) => freeOrdinal(block, pool), kind);
    if (step !== undefined) return step;
  }
  return plan(deps, pool, all, kind);
}

/** Any free address of the pool. `kind` is kept beside it: `workload`, `gateway`, `reserved`. */
export async function assignAny(deps: AllocatorDeps, pool: PoolId, kind: string): Promise<string> {
  for (let attempt = 0; attempt < retries; attempt++) {
    const step = plan(deps, pool, await ownBlocks(deps, pool), kind) ?? (await planBeyondOwn(deps, pool, kind));
    if (step === undefined) {
      throw new Fault(
        'addresses-exhausted',
        `No address is free in ${pool.range === undefined ? pool.cidr : formatPrefix(pool.range)}.`,
        {
          hint: 'Remove containers that are not needed, or make a network with a larger --subnet.',
        },
      );
    }
    const outcome = await deps.store.transact(step.conditions, step.operations);
    if (outcome.succeeded) return step.address;
  }
  throw new Fault('store-conflict', `The address blocks of ${pool.cidr} keep changing; no address could be taken.`, {
    transient: true,
  });
}

export type Holder = { readonly address: string; readonly attribute: BlockAttribute };
export type Explicit = { readonly kind: 'assigned' } | { readonly kind: 'held'; readonly holder: Holder };

const blockOf = (pool: PoolId, address: string): Prefix => {
  const parsed = parseAddress(address);
  if (parsed === undefined) throw new Fault('request-invalid', `${address} is not an address.`);
  return prefixOf(parsed, blockLengthOf(pool.prefix));
};

/** One address by name. */
export async function assignExplicit(
  deps: AllocatorDeps,
  pool: PoolId,
  address: string,
  kind: string,
): Promise<Explicit> {
  const prefix = blockOf(pool, address);
  for (let attempt = 0; attempt < retries; attempt++) {
    const stored = await readBlock(deps.store, formatPrefix(prefix));
    const step =
      stored === undefined
        ? claim(deps, prefix, (block) => ordinalOf(block, address), kind)
        : takeNamed(deps, stored, address, kind);
    if (step === undefined) throw new Error(`The block ${formatPrefix(prefix)} does not hold ${address}.`);
    if ('holder' in step) return { kind: 'held', holder: step.holder };
    const outcome = await deps.store.transact(step.conditions, step.operations);
    if (outcome.succeeded) return { kind: 'assigned' };
  }
  throw new Fault('store-conflict', `The address block ${formatPrefix(prefix)} keeps changing.`, { transient: true });
}

function takeNamed(
  deps: AllocatorDeps,
  stored: StoredBlock,
  address: string,
  kind: string,
): Step | { readonly holder: Holder } | undefined {
  const ordinal = ordinalOf(stored.block, address);
  if (ordinal === undefined) return undefined;
  const attribute = holderOf(stored.block, ordinal);
  return attribute === undefined ? takeFrom(deps, stored, ordinal, kind) : { holder: { address, attribute } };
}

/** Frees an address; nothing happens when it is free already. An empty block goes, unless it is the host's last in the pool. */
export async function releaseAddress(deps: AllocatorDeps, pool: PoolId, address: string): Promise<void> {
  const cidr = formatPrefix(blockOf(pool, address));
  for (let attempt = 0; attempt < retries; attempt++) {
    const stored = await readBlock(deps.store, cidr);
    const ordinal = stored === undefined ? undefined : ordinalOf(stored.block, address);
    if (stored === undefined || ordinal === undefined || holderOf(stored.block, ordinal) === undefined) return;
    const changed = release(stored.block, ordinal);
    const handle: Operation = {
      op: 'delete',
      key: handleKey(handleOf(formatAddress(parseAddress(address) ?? blockOf(pool, address).first))),
    };
    const operations = (await isSpare(deps, pool, changed))
      ? removal(deps, cidr, changed)
      : [{ op: 'put' as const, key: blockKey(cidr), value: renderJson(changed) }];
    const outcome = await deps.store.transact(
      [{ key: stored.entry.key, is: 'revision', revision: stored.entry.revision }],
      [...operations, handle],
    );
    if (outcome.succeeded) return;
  }
  throw new Fault('store-conflict', `The address block ${cidr} keeps changing.`, { transient: true });
}

async function isSpare(deps: AllocatorDeps, pool: PoolId, block: Block): Promise<boolean> {
  if (!isEmpty(block)) return false;
  if (ownerOf(block) !== deps.node) return ownerOf(block) === undefined;
  return (await ownBlocks(deps, pool)).length > 1;
}

const removal = (deps: AllocatorDeps, cidr: string, block: Block): readonly Operation[] => [
  { op: 'delete', key: blockKey(cidr) },
  { op: 'delete', key: affinityKey(ownerOf(block) ?? deps.node, cidr) },
];

/** Everything of a pool that nobody uses any more: its blocks, affinities and handles, whoever owned them. */
export async function removePoolBlocks(deps: AllocatorDeps, pool: PoolId): Promise<void> {
  for (const { block } of await allBlocks(deps, pool)) {
    const handles = block.attributes.flatMap(({ handle_id }) => (handle_id === null ? [] : [handle_id]));
    const operations: readonly Operation[] = [
      ...removal(deps, block.cidr, block),
      ...handles.map((handle): Operation => ({ op: 'delete', key: handleKey(handle) })),
    ];
    for (let at = 0; at < operations.length; at += 100) await deps.store.transact([], operations.slice(at, at + 100));
  }
}
