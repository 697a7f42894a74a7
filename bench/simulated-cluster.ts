/** The records of a large cluster, as its hosts would have written them: one network, one block on each host. */
import { createHash } from 'node:crypto';
import { formatMac } from '../src/ip/mac.ts';
import { addressAt, formatPrefix, parsePrefix, prefixOf, type Prefix } from '../src/ip/prefix.ts';
import { formatAddress } from '../src/ip/address.ts';
import { assign, emptyBlock } from '../src/model/network/block.ts';
import { renderJson } from '../src/model/network/json.ts';
import {
  addressOwnerKey,
  affinityKey,
  aliveKey,
  blockKey,
  endpointKey,
  gatewayKey,
  globalNetworkPoliciesPrefix,
  handleKey,
  networkKey,
  nodeKey,
  poolKey,
  poolUseKey,
  profileKey,
  workloadEndpointKey,
} from '../src/model/network/keys.ts';
import { workloadLabels } from '../src/model/network/labels.ts';
import { handleOf, hostInterface, poolNameOf } from '../src/model/network/names.ts';
import { renderNode } from '../src/model/network/node.ts';
import type { EndpointRecord, NetworkRecord, PoolUse } from '../src/model/network/records.ts';
import { poolOf, profileOf, workloadEndpointName, workloadEndpointOf } from '../src/model/network/resources.ts';

export type Put = { readonly op: 'put'; readonly key: string; readonly value: string };

/** Of RFC 6598, and never sent to: large enough for further blocks. */
const cidr = '100.64.0.0/12';
const blockLength = 26;
const at = '2026-01-01T00:00:00Z';
const fresh = { uid: '00000000-0000-4000-8000-000000000000', creationTimestamp: at };
/** An address of the pool in a text. */
export const poolAddress = /\b100\.(?:6[4-9]|7\d)\.\d+\.\d+\b/g;
export const networkId = 'a'.repeat(64);

const pool: Prefix = prefixOrFail(cidr);
function prefixOrFail(text: string): Prefix {
  const prefix = parsePrefix(text);
  if (prefix === undefined) throw new Error(`${text} is no prefix.`);
  return prefix;
}

export const nodeName = (index: number): string => `n${index}`;

const network: NetworkRecord = {
  id: networkId,
  name: 'app',
  options: {},
  internal: false,
  pools: [{ pool: poolNameOf(cidr), cidr }],
  gatewayIndex: 2,
  portMode: 'bridge',
  routeMode: 'auto',
  natOutgoing: true,
  createdBy: nodeName(0),
  createdAt: at,
};

const put = (key: string, value: unknown): Put => ({ op: 'put', key, value: renderJson(value) });

/** Address `ordinal` of the block of a host; blocks beyond the hosts' are free. */
function addressIn(host: number, ordinal: number): string {
  const address = addressAt(pool, host * 2 ** (32 - blockLength) + ordinal);
  if (address === undefined) throw new Error('The pool of the simulation is too small.');
  return formatAddress(address);
}

/** Lets those who are `web` in to those who are `db`; half of all endpoints are each. */
const policy = {
  kind: 'GlobalNetworkPolicy',
  apiVersion: 'projectcalico.org/v3',
  metadata: { name: 'default.db', ...fresh },
  spec: {
    tier: 'default',
    selector: "role == 'db'",
    types: ['Ingress'],
    ingress: [{ action: 'Allow', source: { selector: "role == 'web'" } }],
  },
};

function sharedRecords(hosts: number): readonly Put[] {
  const use: PoolUse = {
    pool: poolNameOf(cidr),
    cidr,
    network: networkId,
    nodes: Array.from({ length: hosts }, (_, host) => nodeName(host)),
    made: Array.from({ length: hosts }, (_, host) => nodeName(host)),
    requestedAt: at,
  };
  const profile = profileOf(networkId, fresh);
  return [
    put(networkKey(networkId), network),
    put(gatewayKey(2), { network: networkId }),
    put(profileKey(profile.metadata.name), profile),
    put(poolKey(use.pool), poolOf(use.pool, { cidr, blockSize: blockLength, natOutgoing: true }, fresh)),
    put(poolUseKey(use.pool), use),
    put(`${globalNetworkPoliciesPrefix}default.db`, policy),
  ];
}

