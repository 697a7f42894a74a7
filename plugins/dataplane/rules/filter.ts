/** Who may send what to whom: chains of the inet table. They decide before priority 0, where everybody else's rules are. */
import type { Desired, NetworkRules } from '../desired.ts';
import { families, header } from '../family.ts';
import type { Chain } from './model.ts';
import { allowedMark, checkedMark, dnsAddress, gatewayBridge, ownGroup, tunnel, workloads } from './names.ts';
import { policyHooks } from './policy.ts';

export const networkChain = (index: number): string => `network-${index}`;
export const hostChain = (index: number): string => `host-${index}`;

/**
 * Before connection tracking: what has a source that is not its own never gets a state. Router advertisements and
 * redirects of a container would change the host's routes.
 */
const guardChains = {
  sources: {
    hook: 'type filter hook prerouting priority raw; policy accept;',
    rules: [
      `iifname ${workloads} goto workload-sources`,
      'iifname "lo" accept',
      `meta mark & ${checkedMark} == ${checkedMark} accept`,
      // The tunnel takes packets of known hosts only (see `input`).
      `iifname ${tunnel} accept`,
      // A container of another host comes by the way that leads to it; everybody else has no address of a pool.
      ...families.map((family) => `${header[family]} saddr @pools${family} fib saddr . iif oif missing drop`),
    ],
  },
  'workload-sources': {
    rules: [
      'ip daddr 127.0.0.0/8 drop',
      'icmpv6 type { nd-router-advert, nd-redirect } drop',
      `iifgroup != ${ownGroup} drop`,
      // Neighbour discovery and multicast membership, from the interface itself; never routed on.
      'ip6 saddr { ::, fe80::/10 } meta l4proto ipv6-icmp accept',
      'ip6 saddr { ::, fe80::/10 } drop',
      // An address is its owner's when the host's route to it leads to this very interface: /32 and /128 routes of ours.
      'fib saddr . iif oif exists accept',
      'iifname . ip saddr @siblings4 accept',
      'iifname . ip6 saddr @siblings6 accept',
      'drop',
    ],
  },
} as const satisfies Record<string, Chain>;

const allow: Chain = { rules: [`meta mark set meta mark | ${allowedMark} accept`] };

const toPools = (verdict: string): readonly string[] =>
  families.map((family) => `${header[family]} daddr @pools${family} ${verdict}`);
const bySource = (map: string): readonly string[] =>
  families.map((family) => `${header[family]} saddr vmap @${map}${family}`);

const forwardChains = {
  forward: {
    hook: 'type filter hook forward priority -10; policy accept;',
    rules: [
      // Nearly all packets: nothing below judges these.
      `iifname ${workloads} ct state established,related goto allow`,
      `oifname ${workloads} ct state established,related goto allow`,
      ...policyHooks.forward(gatewayBridge),
      `iifname ${workloads} goto from-workload`,
      `oifname ${workloads} goto to-workload`,
      'iifname @docker-bridges goto from-bridge',
    ],
  },
  'from-workload': {
    rules: [policyHooks.from, policyHooks.to, ...bySource('networks'), 'drop'],
  },
  /** Beyond the sender's own network. A port that is published is for everybody; what is behind Docker's bridges is Docker's to judge. */
  leave: {
    rules: [
      `oifname ${workloads} ${policyHooks.granted} goto allow`,
      ...policyHooks.elsewhere(workloads).map((match) => `${match} goto allow`),
      `oifname ${workloads} ct status dnat goto allow`,
      ...toPools('drop'),
      'oifname @docker-bridges ct status dnat accept',
      'oifname @docker-bridges drop',
      'goto allow',
    ],
  },
  /** From what is no workload: answers, published ports, and networks that are routed, not masqueraded. */
  'to-workload': {
    rules: [
      policyHooks.to,
      `${policyHooks.granted} goto allow`,
      'ct status dnat goto allow',
      'iifname @docker-bridges drop',
      // Containers of other hosts, by their addresses: as those of this one.
      ...bySource('networks'),
      ...families.map((family) => `${header[family]} daddr @routable${family} goto allow`),
      'drop',
    ],
  },
  /** From a container's port on one of Docker's bridges. */
  'from-bridge': {
    rules: [
      'ct state established,related accept',
      ...bySource('networks'),
      ...toPools('drop'),
      `oifname != "${gatewayBridge}" accept`,
      'ct status dnat goto allow',
      `iifname "${gatewayBridge}" drop`,
    ],
  },
} as const satisfies Record<string, Chain>;

/** To the host itself: as on Docker's own bridge, left to the host's firewall, except other networks' gateways. */
const inputChains = {
  input: {
    hook: 'type filter hook input priority -10; policy accept;',
    rules: [
      ...policyHooks.input(gatewayBridge),
      `iifname ${workloads} goto to-host`,
      'udp dport @tunnel-port goto from-tunnel',
      // BGP, whatever else the host's own rules keep out.
      ...families.map((family) => `tcp dport 179 ${header[family]} saddr @peers${family} goto allow`),
      ...families.map((family) => `iifname != "lo" ${header[family]} daddr @gateways${family} drop`),
    ],
  },
  'to-host': {
    rules: [
      'ct state established,related goto allow',
      'ip6 saddr { ::, fe80::/10 } goto allow',
      ...policyHooks.toHost,
      ...bySource('hosts'),
      'drop',
    ],
  },
} as const satisfies Record<string, Chain>;

function chainsOf(rules: NetworkRules): Record<string, Chain> {
  const own = families.flatMap((family) =>
    rules.pools[family].map((pool) => `${header[family]} daddr ${pool} goto allow`),
  );
  const gateways = families.filter((family) => rules.pools[family].length > 0);
  return {
    [networkChain(rules.index)]: { rules: [...own, rules.internal ? 'drop' : 'goto leave'] },
    [hostChain(rules.index)]: {
      rules: [
        ...gateways.map(
          (family) =>
            `${header[family]} daddr ${rules.gateway[family]} ${family === 4 ? 'icmp' : 'icmpv6'} type echo-request goto allow`,
        ),
        // Neighbour discovery from the workload's own address.
        'icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } goto allow',
        `ip daddr ${dnsAddress} meta l4proto { tcp, udp } th dport 53 goto allow`,
        ...(rules.internal
          ? ['drop']
          : [
              ...gateways.map((family) => `${header[family]} daddr ${rules.gateway[family]} accept`),
              ...families.map((family) => `${header[family]} daddr @gateways${family} drop`),
              'accept',
            ]),
      ],
    },
  };
}

/** Answers and questions of TCP agree on what the narrowest way can carry. */
const clampChains = {
  clamp: {
    hook: 'type filter hook forward priority mangle; policy accept;',
    rules: [`oifname ${tunnel} tcp flags syn / syn,rst tcp option maxseg size set rt mtu`],
  },
} as const satisfies Record<string, Chain>;

/** Other VXLANs of the host, such as those of a swarm, may have the same port. */
const tunnelChain = ({ tunnel: { vni } }: Desired): Chain => ({
  rules: [
    `@th,96,24 != ${vni} accept`,
    ...families.map((family) => `${header[family]} saddr @peers${family} goto allow`),
    'drop',
  ],
});

export function filterChains(desired: Desired): Readonly<Record<string, Chain>> {
  return {
    allow,
    ...guardChains,
    ...forwardChains,
    ...inputChains,
    ...clampChains,
    'from-tunnel': tunnelChain(desired),
    ...Object.fromEntries(desired.networks.flatMap((rules) => Object.entries(chainsOf(rules)))),
  };
}
