/** The reply to Join: which interface dockerd moves into the container, and the routes it sets there. Pure. */
import { parseAddress } from '../../src/ip/address.ts';
import { contains, parsePrefix } from '../../src/ip/prefix.ts';
import { containerInterface, gatewayOf, gatewayV6Of } from '../../src/model/network/names.ts';
import type { EndpointRecord, NetworkRecord, PortMapping } from '../../src/model/network/records.ts';

/** Route types of libnetwork: a next hop, or the link itself. */
const nextHop = 0;
const connected = 1;

type StaticRoute = { readonly Destination: string; readonly RouteType: number; readonly NextHop?: string };

export type JoinReply = {
  readonly InterfaceName: { readonly SrcName: string; readonly DstPrefix: string };
  readonly Gateway: string;
  readonly GatewayIPv6: string;
  readonly StaticRoutes: readonly StaticRoute[];
  readonly DisableGatewayService: boolean;
};

/**
 * Who supplies the default route. Only docker_gwbridge makes Docker publish ports and show them, and dockerd adds it only
 * when no network of the container has a gateway. Decided in Join, because CreateEndpoint is told the ports only for a
 * container's first network.
 */
export function gatewayFor(network: NetworkRecord, published: readonly PortMapping[]): EndpointRecord['gateway'] {
  if (network.internal) return 'none';
  return published.length > 0 && network.portMode === 'bridge' ? 'bridge' : 'routed';
}

const isV6 = (text: string): boolean => text.includes(':');

/** Half of all IPv6 each: a default route by any other name, which does not count as a gateway to dockerd. */
const allV6 = ['::/1', '8000::/1'];

/** `resolvers`: the host's nameservers that are not on loopback; `there` where another network leads to them already. */
export function joinReply(
  endpoint: EndpointRecord,
  network: NetworkRecord,
  resolvers: readonly string[] | 'there',
): JoinReply {
  const v4 = endpoint.ipv4 !== undefined;
  const v6 = endpoint.ipv6 !== undefined;
  const isGateway = endpoint.gateway === 'routed';
  const asks = endpoint.gateway === 'none' && resolvers !== 'there';
  const servers = asks ? reachable([...endpoint.dns, ...resolvers], network) : [];
  return {
    InterfaceName: { SrcName: containerInterface(endpoint.id), DstPrefix: network.interfacePrefix ?? 'eth' },
    Gateway: isGateway && v4 ? gatewayOf(network) : '',
    GatewayIPv6: isGateway && v6 ? gatewayV6Of(network) : '',
    StaticRoutes: [...(v4 ? routesV4(network, servers) : []), ...(v6 ? routesV6(endpoint, network, servers) : [])],
    DisableGatewayService: false,
  };
}

function routesV4(network: NetworkRecord, servers: readonly string[]): readonly StaticRoute[] {
  const pools = network.pools.map(({ cidr }) => cidr).filter((cidr) => !isV6(cidr));
  const single = servers.filter((server) => !isV6(server)).map((server) => `${server}/32`);
  return routesThrough(gatewayOf(network), 32, [...pools, ...single]);
}

function routesV6(
  endpoint: EndpointRecord,
  network: NetworkRecord,
  servers: readonly string[],
): readonly StaticRoute[] {
  const pools = network.pools.map(({ cidr }) => cidr).filter(isV6);
  const single = servers.filter(isV6).map((server) => `${server}/128`);
  // docker_gwbridge has no IPv6, so this network goes on being the way out.
  return routesThrough(gatewayV6Of(network), 128, [
    ...pools,
    ...single,
    ...(endpoint.gateway === 'bridge' ? allV6 : []),
  ]);
}

const routesThrough = (gateway: string, length: number, to: readonly string[]): readonly StaticRoute[] => [
  { Destination: `${gateway}/${length}`, RouteType: connected },
  ...to.map((cidr) => ({ Destination: cidr, RouteType: nextHop, NextHop: gateway })),
];

/** An internal network has no way out, yet names are asked for at these addresses: the host answers in their place. */
function reachable(servers: readonly string[], network: NetworkRecord): readonly string[] {
  const pools = network.pools.flatMap(({ cidr }) => parsePrefix(cidr) ?? []);
  return [...new Set(servers)].filter((server) => {
    const address = parseAddress(server);
    const isLocal = server.startsWith('127.') || server === '::1';
    return address !== undefined && !isLocal && !pools.some((pool) => contains(pool, address));
  });
}
