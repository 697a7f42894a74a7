/** The reply to Join: which interface dockerd moves into the container, and the routes it sets there. Pure. */
import { Fault } from '../../src/diagnostic/fault.ts';
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

/** nftables publishes what names its host port: dockerd chooses and shows one only where its own bridge publishes. */
export function checkPublishable(network: NetworkRecord, published: readonly PortMapping[]): void {
  if (network.portMode === 'bridge' || network.internal) return;
  const port = published.find(({ hostPort, protocol }) => hostPort === 0 || protocol === 'sctp');
  if (port === undefined) return;
  throw new Fault(
    'unsupported',
    `A network with clocker.ports=routed can't publish ${port.containerPort}/${port.protocol}.`,
    {
      hint: 'Name a TCP or UDP host port (-p 8080:80), or make the network without -o clocker.ports=routed.',
    },
  );
}

/** Half of all IPv6 each: a default route by any other name, which does not count as a gateway to dockerd. */
const allV6 = ['::/1', '8000::/1'];

function routesFor(
  cidrs: readonly string[],
  gateway: string,
  length: number,
  endpoint: EndpointRecord,
): readonly StaticRoute[] {
  if (cidrs.length === 0) return [];
  const beyond = endpoint.gateway === 'bridge' && length === 128 ? allV6 : [];
  return [
    { Destination: `${gateway}/${length}`, RouteType: connected },
    ...[...cidrs, ...beyond].map((cidr) => ({ Destination: cidr, RouteType: nextHop, NextHop: gateway })),
  ];
}

export function joinReply(endpoint: EndpointRecord, network: NetworkRecord): JoinReply {
  const cidrs = network.pools.map((pool) => pool.cidr);
  const v4 = endpoint.ipv4 === undefined ? [] : cidrs.filter((cidr) => !cidr.includes(':'));
  const v6 = endpoint.ipv6 === undefined ? [] : cidrs.filter((cidr) => cidr.includes(':'));
  const isGateway = endpoint.gateway === 'routed';
  return {
    InterfaceName: { SrcName: containerInterface(endpoint.id), DstPrefix: 'eth' },
    Gateway: isGateway && v4.length > 0 ? gatewayOf(network) : '',
    GatewayIPv6: isGateway && v6.length > 0 ? gatewayV6Of(network) : '',
    StaticRoutes: [
      ...routesFor(v4, gatewayOf(network), 32, endpoint),
      ...routesFor(v6, gatewayV6Of(network), 128, endpoint),
    ],
    DisableGatewayService: false,
  };
}
