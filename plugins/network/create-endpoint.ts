/** CreateEndpoint: a container's attachment is recorded, with the claim on its addresses. Nothing leads there yet. */
import { createHash } from 'node:crypto';
import { Fault } from '../../src/diagnostic/fault.ts';
import { formatAddress, type Address } from '../../src/ip/address.ts';
import { formatMac, parseMac } from '../../src/ip/mac.ts';
import { contains, parseCidr, parsePrefix } from '../../src/ip/prefix.ts';
import { decodeAddressOwner, decodeEndpoint } from '../../src/model/network/decode.ts';
import { addressOwnerKey, endpointKey, handleKey } from '../../src/model/network/keys.ts';
import { handleOf, hostInterface } from '../../src/model/network/names.ts';
import type { EndpointRecord, NetworkRecord } from '../../src/model/network/records.ts';
import { winnerOver } from '../../src/model/network/winner.ts';
import type { Condition, Records } from '../../src/store/index.ts';
import type { Reply, RequestOf } from '../protocol/index.ts';
import type { NetworkDeps } from './deps.ts';
import { gatewayFor } from './join-reply.ts';
import { readExposed, readPublished, readTexts } from './ports.ts';
import {
  addressesOf,
  createEndpointWrites,
  deleteEndpointWrites,
  findEndpoint,
  requireNetwork,
  shownNetwork,
  type Write,
} from './records.ts';

type Request = RequestOf<'NetworkDriver.CreateEndpoint'>;

const mostRaces = 20;
/** Milliseconds after which an endpoint that was made and never joined is taken for dead. */
const neverJoined = 60_000;

export async function createEndpoint(
  request: Request,
  networks: Records<NetworkRecord>,
  deps: NetworkDeps,
): Promise<Reply> {
  const network = await requireNetwork(deps, request.NetworkID);
  const winner = winnerOver(network, networks.all());
  if (winner !== undefined) throw lost(network, winner);
  const given = request.Interface?.MacAddress ?? '';
  const endpoint = newEndpoint(request, network, deps);
  for (let race = 0; race < mostRaces; race++) {
    const known = await findEndpoint(deps, endpoint.id);
    if (known !== undefined) return repeated(known.value, endpoint, given);
    const evicted = addressesOf(endpoint).flatMap((address) => evict(address, deps));
    for (const { endpoint: dead } of evicted) if (dead !== undefined) await deps.gate.close(dead);
    deps.gate.prepare(endpoint, network);
    deps.failPoints.reach('NetworkDriver.CreateEndpoint', 'before-transaction');
    const outcome = await deps.overlay.transact(
      [{ key: endpointKey(deps.node, endpoint.id), is: 'absent' }, ...claims(endpoint, evicted)],
      mergeWrites(
        evicted.flatMap(({ endpoint: dead }) => (dead === undefined ? [] : deleteEndpointWrites(dead))),
        createEndpointWrites(endpoint, deps.uuid()),
      ),
    );
    deps.failPoints.reach('NetworkDriver.CreateEndpoint', 'after-transaction');
    if (outcome.succeeded) return replyFor(endpoint, given);
    for (const address of addressesOf(endpoint)) await requireTaken(address, deps);
  }
  throw new Fault('store-conflict', `The endpoint ${endpoint.id.slice(0, 12)} could not be recorded.`, {
    transient: true,
  });
}

/** Its containers would talk to nobody on the other hosts, where the name means another network. */
const lost = (network: NetworkRecord, { id, createdBy }: NetworkRecord): Fault =>
  new Fault(
    'request-invalid',
    `The network ${shownNetwork(network)} of ${network.createdBy} has the name of one that ${createdBy} made before (${id.slice(0, 12)}).`,
    { hint: 'Remove the containers that are on it: then it is replaced by the other one, and new ones join that.' },
  );

/** Only what Docker left open may be in the reply; anything else it takes for an attempt to change it. */
const replyFor = ({ mac }: EndpointRecord, given: string): Reply =>
  given === '' ? { Interface: { MacAddress: mac } } : {};

function repeated(known: EndpointRecord, asked: EndpointRecord, given: string): Reply {
  const isSame = known.network === asked.network && known.ipv4 === asked.ipv4 && known.ipv6 === asked.ipv6;
  if (isSame) return replyFor(known, given);
  throw new Fault('request-invalid', `The endpoint ${known.id.slice(0, 12)} is there already, with other addresses.`);
}

