/** The lines of `ip -batch` for workload interfaces. Pure. */
import { containerInterface } from '../../src/model/network/names.ts';
import type { EndpointRecord } from '../../src/model/network/records.ts';
import type { WorkloadInterface } from './desired.ts';
import { routeProtocol } from './kernel.ts';

/** As Calico's: the same on every host side, since nobody resolves it but through us. */
const hostMac = 'ee:ee:ee:ee:ee:ee';

export type Opening = {
  readonly endpoint: EndpointRecord;
  readonly wanted: WorkloadInterface;
  readonly mtu: number;
};

export function pairLines({ endpoint, wanted, mtu }: Opening): readonly string[] {
  const inside = containerInterface(endpoint.id);
  return [
    `link add name ${wanted.name} address ${hostMac} mtu ${mtu} type veth peer name ${inside} address ${endpoint.mac} mtu ${mtu}`,
    `link set dev ${wanted.name} addrgenmode none`,
    `link set dev ${wanted.name} up`,
  ];
}

/**
 * The host reaches a workload with the network's gateway as its own address: the container has a route to that on this
 * very interface, so a strict rp_filter inside accepts it even when docker_gwbridge holds the default route.
 */
export function routeLines(wanted: WorkloadInterface): readonly string[] {
  const { name, ipv4, ipv6, gateway4, gateway6 } = wanted;
  return [
    ...(ipv4 === undefined
      ? []
      : [`route replace ${ipv4}/32 dev ${name} proto ${routeProtocol} scope link src ${gateway4}`]),
    ...(ipv6 === undefined
      ? []
      : [
          `addr replace ${gateway6}/64 dev ${name} nodad`,
          `route replace ${ipv6}/128 dev ${name} proto ${routeProtocol}`,
        ]),
  ];
}

/** Settings of a host side: strict reverse path (no other source address), and no router advertisements from containers. */
export const interfaceSysctls = (name: string): readonly (readonly [string, string])[] => [
  [`net.ipv4.conf.${name}.rp_filter`, '1'],
  [`net.ipv4.conf.${name}.forwarding`, '1'],
  [`net.ipv4.conf.${name}.send_redirects`, '0'],
  [`net.ipv4.neigh.${name}.proxy_delay`, '0'],
  [`net.ipv6.conf.${name}.accept_ra`, '0'],
];

/**
 * Ports of the gateway bridge reach the host and nobody beside them: frames between two ports meet the host's IP rules
 * only where bridge-nf-call-iptables is on, and not every kernel has nftables' bridge expressions.
 */
export const isolationLines = (ports: readonly string[]): readonly string[] =>
  ports.map((name) => `link set dev ${name} type bridge_slave isolated on`);
