/** Docker's network driver: networks and endpoints (libnetwork docs/remote.md). Every call may come twice. */
import { createHash } from 'node:crypto';
import { Fault } from '../../src/diagnostic/fault.ts';
import { parseAddress } from '../../src/ip/address.ts';
import { contains, parseCidr, parsePrefix } from '../../src/ip/prefix.ts';
import { parseMac } from '../../src/ip/mac.ts';
import { decodePoolUse } from '../../src/model/network/decode.ts';
import { renderJson } from '../../src/model/network/json.ts';
import { endpointsPrefix, gatewayKey, networkKey, poolUseKey, profileKey } from '../../src/model/network/keys.ts';
import { hostInterface, mostGateways, poolName } from '../../src/model/network/names.ts';
import type { EndpointRecord, NetworkPool, NetworkRecord } from '../../src/model/network/records.ts';
import { profileName, profileOf, resourceTime } from '../../src/model/network/resources.ts';
import { decodeEndpoint } from '../../src/model/network/decode.ts';
import type { Operation, Store } from '../../src/store/index.ts';
import type { Locks, NetworkHandlers, Reply, RequestOf } from '../protocol/index.ts';
import type { EndpointGate } from './gate.ts';
import { checkPublishable, gatewayFor, joinReply } from './join.ts';
import { readNetworkOptions } from './options.ts';
import { readDns, readExposed, readPublished, readTexts } from './ports.ts';
import { deleteEndpoint, putEndpoint, readEndpoint, readNetwork, requireNetwork } from './records.ts';

export type NetworkDeps = {
  readonly store: Store;
  readonly node: string;
  readonly gate: EndpointGate;
  readonly locks: Locks;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly uuid: () => string;
  /** Called after a network was recorded or forgotten: its name is learned from the engine later. */
  readonly onNetworks: () => void;
};

type Options = Readonly<Record<string, unknown>>;

const generic = 'com.docker.network.generic';
const optionAt = (options: Options | null | undefined, key: string): unknown =>
  options !== null && options !== undefined && Object.hasOwn(options, key) ? options[key] : undefined;

function driverOptions(options: Options | null | undefined): Readonly<Record<string, string>> {
  const given = optionAt(options, generic);
  if (typeof given !== 'object' || given === null) return {};
  return Object.fromEntries(
    Object.entries(given).flatMap(([key, value]): [string, string][] =>
      typeof value === 'string' ? [[key, value]] : [],
    ),
  );
}

type IpamData = NonNullable<RequestOf<'NetworkDriver.CreateNetwork'>['IPv4Data']>;

/** An address space that is not ours means that Docker's default IPAM gave the addresses: two hosts would give the same. */
function readPools(data: IpamData): readonly NetworkPool[] {
  return data.map(({ AddressSpace, Pool = '', Gateway = '' }) => {
    if (AddressSpace?.startsWith('clocker') !== true) {
      throw new Fault('request-invalid', "The clocker driver needs clocker's own address management.", {
        hint: 'Add --ipam-driver clocker: docker network create -d clocker --ipam-driver clocker NAME (in a compose file: ipam: {driver: clocker}).',
      });
    }
    const prefix = parseCidr(Pool)?.prefix;
    if (prefix === undefined)
      throw new Fault('request-invalid', `Docker gave the pool ${JSON.stringify(Pool)}, which is no subnet.`);
    const gateway = Gateway.split('/')[0] ?? '';
    const isGiven = gateway !== '' && gateway !== '0.0.0.0' && gateway !== '::';
    return { pool: poolName(Pool), cidr: Pool, ...(isGiven ? { gateway } : {}) };
  });
}

