/**
 * The nftables text of this host: one table of our own, written whole and atomically, and elements for one endpoint.
 * Verdicts are made before priority 0 and what is allowed is marked; an accept in one table does not undo a drop in
 * another, so a rule in Docker's own user chain accepts the mark (marks.ts). What no rule of ours is about is left alone.
 */
import type { Desired, NetworkRules, PublishedPort, WorkloadInterface } from './desired.ts';

/** The bit that says "Clocker allows this packet". */
export const allowedMark = '0x20000000';
export const tableName = 'clocker';
export const gatewayBridge = 'docker_gwbridge';

const allow = `meta mark set meta mark | ${allowedMark} accept`;
const list = (elements: readonly string[]): string =>
  elements.length === 0 ? '' : `elements = { ${elements.join(', ')} }`;

export const source4 = ({ name, ipv4 }: WorkloadInterface): readonly string[] =>
  ipv4 === undefined ? [] : [`"${name}" . ${ipv4}`];
export const source6 = ({ name, ipv6 }: WorkloadInterface): readonly string[] =>
  ipv6 === undefined ? [] : [`"${name}" . ${ipv6}`];
export const membership = ({ name, network }: WorkloadInterface): string => `"${name}" : jump from_${network}`;

/** Docker's bridges: another network's containers are behind them, to be reached by a published port only. */
const bridges = ['docker0', gatewayBridge, 'br-*'];

function networkChain(rules: NetworkRules): string {
  const own = [
    ...rules.pools4.map((cidr) => `ip daddr ${cidr} ${allow}`),
    ...rules.pools6.map((cidr) => `ip6 daddr ${cidr} ${allow}`),
  ];
  const beyond = rules.internal
    ? ['drop']
    : [
        // A published port is for everybody, whichever network its container is on.
        `oifname "cali*" ct status dnat ${allow}`,
        'ip daddr @pools4 drop',
        'ip6 daddr @pools6 drop',
        ...bridges.flatMap((bridge) => [`oifname "${bridge}" ct status dnat ${allow}`, `oifname "${bridge}" drop`]),
        allow,
      ];
  return chain(`from_${rules.index}`, [...own, ...beyond]);
}

const chain = (name: string, rules: readonly string[]): string =>
  `  chain ${name} {\n${rules.map((rule) => `    ${rule}\n`).join('')}  }\n`;
const set = (name: string, type: string, elements: readonly string[], flags = ''): string =>
  `  set ${name} {\n    type ${type}\n${flags}${elements.length === 0 ? '' : `    ${list(elements)}\n`}  }\n`;

/** From other hosts of the network, and to what nftables published. */
function toWorkload(networks: readonly NetworkRules[]): readonly string[] {
  return [
    `ct state established,related ${allow}`,
    ...networks.flatMap(({ pools4, pools6 }) => [
      ...pools4.map((cidr) => `ip saddr ${cidr} ip daddr ${cidr} ${allow}`),
      ...pools6.map((cidr) => `ip6 saddr ${cidr} ip6 daddr ${cidr} ${allow}`),
    ]),
    `ct status dnat ${allow}`,
    'drop',
  ];
}

function publishRules(published: readonly PublishedPort[]): readonly string[] {
  return published.flatMap((port) => {
    if (port.protocol === 'sctp') return [];
    const to = `dnat ip to ${port.address}:${port.containerPort}`;
    const where =
      port.hostAddress === '' || port.hostAddress === '0.0.0.0' || port.hostAddress === '::'
        ? 'fib daddr type local'
        : `ip daddr ${port.hostAddress}`;
    return port.hostAddress.includes(':') && port.hostAddress !== '::'
      ? []
      : [`meta nfproto ipv4 ${where} ${port.protocol} dport ${port.hostPort} ${to}`];
  });
}

