/** Docker's IPAM driver: pools and addresses (libnetwork docs/ipam.md). Every call may come twice, or for the second time. */
import { Fault, isFault } from '../../src/diagnostic/fault.ts';
import { formatAddress } from '../../src/ip/address.ts';
import { formatPrefix } from '../../src/ip/prefix.ts';
import { capabilities } from '../../src/model/network/capabilities.ts';
import { decodeAddressOwner, decodeEndpoint, decodePool, decodePoolUse } from '../../src/model/network/decode.ts';
import { addressOwnerKey, endpointKey, poolKey, poolUseKey } from '../../src/model/network/keys.ts';
import { networkOption, poolNameOf } from '../../src/model/network/names.ts';
import type { AddressOwner, EndpointRecord, PoolUse, ReservedAddress } from '../../src/model/network/records.ts';
import type { Overlay, Store } from '../../src/store/index.ts';
import type { FailPoints, IpamHandlers, Locks, Reply, RequestOf } from '../protocol/index.ts';
import type { Allocator, AllocatorDeps } from './allocator.ts';
import { parsePoolId, readAddress, readRange, readSubnet, renderPoolId, type PoolId, type Taken } from './pools.ts';
import type { Answer } from './plan.ts';
import { releasePool } from './release-pool.ts';
import { takePool } from './request-pool.ts';
import { reserve } from './reserve.ts';

export type IpamDeps = AllocatorDeps & {
  readonly store: Store;
  readonly overlay: Overlay;
  readonly allocator: Allocator;
  readonly locks: Locks;
  readonly uuid: () => string;
  /** What the host itself uses: its routes and addresses, docker_gwbridge. */
  readonly hostRanges: () => Promise<readonly Taken[]>;
  /** Whether an endpoint's interface is there, so that its container may be alive. Asked of the kernel, never of Docker. */
  readonly isAttached: (endpoint: Pick<EndpointRecord, 'interface' | 'state'>) => boolean;
  readonly failPoints: FailPoints;
  /** A release could not be carried out now; the sweeper makes up for it. */
  readonly onPutOff: (what: string, why: Fault) => void;
};

const gatewayType = 'com.docker.network.gateway';
const typeOption = 'RequestAddressType';
/** Milliseconds after which an endpoint that was made and never joined is taken for dead. */
const neverJoined = 60_000;

/** No address, as dockerd writes it: also what RequestPool told it to take for the gateway, given back. */
const none: ReadonlySet<string> = new Set(['', '0.0.0.0', '0.0.0.0/0', '::', '::/0']);
const isIpv6 = (text: string): boolean => text.includes(':');

export async function requestPool(request: RequestOf<'IpamDriver.RequestPool'>, deps: IpamDeps): Promise<Reply> {
  const { Pool = '', SubPool = '', V6: v6 = isIpv6(Pool) } = request;
  const subnet = Pool === '' ? undefined : readSubnet(Pool, v6);
  if (subnet === undefined && SubPool !== '')
    throw new Fault('request-invalid', 'An --ip-range needs the --subnet it is in.');
  const range = subnet === undefined ? undefined : readRange(SubPool, subnet);
  const options = request.Options ?? {};
  const share = Object.hasOwn(options, networkOption) ? options[networkOption] : undefined;
  const { cidr } = await takePool({ subnet, isIpv6: v6, range, share }, deps);
  // 0.0.0.0 tells dockerd not to reserve a gateway: Clocker's gateway is a link-local address outside the pool.
  return {
    PoolID: renderPoolId(cidr, range === undefined ? undefined : formatPrefix(range)),
    Pool: cidr,
    Data: { [gatewayType]: v6 ? '::/0' : '0.0.0.0/0' },
  };
}

async function findUse(pool: PoolId, { overlay }: IpamDeps): Promise<PoolUse | undefined> {
  return decodePoolUse((await overlay.find(poolUseKey(poolNameOf(pool.cidr))))?.value ?? '');
}