async function createNetwork(request: RequestOf<'NetworkDriver.CreateNetwork'>, deps: NetworkDeps): Promise<Reply> {
  const { store } = deps;
  const id = request.NetworkID;
  const options = driverOptions(request.Options);
  const read = readNetworkOptions(options);
  const pools = [...readPools(request.IPv4Data ?? []), ...readPools(request.IPv6Data ?? [])];
  if (pools.length === 0) throw new Fault('request-invalid', 'A clocker network needs at least one subnet.');
  for (const family of ['.', ':']) {
    if (pools.filter(({ cidr }) => cidr.includes(family)).length > 1) {
      throw new Fault('request-invalid', 'A clocker network has at most one subnet of each family.', {
        hint: 'Give one larger --subnet instead.',
      });
    }
  }
  if ((await readNetwork(store, id)) !== undefined) return {};
  const now = deps.now();
  const uses = await Promise.all(pools.map(({ pool }) => store.get(poolUseKey(pool))));
  const mark: readonly Operation[] = uses.flatMap((entry): Operation[] => {
    const use = entry === undefined ? undefined : decodePoolUse(entry.value);
    return entry === undefined || use === undefined
      ? []
      : [{ op: 'put', key: entry.key, value: renderJson({ ...use, network: id }) }];
  });
  const profile = profileOf(id, { uid: deps.uuid(), creationTimestamp: resourceTime(now) });
  const record = (gatewayIndex: number): NetworkRecord => ({
    id,
    options,
    internal: optionAt(request.Options, 'com.docker.network.internal') === true,
    pools,
    gatewayIndex,
    createdBy: deps.node,
    createdAt: new Date(now).toISOString(),
    ...read,
  });
  for (let index = 2; index <= mostGateways; index++) {
    if ((await store.get(gatewayKey(index))) !== undefined) continue;
    const outcome = await store.transact(
      [
        { key: gatewayKey(index), is: 'absent' },
        { key: networkKey(id), is: 'absent' },
      ],
      [
        { op: 'put', key: gatewayKey(index), value: renderJson({ network: id }) },
        { op: 'put', key: networkKey(id), value: renderJson(record(index)) },
        { op: 'put', key: profileKey(profile.metadata.name), value: renderJson(profile) },
        ...mark,
      ],
    );
    if (outcome.succeeded || (await readNetwork(store, id)) !== undefined) {
      deps.onNetworks();
      return {};
    }
  }
  throw new Fault('addresses-exhausted', `There are ${mostGateways} networks already; no gateway address is left.`);
}

/** dockerd forgets the network whatever we answer, so this never fails for a reason of its own. */
export async function forgetNetwork(id: string, deps: Pick<NetworkDeps, 'store' | 'node' | 'gate'>): Promise<void> {
  const { store, node } = deps;
  const network = await readNetwork(store, id);
  const { entries } = await store.list(endpointsPrefix(node));
  for (const entry of entries) {
    const endpoint = decodeEndpoint(entry.value);
    if (endpoint?.network !== id) continue;
    await deps.gate.close(endpoint);
    await store.transact([], deleteEndpoint(node, endpoint.id));
  }
  await store.transact(
    [],
    [
      { op: 'delete', key: networkKey(id) },
      { op: 'delete', key: profileKey(profileName(id)) },
      ...(network === undefined ? [] : [{ op: 'delete' as const, key: gatewayKey(network.gatewayIndex) }]),
    ],
  );
}

/** Locally administered, made from the address, so that a neighbour table entry for an address stays right. */
function macFor(ipv4: string | undefined, id: string): string {
  const address = ipv4 === undefined ? undefined : parseAddress(ipv4);
  const bytes =
    address?.family === 4
      ? [24, 16, 8, 0].map((shift) => (address.value >>> shift) & 255)
      : [...createHash('sha256').update(id).digest().subarray(0, 4)];
  return ['02', '42', ...bytes.map((byte) => byte.toString(16).padStart(2, '0'))].join(':');
}

function checkInNetwork(address: string | undefined, network: NetworkRecord): void {
  if (address === undefined) return;
  const parsed = parseAddress(address);
  const isInside =
    parsed !== undefined &&
    network.pools.some(({ cidr }) => {
      const prefix = parsePrefix(cidr);
      return prefix !== undefined && contains(prefix, parsed);
    });
  if (!isInside)
    throw new Fault(
      'request-invalid',
      `The address ${address} is in no subnet of the network ${network.name ?? network.id.slice(0, 12)}.`,
    );
}

const bare = (cidr: string | undefined): string | undefined =>
  cidr === undefined || cidr === '' ? undefined : cidr.split('/')[0];

async function createEndpoint(request: RequestOf<'NetworkDriver.CreateEndpoint'>, deps: NetworkDeps): Promise<Reply> {
  const { store, node } = deps;
  const network = await requireNetwork(store, request.NetworkID);
  const ipv4 = bare(request.Interface?.Address);
  const ipv6 = bare(request.Interface?.AddressIPv6);
  if (ipv4 === undefined && ipv6 === undefined)
    throw new Fault('request-invalid', 'Docker gave the endpoint no address.');
  checkInNetwork(ipv4, network);
  checkInNetwork(ipv6, network);
  const givenMac = request.Interface?.MacAddress ?? '';
  if (givenMac !== '' && parseMac(givenMac) === undefined)
    throw new Fault('request-invalid', `${JSON.stringify(givenMac)} is not a MAC address.`);
  const mac = givenMac === '' ? macFor(ipv4, request.EndpointID) : givenMac.toLowerCase();
  const options = request.Options ?? {};
  const published = readPublished(options);
  const endpoint: EndpointRecord = {
    id: request.EndpointID,
    network: network.id,
    node,
    state: 'created',
    interface: hostInterface(request.EndpointID),
    mac,
    ...(ipv4 === undefined ? {} : { ipv4 }),
    ...(ipv6 === undefined ? {} : { ipv6 }),
    published,
    exposed: readExposed(options),
    gateway: gatewayFor(network, published),
    options: readTexts(options),
    dns: [],
    createdAt: new Date(deps.now()).toISOString(),
  };
  await store.transact([{ key: networkKey(network.id), is: 'present' }], putEndpoint(endpoint, deps.uuid()));
  // Only what Docker left open may be in the reply; anything else it takes for an attempt to change it.
  return givenMac === '' ? { Interface: { MacAddress: mac } } : {};
}