export function endpointOf(host: number, ordinal: number, node = nodeName(host)): EndpointRecord {
  const number = host * 1000 + ordinal;
  const id = createHash('sha256').update(String(number)).digest('hex');
  const role = ordinal % 2 === 0 ? 'db' : 'web';
  return {
    id,
    network: networkId,
    node,
    state: 'joined',
    interface: hostInterface(id),
    mac: formatMac(0x0242 * 2 ** 32 + number),
    ipv4: addressIn(host, ordinal),
    sandboxKey: `/var/run/docker/netns/${id.slice(0, 12)}`,
    published: [],
    exposed: [],
    gateway: 'routed',
    options: {},
    dns: [],
    container: {
      id,
      name: `${role}-${number}`,
      labels: { role, 'com.docker.compose.project': 'shop', 'com.docker.compose.service': role },
      aliases: [id.slice(0, 12)],
    },
    createdAt: at,
  };
}

/** One endpoint, without its block. */
function endpointRecords(endpoint: EndpointRecord): readonly Put[] {
  const { ipv4 = '' } = endpoint;
  const workload = workloadEndpointOf(endpoint, fresh.uid);
  const labels = workloadLabels(endpoint, network);
  return [
    put(endpointKey(endpoint.node, endpoint.id), endpoint),
    put(workloadEndpointKey(workloadEndpointName(endpoint.node, endpoint.id)), {
      ...workload,
      metadata: { ...workload.metadata, labels },
    }),
    put(addressOwnerKey(ipv4), { endpoint: endpoint.id, node: endpoint.node }),
    put(handleKey(handleOf(ipv4)), { block: { [blockOf(ipv4)]: 1 }, deleted: false }),
  ];
}

const blockOf = (address: string): string => {
  const parsed = parsePrefix(`${address}/32`);
  if (parsed === undefined) throw new Error(`${address} is no address.`);
  return formatPrefix(prefixOf(parsed.first, blockLength));
};

/** A block, by number, with the first so many addresses taken. */
function blockRecords(number: number, node: string, taken: number): readonly Put[] {
  const text = blockOf(addressIn(number, 0));
  let block = emptyBlock(prefixOrFail(text), text, node, Date.parse(at));
  for (let ordinal = 0; ordinal < taken; ordinal++)
    block = assign(block, ordinal, {
      handle_id: handleOf(addressIn(number, ordinal)),
      secondary: { node, timestamp: '2026-01-01 00:00:00 +0000 UTC', type: 'libnetwork' },
    });
  return [put(blockKey(text), block), put(affinityKey(node, text), { state: 'confirmed', deleted: false })];
}

function hostRecords(host: number, endpoints: number): readonly Put[] {
  const node = nodeName(host);
  const addresses = { ipv4: `10.7.${host >> 8}.${host & 255}/16` };
  return [
    { op: 'put', key: nodeKey(node), value: renderNode(undefined, node, addresses, fresh) },
    // Without a lease: nobody is there to renew it.
    put(aliveKey(node), { startedAt: at }),
    ...blockRecords(host, node, endpoints),
    ...Array.from({ length: endpoints }, (_, ordinal) => endpointRecords(endpointOf(host, ordinal))).flat(),
  ];
}

export function* clusterRecords(hosts: number, endpoints: number): Iterable<Put> {
  yield* sharedRecords(hosts);
  for (let host = 0; host < hosts; host++) yield* hostRecords(host, endpoints);
}

/** A further container of a host that had so many. */
export function furtherRecords(host: number, ordinal: number) {
  const endpoint = endpointOf(host, ordinal);
  return { address: endpoint.ipv4 ?? '', puts: endpointRecords(endpoint) };
}

/** The first container in a further block of a host; the address is the block's own, as in the route to it. */
export function firstRecords(host: number, block: number) {
  const endpoint = endpointOf(block, 1, nodeName(host));
  const [address = ''] = blockOf(endpoint.ipv4 ?? '').split('/');
  return { address, puts: [...blockRecords(block, endpoint.node, 2), ...endpointRecords(endpoint)] };
}
