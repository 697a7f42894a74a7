/** What this host is to hold, from the records and what was seen of its interfaces: pure, the same always gives the same. */
import { formatAddress, parseAddress } from '../../src/ip/address.ts';
import { formatPrefix, overlaps, parsePrefix, type Prefix } from '../../src/ip/prefix.ts';
import { formatMac, parseMac } from '../../src/ip/mac.ts';
import { containerInterface, gatewayAddress, gatewayAddressV6 } from '../../src/model/network/names.ts';
import { overheadOf } from '../../src/model/network/mtu.ts';
import type {
  EndpointRecord,
  NetworkPool,
  NetworkRecord,
  PortMapping,
  RouteMode,
} from '../../src/model/network/records.ts';
import type { NodeFacts } from '../../src/model/network/node.ts';
import type { TunnelSettings } from '../../src/model/network/tunnel.ts';
import { byFamily, type Family, type PerFamily } from './family.ts';

/** An attachment whose interface is to be here. */
export type Attachment = { readonly endpoint: EndpointRecord; readonly network: NetworkRecord };

export type Workload = {
  readonly id: string;
  /** Host side of the veth pair, and container side before Docker takes it. */
  readonly interface: string;
  readonly inside: string;
  /** `eth`: begin of the interface's name in the container. */
  readonly prefix: string;
  readonly mac: string;
  /** Bytes. */
  readonly mtu: number;
  /** The network's gateway number. */
  readonly network: number;
  /** Own addresses, and the gateways as the container sees them; each absent without that family. */
  readonly address: PerFamily<string | undefined>;
  readonly gateway: PerFamily<string>;
  /** Docker's path of the container's network namespace. */
  readonly sandbox?: string;
  readonly defaultRoute: EndpointRecord['gateway'];
  /** Published by nftables: the routed gateway is kept, and Docker chose this attachment of the container. */
  readonly published: readonly PortMapping[];
  readonly createdAt: string;
};

export type NetworkRules = {
  readonly index: number;
  readonly pools: PerFamily<readonly string[]>;
  readonly gateway: PerFamily<string>;
  readonly internal: boolean;
  readonly masquerade: boolean;
};

export type Desired = {
  readonly workloads: readonly Workload[];
  readonly networks: readonly NetworkRules[];
  /** This host's own blocks: what is in them and belongs to nobody leads nowhere. */
  readonly blackholes: readonly string[];
  /** Addresses of the other hosts, and the numbers of the tunnel they come by. */
  readonly peers: PerFamily<readonly string[]>;
  readonly tunnel: TunnelSettings;
};

export type Records = {
  readonly attachments: readonly Attachment[];
  readonly networks: readonly NetworkRecord[];
  readonly ownBlocks: readonly string[];
  /** This host, once it is known. */
  readonly own?: NodeFacts;
  /** The other hosts. */
  readonly nodes: readonly NodeFacts[];
  readonly tunnel: TunnelSettings;
};

const firstOf = (network: NetworkRecord, family: Family): NetworkPool | undefined =>
  network.pools.find(({ cidr }) => parsePrefix(cidr)?.first.family === family);

/** What comes from a record goes into commands, so only what is an address, in the one way to write it. */
function addressOf(text: string | undefined, family: Family): string | undefined {
  const address = text === undefined ? undefined : parseAddress(text);
  return address?.family === family ? formatAddress(address) : undefined;
}

export const gatewayOf = (network: NetworkRecord): PerFamily<string> => ({
  4: addressOf(firstOf(network, 4)?.gateway, 4) ?? gatewayAddress(network.gatewayIndex),
  6: addressOf(firstOf(network, 6)?.gateway, 6) ?? gatewayAddressV6(network.gatewayIndex),
});