function readPoolId(text: string): PoolId {
  const pool = parsePoolId(text);
  if (pool !== undefined) return pool;
  throw new Fault('pool-unknown', `${JSON.stringify(text.slice(0, 100))} is not a pool of Clocker.`);
}

async function requestAddress(
  request: RequestOf<'IpamDriver.RequestAddress'>,
  deps: IpamDeps,
  signal: AbortSignal,
): Promise<Reply> {
  const pool = readPoolId(request.PoolID);
  const options = request.Options ?? {};
  const isGateway = Object.hasOwn(options, typeOption) && options[typeOption] === gatewayType;
  const asked = request.Address ?? '';
  // What we told dockerd as the gateway in RequestPool, given back.
  if (isGateway && none.has(asked)) return { Address: v4OrV6(pool, '0.0.0.0/0', '::/0'), Data: {} };
  const use = await findUse(pool, deps);
  if (use === undefined)
    throw new Fault('pool-unknown', `Clocker does not have the pool ${pool.cidr} any more.`, {
      hint: 'Remove the network and make it again.',
    });
  if (none.has(asked)) {
    refuseDisabled(use, deps);
    return addressReply(await anyAddress(pool, use, deps, signal));
  }
  const address = readAddress(asked, pool);
  const text = formatAddress(address);
  const reserved = await reserve(pool.cidr, text, isGateway ? 'gateway' : 'auxiliary', deps);
  if (reserved) return { Address: `${text}/${pool.prefix.length}`, Data: {} };
  refuseDisabled(use, deps);
  const abandoned = abandonedBy(text, deps);
  const answer = await deps.allocator.ask(
    use,
    { kind: 'named', address, ...(abandoned === undefined ? {} : { abandoned }) },
    signal,
  );
  if (answer.kind === 'assigned') return addressReply(answer.address);
  throw refusalOf(text, answer, deps);
}

/** People disable an IPPool with Calico's tools so that nothing more begins in it; what is there goes on. */
function refuseDisabled({ pool, cidr }: PoolUse, { overlay }: IpamDeps): void {
  if (decodePool(overlay.get(poolKey(pool))?.value ?? '')?.spec.disabled !== true) return;
  throw new Fault('not-permitted', `The subnet ${cidr} gives out no more addresses: its IPPool ${pool} is disabled.`, {
    hint: `Set "disabled: false" in the IPPool ${pool} again, or use another network.`,
  });
}

const v4OrV6 = (pool: PoolId, v4: string, v6: string): string => (pool.prefix.first.family === 4 ? v4 : v6);
const addressReply = (address: string): Reply => ({ Address: `${address}/${isIpv6(address) ? 128 : 32}`, Data: {} });

async function anyAddress(pool: PoolId, use: PoolUse, deps: IpamDeps, signal: AbortSignal): Promise<string> {
  const ask = { kind: 'any', ...(pool.range === undefined ? {} : { range: pool.range }) } as const;
  deps.failPoints.reach('IpamDriver.RequestAddress', 'before-transaction');
  const answer = await deps.allocator.ask(use, ask, signal);
  deps.failPoints.reach('IpamDriver.RequestAddress', 'after-transaction');
  if (answer.kind === 'assigned') return answer.address;
  const where = pool.range === undefined ? pool.cidr : `the range ${formatPrefix(pool.range)} of ${pool.cidr}`;
  throw new Fault('addresses-exhausted', `No address is free in ${where}.`, {
    hint: 'Remove containers that are not needed, or make a network with a larger --subnet.',
  });
}

/** The endpoint that has an address according to the records, when the kernel shows that its container is gone. */
function abandonedBy(address: string, deps: IpamDeps): string | undefined {
  const owner = ownerOf(address, deps);
  if (owner?.node !== deps.node) return undefined;
  const endpoint = decodeEndpoint(deps.overlay.get(endpointKey(owner.node, owner.endpoint))?.value ?? '');
  if (endpoint === undefined) return owner.endpoint;
  const isNew = endpoint.state === 'created' && deps.now() - Date.parse(endpoint.createdAt) < neverJoined;
  return isNew || deps.isAttached(endpoint) ? undefined : owner.endpoint;
}