function newEndpoint(request: Request, network: NetworkRecord, deps: NetworkDeps): EndpointRecord {
  const v4 = readAddress(request.Interface?.Address, 4, network);
  const v6 = readAddress(request.Interface?.AddressIPv6, 6, network);
  if (v4 === undefined && v6 === undefined) throw new Fault('request-invalid', 'Docker gave the endpoint no address.');
  const options = request.Options ?? {};
  const published = readPublished(options) ?? [];
  return {
    id: request.EndpointID,
    network: network.id,
    node: deps.node,
    state: 'created',
    interface: hostInterface(request.EndpointID),
    mac: readMac(request.Interface?.MacAddress ?? '') ?? macFor(v4 ?? v6),
    ...(v4 === undefined ? {} : { ipv4: formatAddress(v4) }),
    ...(v6 === undefined ? {} : { ipv6: formatAddress(v6) }),
    published,
    exposed: readExposed(options),
    gateway: gatewayFor(network, published),
    options: readTexts(options),
    dns: [],
    createdAt: new Date(deps.now()).toISOString(),
  };
}

function readAddress(text: string | undefined, family: 4 | 6, network: NetworkRecord): Address | undefined {
  if (text === undefined || text === '') return undefined;
  const address = parseCidr(text)?.address;
  if (address?.family !== family)
    throw new Fault('request-invalid', `${JSON.stringify(text)} is not an IPv${family} address.`);
  const pool = network.pools.find(({ cidr }) => {
    const prefix = parsePrefix(cidr);
    return prefix !== undefined && contains(prefix, address);
  });
  if (pool === undefined)
    throw new Fault(
      'request-invalid',
      `The address ${formatAddress(address)} is in no subnet of the network ${shownNetwork(network)}.`,
    );
  if (pool.gateway === formatAddress(address))
    throw new Fault(
      'address-taken',
      `The address ${pool.gateway} is the gateway of the network ${shownNetwork(network)}.`,
    );
  return address;
}

function readMac(text: string): string | undefined {
  if (text === '') return undefined;
  const mac = parseMac(text);
  // The lowest bit of the first byte means many receivers.
  if (mac === undefined || Math.floor(mac / 2 ** 40) % 2 === 1)
    throw new Fault('request-invalid', `${JSON.stringify(text)} is not the MAC address of an interface.`);
  return formatMac(mac);
}

/** Locally administered, made from the address, so that what neighbours remember of an address stays right. */
function macFor(address: Address | undefined): string {
  const locally = 0x0242 * 2 ** 32;
  if (address?.family === 4) return formatMac(locally + address.value);
  const digest = createHash('sha256').update(String(address?.value)).digest();
  return formatMac(locally + digest.readUInt32BE(0));
}

/** An endpoint that has an address though its container is gone; `endpoint` undefined: not even its record is there. */
type Evicted = { readonly address: string; readonly value: string; readonly endpoint: EndpointRecord | undefined };

/** dockerd may have forgotten an endpoint while we were down; what it gives the address to now has more right to it. */
function evict(address: string, deps: NetworkDeps): readonly Evicted[] {
  const entry = deps.overlay.get(addressOwnerKey(address));
  const owner = decodeAddressOwner(entry?.value ?? '');
  if (entry === undefined || owner === undefined) return [];
  const endpoint = decodeEndpoint(deps.overlay.get(endpointKey(owner.node, owner.endpoint))?.value ?? '');
  if (owner.node !== deps.node || (endpoint !== undefined && mayBeAlive(endpoint, deps)))
    throw takenBy(address, owner.endpoint, owner.node, endpoint);
  return [{ address, value: entry.value, endpoint }];
}

const mayBeAlive = (endpoint: EndpointRecord, { now, isAttached }: NetworkDeps): boolean =>
  (endpoint.state === 'created' && now() - Date.parse(endpoint.createdAt) < neverJoined) || isAttached(endpoint);

function takenBy(address: string, id: string, node: string, endpoint: EndpointRecord | undefined): Fault {
  const name = endpoint?.container?.name;
  const what = name === undefined ? `endpoint ${id.slice(0, 12)}` : `container ${name}`;
  return new Fault('address-taken', `The address ${address} is in use by ${what} on host ${node}.`);
}

/** Every address is given out by IPAM, and no other endpoint has it. */
const claims = (endpoint: EndpointRecord, evicted: readonly Evicted[]): readonly Condition[] =>
  addressesOf(endpoint).flatMap((address): Condition[] => {
    const key = addressOwnerKey(address);
    const from = evicted.find((one) => one.address === address);
    return [
      { key: handleKey(handleOf(address)), is: 'present' },
      from === undefined ? { key, is: 'absent' } : { key, is: 'value', value: from.value },
    ];
  });

/** The sweeper may have taken an address back that dockerd was slow to use. */
async function requireTaken(address: string, { store }: NetworkDeps): Promise<void> {
  if ((await store.get(handleKey(handleOf(address)))) !== undefined) return;
  throw new Fault('address-taken', `The address ${address} is not given out to this container (any more).`, {
    hint: 'Start the container again.',
  });
}

/** A key is written once in a transaction: what is written last counts. */
function mergeWrites(...lists: readonly (readonly Write[])[]): readonly Write[] {
  return [...new Map(lists.flat().map((write) => [write.key, write])).values()];
}
