/** Docker's IPAM driver: pools and addresses (libnetwork docs/ipam.md). Every call may come twice, or for the second time. */
import { Fault } from '../../src/diagnostic/fault.ts';
import { formatPrefix } from '../../src/ip/prefix.ts';
import { blockLengthOf } from '../../src/model/network/block.ts';
import { decodeEndpoint, decodePoolUse } from '../../src/model/network/decode.ts';
import { renderJson } from '../../src/model/network/json.ts';
import { endpointsPrefix, poolKey, poolUseKey, poolUsePrefix } from '../../src/model/network/keys.ts';
import { poolName } from '../../src/model/network/names.ts';
import type { PoolUse } from '../../src/model/network/records.ts';
import { poolOf, resourceTime } from '../../src/model/network/resources.ts';
import type { IpamHandlers, Locks, Reply, RequestOf } from '../protocol/index.ts';
import { assignAny, assignExplicit, releaseAddress, removePoolBlocks, type AllocatorDeps } from './allocate.ts';
import {
  checkOverlap,
  nextPool,
  parsePoolId,
  readAddress,
  readRange,
  readSubnet,
  renderPoolId,
  type PoolId,
  type Taken,
} from './pools.ts';

export type IpamDeps = AllocatorDeps & {
  readonly locks: Locks;
  readonly uuid: () => string;
  /** What the host itself uses: its routes and addresses, docker_gwbridge. */
  readonly hostRanges: () => Promise<readonly Taken[]>;
};

const gatewayType = 'com.docker.network.gateway';
const typeOption = 'RequestAddressType';

const poolFor = (text: string): PoolId => {
  const pool = parsePoolId(text);
  if (pool === undefined)
    throw new Fault('pool-unknown', `${JSON.stringify(text.slice(0, 100))} is not a pool of Clocker.`);
  return pool;
};

async function poolUses({ store }: IpamDeps): Promise<readonly PoolUse[]> {
  const { entries } = await store.list(poolUsePrefix);
  return entries.flatMap((entry) => decodePoolUse(entry.value) ?? []);
}

async function requestPool(request: RequestOf<'IpamDriver.RequestPool'>, deps: IpamDeps): Promise<Reply> {
  const isIpv6 = request.V6 ?? request.Pool?.includes(':') ?? false;
  const uses = await poolUses(deps);
  const asked = request.Pool ?? '';
  const own: readonly Taken[] = uses.map((use) => ({
    cidr: use.cidr,
    by:
      use.network === undefined ? 'another network is just being made with' : `network ${use.network.slice(0, 12)} has`,
  }));
  const hosts = await deps.hostRanges();
  const prefix = asked === '' ? nextPool(isIpv6, [...own, ...hosts]) : readSubnet(asked, isIpv6);
  const cidr = formatPrefix(prefix);
  const range = readRange(request.SubPool ?? '', prefix);
  const name = poolName(cidr);
  // A create that broke off between RequestPool and CreateNetwork leaves the pool without a network: take it over.
  const mine = uses.find((use) => use.pool === name && use.network === undefined);
  if (mine === undefined) checkOverlap(prefix, [...own, ...hosts]);
  const use: PoolUse = { pool: name, cidr, nodes: [deps.node], requestedAt: new Date(deps.now()).toISOString() };
  const metadata = { uid: deps.uuid(), creationTimestamp: resourceTime(deps.now()) };
  const pool = poolOf(name, { cidr, natOutgoing: true, blockSize: blockLengthOf(prefix) }, metadata);
  const outcome = await deps.store.transact(mine === undefined ? [{ key: poolUseKey(name), is: 'absent' }] : [], [
    { op: 'put', key: poolUseKey(name), value: renderJson(use) },
    { op: 'put', key: poolKey(name), value: renderJson(pool) },
  ]);
  if (!outcome.succeeded) throw new Fault('pool-overlap', `The subnet ${cidr} was taken by another network just now.`);
  // 0.0.0.0 tells dockerd not to reserve a gateway: Clocker's gateway is a link-local address outside the pool.
  return {
    PoolID: renderPoolId(cidr, range === undefined ? undefined : formatPrefix(range)),
    Pool: cidr,
    Data: { [gatewayType]: isIpv6 ? '::/0' : '0.0.0.0/0' },
  };
}

async function releasePool({ PoolID }: RequestOf<'IpamDriver.ReleasePool'>, deps: IpamDeps): Promise<Reply> {
  const pool = parsePoolId(PoolID);
  if (pool === undefined) return {};
  await dropPool(deps, pool.cidr);
  return {};
}

/** Takes this host off a pool; the last one takes the pool away. */
export async function dropPool(deps: IpamDeps, cidr: string): Promise<void> {
  const name = poolName(cidr);
  const entry = await deps.store.get(poolUseKey(name));
  const use = entry === undefined ? undefined : decodePoolUse(entry.value);
  if (entry === undefined) return;
  const nodes = (use?.nodes ?? []).filter((node) => node !== deps.node);
  if (use !== undefined && nodes.length > 0) {
    await deps.store.transact([], [{ op: 'put', key: entry.key, value: renderJson({ ...use, nodes }) }]);
    return;
  }
  const pool = parsePoolId(cidr);
  if (pool !== undefined) await removePoolBlocks(deps, pool);
  await deps.store.transact(
    [],
    [
      { op: 'delete', key: entry.key },
      { op: 'delete', key: poolKey(name) },
    ],
  );
}