const ownerOf = (address: string, { overlay }: IpamDeps): AddressOwner | undefined =>
  decodeAddressOwner(overlay.get(addressOwnerKey(address))?.value ?? '');

const reservedText = {
  gateway: 'it was given with --gateway',
  auxiliary: 'it was given with --aux-address',
  service: 'it is the virtual address of a service',
} as const satisfies Record<ReservedAddress['by'], string>;

function refusalOf(address: string, answer: Answer, { overlay }: IpamDeps): Fault {
  const hint = 'Choose another with --ip, or leave it away.';
  switch (answer.kind) {
    case 'reserved':
      return new Fault('address-taken', `The address ${address} is reserved: ${reservedText[answer.by]}.`, { hint });
    case 'held':
      return new Fault('address-taken', `The address ${address} is in use by ${holderText(answer, overlay)}.`, {
        hint,
      });
    case 'unreadable':
      return new Fault('store-corrupt', `The address block ${answer.block} in the store can't be read.`, {
        hint: 'Run clocker ipam check.',
      });
    default:
      return new Fault('address-taken', `The address ${address} can't be had.`, { hint });
  }
}

function holderText({ attribute, owner }: Extract<Answer, { readonly kind: 'held' }>, overlay: Overlay): string {
  const { secondary, handle_id: handle } = attribute;
  if (owner === undefined)
    return `${secondary['node'] === undefined ? `the handle ${handle ?? 'none'}` : `host ${secondary['node']}`}, for a container that is just starting`;
  const endpoint = decodeEndpoint(overlay.get(endpointKey(owner.node, owner.endpoint))?.value ?? '');
  const name = endpoint?.container?.name;
  const what = name === undefined ? `endpoint ${owner.endpoint.slice(0, 12)}` : `container ${name}`;
  return `${what} on host ${owner.node}`;
}

async function releaseAddress(
  request: RequestOf<'IpamDriver.ReleaseAddress'>,
  deps: IpamDeps,
  signal: AbortSignal,
): Promise<Reply> {
  const pool = parsePoolId(request.PoolID);
  const text = request.Address ?? '';
  const use = pool === undefined || none.has(text) ? undefined : await findUse(pool, deps);
  if (pool === undefined || use === undefined) return {};
  deps.failPoints.reach('IpamDriver.ReleaseAddress', 'before-transaction');
  await deps.allocator.ask(use, { kind: 'release', address: readAddress(text, pool) }, signal);
  deps.failPoints.reach('IpamDriver.ReleaseAddress', 'after-transaction');
  return {};
}

/**
 * A release is never refused because the store is away: dockerd only logs it and forgets, so the sweeper has to find the
 * leftover anyway.
 */
async function putOff(what: string, deps: IpamDeps, work: () => Promise<Reply>): Promise<Reply> {
  try {
    return await work();
  } catch (error) {
    if (!isFault(error) || !error.transient) throw error;
    deps.onPutOff(what, error);
    return {};
  }
}

/** Pools are made one at a time on this host: the store settles races between hosts, the lock spares us our own. */
export function ipamDriver(deps: IpamDeps): IpamHandlers {
  const { locks } = deps;
  return {
    'IpamDriver.GetCapabilities': () => Promise.resolve(capabilities['IpamDriver.GetCapabilities']),
    'IpamDriver.GetDefaultAddressSpaces': () => Promise.resolve(capabilities['IpamDriver.GetDefaultAddressSpaces']),
    'IpamDriver.RequestPool': (request, signal) => locks.hold('pools', () => requestPool(request, deps), signal),
    'IpamDriver.ReleasePool': ({ PoolID }, signal) =>
      putOff(`the pool ${PoolID}`, deps, () => locks.hold('pools', () => releasePool(PoolID, deps), signal)),
    'IpamDriver.RequestAddress': (request, signal) => requestAddress(request, deps, signal),
    'IpamDriver.ReleaseAddress': (request, signal) =>
      putOff(`the address ${request.Address}`, deps, () => releaseAddress(request, deps, signal)),
  };
}
