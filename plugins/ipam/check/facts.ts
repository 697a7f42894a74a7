/** All of a store that has to do with addresses, read at one time. */
import type { Block } from '../../../src/model/network/block.ts';
import {
  decodeAddressOwner,
  decodeAffinity,
  decodeBlock,
  decodeEndpoint,
  decodeHandle,
  decodeNetwork,
  decodePool,
  decodePoolUse,
  decodeTunnels,
  decodeWorkload,
  type PoolFacts,
} from '../../../src/model/network/decode.ts';
import {
  addressOwnersPrefix,
  affinitiesPrefix,
  blocksPrefix,
  handlesPrefix,
  hostsPrefix,
  networksPrefix,
  nodesPrefix,
  poolsPrefix,
  poolUsePrefix,
  allWorkloadEndpointsPrefix,
} from '../../../src/model/network/keys.ts';
import type { AddressOwner, EndpointRecord, NetworkRecord, PoolUse } from '../../../src/model/network/records.ts';
import type { Entry, Store } from '../../../src/store/index.ts';

export type Record<T> = { readonly key: string; readonly value: T };

export type Facts = {
  readonly blocks: readonly Record<Block>[];
  /** By block: how many addresses each handle has there. */
  readonly handles: readonly Record<Readonly<{ [cidr: string]: number }>>[];
  readonly affinities: readonly Record<string>[];
  readonly endpoints: readonly Record<EndpointRecord>[];
  readonly owners: readonly Record<AddressOwner>[];
  readonly workloads: readonly Record<NonNullable<ReturnType<typeof decodeWorkload>>>[];
  readonly tunnels: ReadonlySet<string>;
  readonly pools: readonly Record<PoolFacts>[];
  readonly uses: readonly Record<PoolUse>[];
  readonly networks: readonly Record<NetworkRecord>[];
  /** Keys whose value makes no sense. */
  readonly unreadable: readonly string[];
};

export async function readFacts(store: Store): Promise<Facts> {
  const unreadable: string[] = [];
  async function all<T>(
    prefix: string,
    decode: (value: string) => T | undefined,
    isMeant: (entry: Entry) => boolean = () => true,
  ): Promise<readonly Record<T>[]> {
    const { entries } = await store.list(prefix);
    return entries.filter(isMeant).flatMap(({ key, value }) => {
      const decoded = decode(value);
      if (decoded !== undefined) return { key, value: decoded };
      unreadable.push(key);
      return [];
    });
  }
  const [blocks, handles, affinities, endpoints, owners, workloads, nodes, pools, uses, networks] = await Promise.all([
    all(blocksPrefix, decodeBlock),
    all(handlesPrefix, decodeHandle),
    all(affinitiesPrefix, decodeAffinity, ({ key }) => /\/ipv[46]\/block\/[^/]+$/.test(key)),
    all(hostsPrefix, decodeEndpoint, ({ key }) => key.includes('/endpoints/')),
    all(addressOwnersPrefix, decodeAddressOwner),
    all(allWorkloadEndpointsPrefix, decodeWorkload),
    store.list(nodesPrefix),
    all(poolsPrefix, decodePool),
    all(poolUsePrefix, decodePoolUse),
    all(networksPrefix, decodeNetwork),
  ]);
  const tunnels = new Set(nodes.entries.flatMap(({ value }) => decodeTunnels(value)));
  return { blocks, handles, affinities, endpoints, owners, workloads, tunnels, pools, uses, networks, unreadable };
}