const withLength = (address: string, pool: PoolId, isGateway: boolean): string =>
  `${address}/${isGateway ? pool.prefix.length : address.includes(':') ? 128 : 32}`;

async function requestAddress(request: RequestOf<'IpamDriver.RequestAddress'>, deps: IpamDeps): Promise<Reply> {
  const pool = poolFor(request.PoolID);
  const options = request.Options ?? {};
  const isGateway = Object.hasOwn(options, typeOption) && options[typeOption] === gatewayType;
  const given = request.Address ?? '';
  const asked = given.split('/')[0] ?? '';
  if (asked === '' && given !== '') throw new Fault('request-invalid', `${JSON.stringify(given)} is not an address.`);
  if (isGateway && (asked === '0.0.0.0' || asked === '::')) return { Address: `${asked}/0`, Data: {} };
  const entry = await deps.store.get(poolUseKey(poolName(pool.cidr)));
  const use = entry === undefined ? undefined : decodePoolUse(entry.value);
  if (use === undefined)
    throw new Fault('pool-unknown', `The pool ${pool.cidr} is not there any more.`, {
      hint: 'Remove the network and make it again.',
    });
  // Before the network exists Docker asks for `--aux-address`es: no container will have them.
  const kind = isGateway ? 'gateway' : use.network === undefined ? 'reserved' : 'workload';
  if (asked === '') return { Address: withLength(await assignAny(deps, pool, kind), pool, isGateway), Data: {} };
  const address = readAddress(asked, pool);
  await takeNamed(deps, pool, address, kind);
  return { Address: withLength(address, pool, isGateway), Data: {} };
}

/** `--ip`: refused only when somebody really has it. An address whose release never reached us is free. */
async function takeNamed(deps: IpamDeps, pool: PoolId, address: string, kind: string): Promise<void> {
  const result = await assignExplicit(deps, pool, address, kind);
  if (result.kind === 'assigned') return;
  const { secondary } = result.holder.attribute;
  const isSameReservation = kind !== 'workload' && secondary['type'] === kind;
  if (isSameReservation) return;
  const owner = await endpointWith(deps, address);
  if (owner === undefined && secondary['type'] === 'workload' && secondary['node'] === deps.node) return;
  const by =
    owner === undefined
      ? `${secondary['type'] ?? 'something'} on host ${secondary['node'] ?? 'unknown'}`
      : `endpoint ${owner.slice(0, 12)} on host ${deps.node}`;
  throw new Fault('address-taken', `The address ${address} is taken by ${by}.`, {
    hint: 'Choose another with --ip, or leave it away.',
  });
}

async function endpointWith({ store, node }: IpamDeps, address: string): Promise<string | undefined> {
  const { entries } = await store.list(endpointsPrefix(node));
  return entries
    .flatMap((entry) => decodeEndpoint(entry.value) ?? [])
    .find((one) => one.ipv4 === address || one.ipv6 === address)?.id;
}

async function releaseOne(request: RequestOf<'IpamDriver.ReleaseAddress'>, deps: IpamDeps): Promise<Reply> {
  const pool = parsePoolId(request.PoolID);
  const address = (request.Address ?? '').split('/')[0] ?? '';
  if (pool === undefined || address === '' || address === '0.0.0.0' || address === '::') return {};
  await releaseAddress(deps, pool, readAddress(address, pool));
  return {};
}

/** One pool at a time on this host: the store settles races between hosts, the lock spares us our own. */
export function ipamDriver(deps: IpamDeps): IpamHandlers {
  const { locks } = deps;
  const cidrOf = (poolId: string): string => `pool ${parsePoolId(poolId)?.cidr ?? poolId}`;
  return {
    'IpamDriver.GetCapabilities': () => Promise.resolve({ RequiresMACAddress: false, RequiresRequestReplay: false }),
    'IpamDriver.GetDefaultAddressSpaces': () =>
      Promise.resolve({ LocalDefaultAddressSpace: 'clockerLocal', GlobalDefaultAddressSpace: 'clockerGlobal' }),
    'IpamDriver.RequestPool': (request) => locks.hold('pools', () => requestPool(request, deps)),
    'IpamDriver.ReleasePool': (request) =>
      locks.hold('pools', () => locks.hold(cidrOf(request.PoolID), () => releasePool(request, deps))),
    'IpamDriver.RequestAddress': (request) => locks.hold(cidrOf(request.PoolID), () => requestAddress(request, deps)),
    'IpamDriver.ReleaseAddress': (request) => locks.hold(cidrOf(request.PoolID), () => releaseOne(request, deps)),
  };
}
