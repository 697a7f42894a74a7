/** Every address given out is somebody's, and everybody's address is given out, once. Pure. */
import { parseAddress } from '../../../src/ip/address.ts';
import { contains, parsePrefix } from '../../../src/ip/prefix.ts';
import { allocationsOf, type BlockAttribute } from '../../../src/model/network/block.ts';
import { addressOwnersPrefix, endpointKey, workloadEndpointKey } from '../../../src/model/network/keys.ts';
import { workloadEndpointName } from '../../../src/model/network/resources.ts';
import { takenAt } from '../plan.ts';
import type { Facts } from './facts.ts';
import { problem, type IpamProblem } from './problem.ts';

const short = (id: string): string => id.slice(0, 12);

export function allocated({ blocks }: Facts): ReadonlyMap<string, BlockAttribute> {
  return new Map(
    blocks.flatMap(({ value }) =>
      [...allocationsOf(value)].map(({ address, attribute }) => [address, attribute] as const),
    ),
  );
}

/** One that Clocker wrote: named after its node and endpoint. */
const isOurs = (key: string, { spec: { node, endpoint } }: Facts['workloads'][number]['value']): boolean =>
  node !== undefined && endpoint !== undefined && key === workloadEndpointKey(workloadEndpointName(node, endpoint));

/** By address: what has it, in words. */
function usersOf({ endpoints, workloads, tunnels }: Facts): ReadonlyMap<string, readonly string[]> {
  const users = new Map<string, string[]>();
  const add = (address: string, who: string): void => void users.set(address, [...(users.get(address) ?? []), who]);
  for (const { value } of endpoints)
    for (const address of [value.ipv4, value.ipv6])
      if (address !== undefined) add(address, `endpoint ${short(value.id)} on ${value.node}`);
  for (const { key, value } of workloads)
    if (!isOurs(key, value))
      for (const cidr of value.spec.ipNetworks ?? [])
        add(cidr.split('/')[0] ?? cidr, `workload ${value.metadata.name}`);
  for (const address of tunnels) add(address, 'the tunnel of a node');
  return users;
}

/** `grace`: milliseconds in which an address may be of a container that is just starting. */
export function checkAddresses(facts: Facts, now: number, grace: number): readonly IpamProblem[] {
  const given = allocated(facts);
  const users = usersOf(facts);
  const reserved = new Set(facts.uses.flatMap(({ value }) => (value.reserved ?? []).map(({ address }) => address)));
  const pools = facts.pools.flatMap(({ value }) => parsePrefix(value.spec.cidr) ?? []);
  const problems: IpamProblem[] = [];
  for (const [address, who] of users) {
    const parsed = parseAddress(address);
    if (who.length > 1) problems.push(problem('duplicate', address, `${who.join(' and ')} all have ${address}.`));
    if (reserved.has(address))
      problems.push(problem('duplicate', address, `${who.join(' and ')} has ${address}, which is reserved.`));
    const isPools = parsed !== undefined && pools.some((pool) => contains(pool, parsed));
    if (!given.has(address) && isPools)
      problems.push(problem('unallocated', address, `${who.join(' and ')} has ${address}, which is not given out.`));
  }
  for (const [address, attribute] of given) {
    if (users.has(address) || now - (takenAt(attribute) ?? 0) < grace) continue;
    const { secondary, handle_id: handle } = attribute;
    const by = secondary['node'] === undefined ? `by handle ${handle ?? 'none'}` : `on host ${secondary['node']}`;
    problems.push(problem('leaked', address, `${address} is given out ${by}, and nothing has it.`));
  }
  return problems;
}

/** Clocker's records of one endpoint are written together; here they are found apart. */
export function checkEndpoints({ endpoints, owners, workloads }: Facts): readonly IpamProblem[] {
  const byKey = new Map(endpoints.map(({ key, value }) => [key, value]));
  const owned = new Map(owners.map(({ key, value }) => [key.slice(addressOwnersPrefix.length), value]));
  const known = new Map(workloads.map(({ key, value }) => [key, value]));
  const ofEndpoints = endpoints.flatMap(({ key, value }): readonly IpamProblem[] => {
    const { id, node } = value;
    if (key !== endpointKey(node, id))
      return [problem('unreadable', key, 'The endpoint record is under the key of another.')];
    const addresses = [value.ipv4, value.ipv6].filter((address) => address !== undefined);
    const listed = known.get(workloadEndpointKey(workloadEndpointName(node, id)))?.spec.ipNetworks ?? [];
    const isListed = addresses.every((address) => listed.some((cidr) => cidr.split('/')[0] === address));
    const isOwner = addresses.every((address) => owned.get(address)?.endpoint === id);
    return [
      ...(isListed
        ? []
        : [problem('endpoint', key, `The endpoint ${short(id)} has no WorkloadEndpoint with its addresses.`)]),
      ...(isOwner ? [] : [problem('endpoint', key, `The endpoint ${short(id)} has not claimed its addresses.`)]),
    ];
  });
  const ofOwners = [...owned].flatMap(([address, { endpoint, node }]) => {
    const holder = byKey.get(endpointKey(node, endpoint));
    return holder?.ipv4 === address || holder?.ipv6 === address
      ? []
      : [
          problem(
            'endpoint',
            address,
            `${address} is claimed by the endpoint ${short(endpoint)} on ${node}, which does not have it.`,
          ),
        ];
  });
  const ofWorkloads = workloads.flatMap(({ key, value }) => {
    const { metadata, spec } = value;
    return !isOurs(key, value) || byKey.has(endpointKey(spec.node ?? '', spec.endpoint ?? ''))
      ? []
      : [problem('endpoint', key, `The WorkloadEndpoint ${metadata.name} has no endpoint.`)];
  });
  return [...ofEndpoints, ...ofOwners, ...ofWorkloads];
}