async function join(request: RequestOf<'NetworkDriver.Join'>, deps: NetworkDeps, signal: AbortSignal): Promise<Reply> {
  const network = await requireNetwork(deps.store, request.NetworkID);
  const known = await readEndpoint(deps.store, deps.node, request.EndpointID);
  if (known === undefined) {
    throw new Fault('endpoint-unknown', `Clocker does not know the endpoint ${request.EndpointID.slice(0, 12)}.`, {
      hint: 'Start the container again.',
    });
  }
  const options = request.Options ?? {};
  const isTold = Object.hasOwn(options, 'com.docker.network.portmap');
  const published = isTold ? readPublished(options) : known.published;
  checkPublishable(network, published);
  const endpoint: EndpointRecord = {
    ...known,
    state: 'joined',
    published,
    gateway: gatewayFor(network, published),
    dns: readDns(options),
    ...(request.SandboxKey === undefined || request.SandboxKey === '' ? {} : { sandboxKey: request.SandboxKey }),
  };
  await Promise.all([
    deps.store.transact([], putEndpoint(endpoint, deps.uuid())),
    deps.gate.open(endpoint, network, signal),
  ]);
  return joinReply(endpoint, network);
}

async function leave({ EndpointID }: RequestOf<'NetworkDriver.Leave'>, deps: NetworkDeps): Promise<Reply> {
  const endpoint = await readEndpoint(deps.store, deps.node, EndpointID);
  if (endpoint === undefined) return {};
  const { sandboxKey: _left, ...rest } = endpoint;
  await Promise.all([
    deps.gate.close(endpoint),
    deps.store.transact([], putEndpoint({ ...rest, state: 'created' }, deps.uuid())),
  ]);
  return {};
}

async function removeEndpoint(
  { EndpointID }: RequestOf<'NetworkDriver.DeleteEndpoint'>,
  deps: NetworkDeps,
): Promise<Reply> {
  await Promise.all([
    deps.gate.close({ id: EndpointID, interface: hostInterface(EndpointID) }),
    deps.store.transact([], deleteEndpoint(deps.node, EndpointID)),
  ]);
  return {};
}

const nothing = (): Promise<Reply> => Promise.resolve({});

export function networkDriver(deps: NetworkDeps): NetworkHandlers {
  const { locks } = deps;
  const network = (id: string): string => `network ${id}`;
  const endpoint = (id: string): string => `endpoint ${id}`;
  return {
    'NetworkDriver.GetCapabilities': () =>
      Promise.resolve({ Scope: 'local', ConnectivityScope: 'global', GwAllocChecker: true }),
    'NetworkDriver.GwAllocCheck': () => Promise.resolve({ SkipIPv4: true, SkipIPv6: true }),
    'NetworkDriver.AllocateNetwork': (request) => Promise.resolve({ Options: request.Options ?? {} }),
    'NetworkDriver.FreeNetwork': nothing,
    'NetworkDriver.CreateNetwork': (request) => locks.hold('networks', () => createNetwork(request, deps)),
    'NetworkDriver.DeleteNetwork': (request) =>
      locks.hold(network(request.NetworkID), async () => {
        await forgetNetwork(request.NetworkID, deps);
        deps.onNetworks();
        return {};
      }),
    'NetworkDriver.CreateEndpoint': (request) =>
      locks.hold(endpoint(request.EndpointID), () => createEndpoint(request, deps)),
    'NetworkDriver.EndpointOperInfo': () => Promise.resolve({ Value: {} }),
    'NetworkDriver.DeleteEndpoint': (request) =>
      locks.hold(endpoint(request.EndpointID), () => removeEndpoint(request, deps)),
    'NetworkDriver.Join': (request, signal) =>
      locks.hold(endpoint(request.EndpointID), () => join(request, deps, signal)),
    'NetworkDriver.Leave': (request) => locks.hold(endpoint(request.EndpointID), () => leave(request, deps)),
    'NetworkDriver.ProgramExternalConnectivity': nothing,
    'NetworkDriver.RevokeExternalConnectivity': nothing,
    'NetworkDriver.DiscoverNew': nothing,
    'NetworkDriver.DiscoverDelete': nothing,
  };
}