/** The whole table. `delete` needs it to exist, hence the `add` before; nft applies all of it in one transaction. */
export function renderTable(desired: Desired): string {
  const { interfaces, networks } = desired;
  const pools4 = networks.flatMap((rules) => rules.pools4);
  const pools6 = networks.flatMap((rules) => rules.pools6);
  const nat4 = networks.flatMap((rules) => (rules.nat ? rules.pools4 : []));
  const nat6 = networks.flatMap((rules) => (rules.nat ? rules.pools6 : []));
  const internal4 = networks.flatMap((rules) => (rules.internal ? rules.pools4 : []));
  const internal6 = networks.flatMap((rules) => (rules.internal ? rules.pools6 : []));
  const interval = '    flags interval\n';
  const publish = publishRules(desired.published);
  return [
    `add table inet ${tableName}\ndelete table inet ${tableName}\ntable inet ${tableName} {\n`,
    set('sources4', 'ifname . ipv4_addr', interfaces.flatMap(source4)),
    set('sources6', 'ifname . ipv6_addr', interfaces.flatMap(source6)),
    set('pools4', 'ipv4_addr', pools4, interval),
    set('pools6', 'ipv6_addr', pools6, interval),
    set('nat4', 'ipv4_addr', nat4, interval),
    set('nat6', 'ipv6_addr', nat6, interval),
    set('internal4', 'ipv4_addr', internal4, interval),
    set('internal6', 'ipv6_addr', internal6, interval),
    ...networks.map(networkChain),
    `  map members {\n    type ifname : verdict\n${interfaces.length === 0 ? '' : `    ${list(interfaces.map(membership))}\n`}  }\n`,
    chain('sources', [
      'type filter hook prerouting priority raw; policy accept;',
      'iifname != "cali*" accept',
      'meta protocol ip iifname . ip saddr @sources4 accept',
      'meta protocol ip6 ip6 saddr fe80::/10 accept',
      'meta protocol ip6 ip6 saddr :: icmpv6 type { nd-neighbor-solicit, mld-listener-report, mld2-listener-report } accept',
      'meta protocol ip6 iifname . ip6 saddr @sources6 accept',
      'drop',
    ]),
    chain('from_workload', [`ct state established,related ${allow}`, 'iifname vmap @members', 'drop']),
    chain('to_workload', toWorkload(networks)),
    chain('forward', [
      'type filter hook forward priority -10; policy accept;',
      'iifname "cali*" jump from_workload',
      'oifname "cali*" jump to_workload',
    ]),
    chain('input', [
      'type filter hook input priority -10; policy accept;',
      'iifname != "cali*" accept',
      `ct state established,related ${allow}`,
      `ip protocol icmp ${allow}`,
      `meta l4proto ipv6-icmp ${allow}`,
      'ip saddr @internal4 drop',
      'ip6 saddr @internal6 drop',
    ]),
    chain('publish', ['type nat hook prerouting priority dstnat - 5; policy accept;', ...publish]),
    chain('publish_local', ['type nat hook output priority -105; policy accept;', ...publish]),
    chain('masquerade_pools', [
      'type nat hook postrouting priority srcnat - 5; policy accept;',
      `oifname "${gatewayBridge}" ip saddr @pools4 masquerade`,
      'oifname "cali*" ip saddr 127.0.0.0/8 masquerade',
      'oifname "cali*" ct status dnat ip saddr @pools4 masquerade',
      'oifname != "cali*" ip saddr @nat4 ip daddr != @pools4 masquerade',
      'oifname != "cali*" ip6 saddr @nat6 ip6 daddr != @pools6 masquerade',
    ]),
    '}\n',
  ].join('');
}

/** Lets endpoints through: their chains and sets must be there already. */
export function renderOpen(interfaces: readonly WorkloadInterface[]): string {
  return interfaces
    .flatMap((one) => [
      ...source4(one).map((element) => `add element inet ${tableName} sources4 { ${element} }`),
      ...source6(one).map((element) => `add element inet ${tableName} sources6 { ${element} }`),
      `add element inet ${tableName} members { ${membership(one)} }`,
    ])
    .map((line) => `${line}\n`)
    .join('');
}
