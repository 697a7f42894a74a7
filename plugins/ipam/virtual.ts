/**
 * Addresses that stand for many: reserved like those of `--aux-address`, from the end of the pool, where containers get
 * theirs last. The record that wants them is written in the same transaction, so neither is ever without the other.
 */
import { addressPlus, formatAddress, type Address } from '../../src/ip/address.ts';
import { contains, formatPrefix, lastOf, parsePrefix, prefixOf, type Prefix } from '../../src/ip/prefix.ts';
import { blockLengthOf, holderOf, ordinalOf } from '../../src/model/network/block.ts';
import { decodePool, decodePoolUse } from '../../src/model/network/decode.ts';
import { renderJson } from '../../src/model/network/json.ts';
import { blockKey, poolKey, poolUseKey, reservationKey } from '../../src/model/network/keys.ts';
import { poolNameOf } from '../../src/model/network/names.ts';
import type { NetworkRecord, PoolUse } from '../../src/model/network/records.ts';
import type { Condition, Entry, Overlay } from '../../src/store/index.ts';
import { readBlock } from './allocator.ts';
import type { IpamDeps } from './driver.ts';
import type { Write } from './plan.ts';
import { mostReserved, reservationFor } from './reserve.ts';

export type VirtualDeps = Pick<IpamDeps, 'uuid' | 'now'> & { readonly overlay: Overlay };

export type VirtualAddresses = {
  readonly ipv4?: string;
  readonly ipv6?: string;
  readonly pool4?: string;
  readonly pool6?: string;
};

const mostRaces = 20;
/** Further away from the end of a pool nothing is looked for: a pool of IPv6 has no end. */
const mostLooks = 4096;

type Found = { readonly address: string; readonly entry: Entry; readonly use: PoolUse; readonly block: Condition };

/** One of each family the network has. Undefined: it is there already, the pool is full, or it changes all the time. */
export async function takeVirtual(
  network: Pick<NetworkRecord, 'pools'>,
  record: (addresses: VirtualAddresses) => { readonly key: string; readonly value: string },
  deps: VirtualDeps,
): Promise<VirtualAddresses | undefined> {
  for (let race = 0; race < mostRaces; race++) {
    const found = network.pools.flatMap(({ cidr }) => findFree(cidr, deps.overlay) ?? []);
    if (found.length === 0) return undefined;
    const addresses = found.reduce<VirtualAddresses>(
      (all, { address, use }) => ({ ...all, ...namedOf(address, use.cidr) }),
      {},
    );
    const { key, value } = record(addresses);
    const outcome = await deps.overlay.transact(
      [
        { key, is: 'absent' },
        ...found.flatMap(({ entry, block }): readonly Condition[] => [
          { key: entry.key, is: 'revision', revision: entry.revision },
          block,
        ]),
      ],
      [{ op: 'put', key, value }, ...found.flatMap(({ address, use }) => reserving(address, use, deps))],
    );
    if (outcome.succeeded) return addresses;
    if (deps.overlay.get(key) !== undefined) return undefined;
  }
  return undefined;
}

const namedOf = (address: string, cidr: string): VirtualAddresses =>
  address.includes(':') ? { ipv6: address, pool6: cidr } : { ipv4: address, pool4: cidr };

const reserving = (address: string, use: PoolUse, deps: VirtualDeps): readonly Write[] =>
  withReserved({ ...use, reserved: [...(use.reserved ?? []), { address, by: 'service' }] }, deps);

const withReserved = (use: PoolUse, deps: VirtualDeps): readonly Write[] => [
  { op: 'put', key: poolUseKey(poolNameOf(use.cidr)), value: renderJson(use) },
  (use.reserved ?? []).length === 0
    ? { op: 'delete', key: reservationKey(use.pool) }
    : { op: 'put', key: reservationKey(use.pool), value: renderJson(reservationFor(use, deps)) },
];

function findFree(cidr: string, overlay: Overlay): Found | undefined {
  const entry = overlay.get(poolUseKey(poolNameOf(cidr)));
  const use = decodePoolUse(entry?.value ?? '');
  const pool = parsePrefix(cidr);
  if (entry === undefined || use === undefined || pool === undefined) return undefined;
  const reserved = new Set((use.reserved ?? []).map(({ address }) => address));
  if (reserved.size >= mostReserved) return undefined;
  const resource = decodePool(overlay.get(poolKey(use.pool))?.value ?? '');
  const length = Math.max(pool.length, resource?.spec.blockSize ?? blockLengthOf(pool));
  for (const address of fromEnd(pool)) {
    const text = formatAddress(address);
    const block = reserved.has(text) ? undefined : freeIn(text, prefixOf(address, length), overlay);
    if (block !== undefined) return { address: text, entry, use, block };
  }
  return undefined;
}

/** The last address of a pool of IPv4 is a broadcast address to some programs. */
function* fromEnd(pool: Prefix): Iterable<Address> {
  let address: Address | undefined = addressPlus(lastOf(pool), -1);
  for (let looks = 0; looks < mostLooks && address !== undefined && contains(pool, address); looks++) {
    yield address;
    address = addressPlus(address, -1);
  }
}

/** What must hold of the block for the address to be free in it; undefined when it is not. */
function freeIn(address: string, prefix: Prefix, overlay: Overlay): Condition | undefined {
  const cidr = formatPrefix(prefix);
  const stored = readBlock(overlay, cidr);
  if (stored === 'unreadable') return undefined;
  const key = blockKey(cidr);
  if (stored === undefined) return { key, is: 'absent' };
  const ordinal = ordinalOf(stored.block, address);
  const isFree = ordinal !== undefined && holderOf(stored.block, ordinal) === undefined;
  return isFree ? { key, is: 'revision', revision: stored.revision } : undefined;
}

/** Gives back what a record has, and takes the record away; `condition` must hold of it. */
export async function giveVirtual(addresses: VirtualAddresses, record: Entry, deps: VirtualDeps): Promise<boolean> {
  for (let race = 0; race < mostRaces; race++) {
    const uses = [
      [addresses.pool4, addresses.ipv4],
      [addresses.pool6, addresses.ipv6],
    ].flatMap(([cidr, address]) => {
      const entry = cidr === undefined ? undefined : deps.overlay.get(poolUseKey(poolNameOf(cidr)));
      const use = decodePoolUse(entry?.value ?? '');
      return entry === undefined || use === undefined ? [] : [{ entry, use, address }];
    });
    const outcome = await deps.overlay.transact(
      [
        { key: record.key, is: 'revision', revision: record.revision },
        ...uses.map(({ entry }): Condition => ({ key: entry.key, is: 'revision', revision: entry.revision })),
      ],
      [
        { op: 'delete', key: record.key },
        ...uses.flatMap(({ use, address }) =>
          withReserved(
            { ...use, reserved: (use.reserved ?? []).filter((one) => one.by !== 'service' || one.address !== address) },
            deps,
          ),
        ),
      ],
    );
    if (outcome.succeeded) return true;
    if (deps.overlay.get(record.key)?.revision !== record.revision) return false;
  }
  return false;
}