/** `mtuOf`: bytes, of networks that do not say. */
export function workloadOf({ endpoint, network }: Attachment, mtuOf: (mode: RouteMode) => number): Workload {
  return {
    id: endpoint.id,
    interface: endpoint.interface,
    inside: containerInterface(endpoint.id),
    prefix: network.interfacePrefix ?? 'eth',
    mac: formatMac(parseMac(endpoint.mac) ?? 0x020000000000),
    mtu: network.mtu ?? mtuOf(network.routeMode ?? 'auto'),
    network: network.gatewayIndex,
    address: { 4: addressOf(endpoint.ipv4, 4), 6: addressOf(endpoint.ipv6, 6) },
    gateway: gatewayOf(network),
    ...(endpoint.sandboxKey === undefined ? {} : { sandbox: endpoint.sandboxKey }),
    defaultRoute: endpoint.gateway,
    published: endpoint.gateway === 'routed' && endpoint.external === true ? endpoint.published : [],
    createdAt: endpoint.createdAt,
  };
}

const text = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The pools each network has to itself. Where two records claim what overlaps (one network made again while the record
 * of the old one is still there), the newest has it: rules that contradict each other would be refused as a whole.
 */
function poolsByNetwork(networks: readonly NetworkRecord[]): ReadonlyMap<string, readonly Prefix[]> {
  const taken: Prefix[] = [];
  const pools = new Map<string, readonly Prefix[]>();
  const newestFirst = [...networks].sort((a, b) => text(b.createdAt, a.createdAt) || text(a.id, b.id));
  for (const network of newestFirst) {
    const own = network.pools.flatMap(({ cidr }) => parsePrefix(cidr) ?? []);
    const free = own.filter((pool) => !taken.some((other) => overlaps(pool, other)));
    taken.push(...free);
    pools.set(network.id, free);
  }
  return pools;
}

function networkRules(network: NetworkRecord, pools: readonly Prefix[]): NetworkRules {
  return {
    index: network.gatewayIndex,
    pools: byFamily((family) => pools.filter(({ first }) => first.family === family).map(formatPrefix)),
    gateway: gatewayOf(network),
    internal: network.internal,
    masquerade: network.natOutgoing && !network.internal,
  };
}

const nodeAddress = ({ ipv4, ipv6 }: NodeFacts, family: Family): readonly string[] =>
  [family === 4 ? ipv4 : ipv6].flatMap((cidr) => (cidr === undefined ? [] : formatAddress(cidr.address)));

/** Bytes of a network that does not say, by how it is routed. `mtu`: bytes that leave the host at once. */
export function mtuByMode(records: Pick<Records, 'own' | 'nodes'>, mtu: number): (mode: RouteMode) => number {
  const overheads = new Map<RouteMode, number>();
  /** Looks at every other host, so once for all workloads. */
  return (mode) => {
    const overhead = overheads.get(mode) ?? overheadOf(mode, records.own, records.nodes);
    overheads.set(mode, overhead);
    return mtu - overhead;
  };
}

/** `mtuOf`: as `mtuByMode` tells it. */
export function desiredState(records: Records, mtuOf: (mode: RouteMode) => number): Desired {
  const pools = poolsByNetwork(records.networks);
  const networks = new Map(
    [...records.networks]
      .sort((a, b) => text(a.createdAt, b.createdAt))
      .map((network) => [network.gatewayIndex, networkRules(network, pools.get(network.id) ?? [])]),
  );
  return {
    workloads: records.attachments
      .map((attachment) => workloadOf(attachment, mtuOf))
      .sort((a, b) => text(a.createdAt, b.createdAt) || text(a.id, b.id)),
    networks: [...networks.values()].sort((a, b) => a.index - b.index),
    blackholes: records.ownBlocks.flatMap((cidr) => {
      const prefix = parsePrefix(cidr);
      return prefix === undefined ? [] : formatPrefix(prefix);
    }),
    peers: byFamily((family) => [...new Set(records.nodes.flatMap((node) => nodeAddress(node, family)))]),
    tunnel: records.tunnel,
  };
}
