/**
 * The rules that lead containers' questions to the daemon: what goes to a nameserver they are told to use. They hold for
 * seconds unless renewed, so names go on being resolved, by those nameservers, when the daemon is gone: every rule asks a
 * set whose elements expire, so a renewal costs the same however many are steered. A table of its own: it is written
 * every few seconds.
 */
import { parseAddress } from '../../src/ip/address.ts';
import { ownLoopback } from './upstream.ts';

export type Steering = {
  /** The host's nameservers that containers ask from their own network. */
  readonly servers: readonly string[];
  /** Those on loopback: dockerd asks them for the containers, in the host's network. */
  readonly loopback: readonly string[];
  /** `--dns` servers: who asks, and whom. */
  readonly own: readonly (readonly [asker: string, server: string])[];
  /** Addresses at docker_gwbridge of containers with a Clocker network. */
  readonly askers: readonly string[];
};

/** Where the daemon answers; on the gateway device, which is there with the first network. */
export const dnsAddress = '169.254.1.1';
export const dnsTable = 'inet clocker_dns';
const table = dnsTable;
/** As in the data plane's rules: what Clocker allows. */
const allowedMark = '0x10000000';
const gatewayBridge = 'docker_gwbridge';
/** Before the data plane's own translation (-105) and its verdict (-10). */
const beforeNat = -106;
const beforeVerdict = -11;

/** The protocols of DNS, for as long as the daemon is alive. */
const protocols = ['tcp', 'udp'];
const asking = 'meta l4proto @alive th dport 53';

const fixed: readonly string[] = [
  `add table ${table}`,
  `delete table ${table}`,
  `add table ${table}`,
  `add set ${table} alive { type inet_proto; flags timeout; }`,
  `add set ${table} servers { type ipv4_addr; }`,
  `add set ${table} loopback { type ipv4_addr; }`,
  `add set ${table} own { type ipv4_addr . ipv4_addr; }`,
  `add set ${table} askers { type ipv4_addr; }`,
  `add chain ${table} take`,
  `add rule ${table} take dnat ip to ${dnsAddress}`,
  `add chain ${table} arriving { type nat hook prerouting priority ${beforeNat}; policy accept; }`,
  `add rule ${table} arriving iifname "cali*" ip daddr @servers ${asking} goto take`,
  `add rule ${table} arriving iifname "${gatewayBridge}" ip saddr @askers ip daddr @servers ${asking} goto take`,
  `add rule ${table} arriving iifname { "cali*", "${gatewayBridge}" } ip saddr . ip daddr @own ${asking} goto take`,
  `add chain ${table} sent { type nat hook output priority ${beforeNat}; policy accept; }`,
  `add rule ${table} sent meta skuid 0 ip saddr != ${ownLoopback} ip daddr @loopback ${asking} goto take`,
  `add chain ${table} input { type filter hook input priority ${beforeVerdict}; policy accept; }`,
  `add rule ${table} input iifname "${gatewayBridge}" ip saddr @askers ip daddr ${dnsAddress} ${asking} meta mark set meta mark | ${allowedMark} accept`,
];

const isV4 = (address: string): boolean => parseAddress(address)?.family === 4;
const unique = (items: readonly string[]): readonly string[] => [...new Set(items)];

function refill(name: string, elements: readonly string[]): readonly string[] {
  return [
    `flush set ${table} ${name}`,
    ...(elements.length === 0 ? [] : [`add element ${table} ${name} { ${unique(elements).join(', ')} }`]),
  ];
}

/** Everybody who is steered, in place of those before; fails where the table is not there. */
export function renderSteered({ servers, loopback, own, askers }: Steering): string {
  const pairs = own.filter((pair) => pair.every(isV4)).map((pair) => pair.join(' . '));
  const lines = [
    ...refill('servers', servers.filter(isV4)),
    ...refill('loopback', loopback.filter(isV4)),
    ...refill('own', pairs),
    ...refill('askers', askers.filter(isV4)),
  ];
  return `${lines.join('\n')}\n`;
}

/** Has the rules hold for another term; fails where the table is not there. */
export const renderRenewal = (seconds: number): string =>
  `${refill(
    'alive',
    protocols.map((protocol) => `${protocol} timeout ${seconds}s`),
  ).join('\n')}\n`;

/** The whole table, in place of whatever was there. */
export const renderSteering = (steering: Steering, seconds: number): string =>
  `${fixed.join('\n')}\n${renderSteered(steering)}${renderRenewal(seconds)}`;

export const renderRelease = (): string => `add table ${table}\ndelete table ${table}\n`;
