/**
 * What this host's kernel should hold, from the records alone: pure, so the same records always give the same state.
 */
import { gatewayOf, gatewayV6Of } from '../../src/model/network/names.ts';
import type { EndpointRecord, NetworkRecord, PortMapping } from '../../src/model/network/records.ts';

export type WorkloadInterface = {
  readonly name: string;
  readonly network: number;
  /** The network's routed gateway: the host's own address towards this workload. */
  readonly gateway4: string;
  readonly ipv4?: string;
  readonly ipv6?: string;
  /** IPv6 gateway address on the host side; neighbour discovery answers only for addresses of the interface itself. */
  readonly gateway6: string;
};

export type NetworkRules = {
  /** The network's gateway number: names its chain. */
  readonly index: number;
  readonly pools4: readonly string[];
  readonly pools6: readonly string[];
  readonly internal: boolean;
  readonly nat: boolean;
};

export type PublishedPort = PortMapping & { readonly address: string };

export type Desired = {
  readonly interfaces: readonly WorkloadInterface[];
  /** IPv4 addresses of `clocker0`, without length. */
  readonly gateways: readonly string[];
  readonly networks: readonly NetworkRules[];
  /** Ports that nftables publishes, because their network keeps the routed gateway. */
  readonly published: readonly PublishedPort[];
  readonly isIpv6: boolean;
};

const isV6 = (cidr: string): boolean => cidr.includes(':');

export function workloadInterface(endpoint: EndpointRecord, network: NetworkRecord): WorkloadInterface {
  return {
    name: endpoint.interface,
    network: network.gatewayIndex,
    gateway4: gatewayOf(network),
    ...(endpoint.ipv4 === undefined ? {} : { ipv4: endpoint.ipv4 }),
    ...(endpoint.ipv6 === undefined ? {} : { ipv6: endpoint.ipv6 }),
    gateway6: gatewayV6Of(network),
  };
}

function networkRules(network: NetworkRecord): NetworkRules {
  const cidrs = network.pools.map((pool) => pool.cidr);
  return {
    index: network.gatewayIndex,
    pools4: cidrs.filter((cidr) => !isV6(cidr)),
    pools6: cidrs.filter(isV6),
    internal: network.internal,
    nat: network.natOutgoing && !network.internal,
  };
}

const publishedOf = (endpoint: EndpointRecord): readonly PublishedPort[] =>
  endpoint.gateway !== 'routed' || endpoint.ipv4 === undefined
    ? []
    : endpoint.published.filter((port) => port.hostPort > 0).map((port) => ({ ...port, address: endpoint.ipv4 ?? '' }));

export function desiredState(networks: readonly NetworkRecord[], endpoints: readonly EndpointRecord[]): Desired {
  const byId = new Map(networks.map((network) => [network.id, network]));
  const joined = endpoints.flatMap((endpoint) => {
    const network = byId.get(endpoint.network);
    return endpoint.state === 'joined' && network !== undefined ? [{ endpoint, network }] : [];
  });
  return {
    interfaces: joined
      .map(({ endpoint, network }) => workloadInterface(endpoint, network))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    gateways: networks
      .filter((network) => network.pools.some((pool) => !isV6(pool.cidr)))
      .map(gatewayOf)
      .sort(),
    networks: networks.map(networkRules).sort((a, b) => a.index - b.index),
    published: joined.flatMap(({ endpoint }) => publishedOf(endpoint)),
    isIpv6: networks.some((network) => network.pools.some((pool) => isV6(pool.cidr))),
  };
}
