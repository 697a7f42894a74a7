/**
 * `clocker ipam check`: do blocks, handles and endpoints agree? The rules of `calicoctl ipam check` (calicoctl/commands/
 * ipam/check.go): every allocation is somebody's, every workload's address is allocated, handles and blocks point to each
 * other, blocks are sound.
 */
import { allocationsOf, checkBlock } from '../../src/model/network/block.ts';
import { decodeBlock, decodeEndpoint, decodePoolUse } from '../../src/model/network/decode.ts';
import {
  affinitiesPrefix,
  blockKey,
  blocksPrefix,
  endpointKey,
  handlesPrefix,
  poolUsePrefix,
} from '../../src/model/network/keys.ts';
import type { Store } from '../../src/store/index.ts';
import { contains, parsePrefix } from '../../src/ip/prefix.ts';
import { parseAddress } from '../../src/ip/address.ts';

export type IpamProblem = {
  readonly kind: 'leaked' | 'unallocated' | 'duplicate' | 'handle' | 'affinity' | 'block' | 'pool' | 'unreadable';
  /** What it is about: an address, a block or a key. */
  readonly subject: string;
  readonly message: string;
};

export type IpamCheck = {
  readonly blocks: number;
  readonly allocated: number;
  readonly endpoints: number;
  readonly problems: readonly IpamProblem[];
};

const endpointsOfAllHosts = '/clocker/v1/hosts/';

/** `now` and `grace` in milliseconds: an address taken less than `grace` ago may be of a container that is just starting. */
export async function checkIpam(store: Store, now: number, grace: number): Promise<IpamCheck> {
  const [blockList, handleList, affinityList, hostList, poolList] = await Promise.all(
    [blocksPrefix, handlesPrefix, affinitiesPrefix, endpointsOfAllHosts, poolUsePrefix].map((prefix) =>
      store.list(prefix),
    ),
  );
  const problems: IpamProblem[] = [];
  const report = (kind: IpamProblem['kind'], subject: string, message: string): void =>
    void problems.push({ kind, subject, message });
  const endpoints = (hostList?.entries ?? []).flatMap(({ key, value }) => {
    if (!key.includes('/endpoints/')) return [];
    const endpoint = decodeEndpoint(value);
    if (endpoint === undefined) report('unreadable', key, 'The endpoint record can not be read.');
    else if (key !== endpointKey(endpoint.node, endpoint.id))
      report('unreadable', key, 'The endpoint record is of another key.');
    return endpoint ?? [];
  });
  const owners = new Map<string, string[]>();
  for (const { id, ipv4, ipv6 } of endpoints)
    for (const address of [ipv4, ipv6])
      if (address !== undefined) owners.set(address, [...(owners.get(address) ?? []), id]);
  for (const [address, ids] of owners)
    if (ids.length > 1)
      report('duplicate', address, `Endpoints ${ids.map((id) => id.slice(0, 12)).join(' and ')} both have ${address}.`);
  const pools = (poolList?.entries ?? [])
    .flatMap(({ value }) => decodePoolUse(value)?.cidr ?? [])
    .flatMap((cidr) => parsePrefix(cidr) ?? []);
  const handles = new Set((handleList?.entries ?? []).map(({ key }) => key.slice(handlesPrefix.length)));
  const named = new Set<string>();
  const allocated = new Set<string>();
  const cidrs = new Set<string>();
  for (const { key, value } of blockList?.entries ?? []) {
    const block = decodeBlock(value);
    if (block === undefined) {
      report('unreadable', key, 'The block can not be read.');
      continue;
    }
    cidrs.add(blockKey(block.cidr));
    for (const message of checkBlock(block)) report('block', block.cidr, `In block ${block.cidr}: ${message}.`);
    const prefix = parsePrefix(block.cidr);
    if (prefix === undefined || !pools.some((pool) => contains(pool, prefix.first)))
      report('pool', block.cidr, `The block ${block.cidr} is in no pool.`);
    for (const { address, attribute } of allocationsOf(block)) {
      allocated.add(address);
      if (attribute.handle_id !== null) named.add(attribute.handle_id);
      if (attribute.handle_id !== null && !handles.has(attribute.handle_id))
        report('handle', address, `The handle ${attribute.handle_id} of ${address} is missing.`);
      const taken = Date.parse(attribute.secondary['timestamp'] ?? '');
      const isYoung = Number.isFinite(taken) && now - taken < grace;
      if (attribute.secondary['type'] === 'workload' && !owners.has(address) && !isYoung)
        report(
          'leaked',
          address,
          `${address} is given out on host ${attribute.secondary['node'] ?? 'unknown'}, and no endpoint has it.`,
        );
    }
  }
  for (const [address, ids] of owners)
    if (parseAddress(address) !== undefined && !allocated.has(address))
      report('unallocated', address, `Endpoint ${ids[0]?.slice(0, 12)} has ${address}, which is not given out.`);
  for (const handle of handles)
    if (!named.has(handle)) report('handle', handle, `The handle ${handle} belongs to no address.`);
  for (const { key, value } of affinityList?.entries ?? []) {
    const cidr = /\/(ipv[46])\/block\/(.+)-(\d+)$/.exec(key);
    if (cidr === null) continue;
    if (!cidrs.has(blockKey(`${cidr[2]}/${cidr[3]}`)))
      report('affinity', key, `The affinity for ${cidr[2]}/${cidr[3]} has no block.`);
    if (value.includes('"pending'))
      report('affinity', key, `The affinity for ${cidr[2]}/${cidr[3]} was never confirmed.`);
  }
  return { blocks: blockList?.entries.length ?? 0, allocated: allocated.size, endpoints: endpoints.length, problems };
}
