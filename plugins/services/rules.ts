/**
 * nftables for virtual addresses: a table of its own. A new connection of a workload to one is led to a member at random,
 * before anybody judges it, so that policy sees who really talks to whom; conntrack keeps it there. The kernel does it
 * alone, daemon or not. Changes are per service: a chain, and an element of the map that leads to it.
 */
import { formatAddress, parseAddress } from '../../src/ip/address.ts';
import { formatPrefix, parsePrefix } from '../../src/ip/prefix.ts';
import type { TableName } from '../../src/host/nft.ts';

export const servicesTable: TableName = { family: 'inet', name: 'clocker_services' };
const table = `${servicesTable.family} ${servicesTable.name}`;

type Family = 4 | 6;
const families: readonly Family[] = [4, 6];
const header = { 4: 'ip', 6: 'ip6' } as const;
const type = { 4: 'ipv4_addr', 6: 'ipv6_addr' } as const;

/** Of one family. */
export type Virtual = {
  readonly family: Family;
  readonly address: string;
  /** Who has an address of it may use it: others would get around the isolation of networks. */
  readonly pool: string;
  readonly members: readonly string[];
};

/** Before names (-106) and published ports (-105). */
const early = -107;
/** Before what leaves is masqueraded (95). */
const late = 94;

const fixed: readonly string[] = [
  `add table ${table}`,
  `delete table ${table}`,
  `add table ${table}`,
  ...families.flatMap((family) => [
    `add map ${table} virtual${family} { type ${type[family]} : verdict; }`,
    `add set ${table} itself${family} { type ${type[family]} . ${type[family]}; }`,
  ]),
  `add chain ${table} arriving { type nat hook prerouting priority ${early}; policy accept; }`,
  ...families.map(
    (family) => `add rule ${table} arriving iifname "cali*" ${header[family]} daddr vmap @virtual${family}`,
  ),
  `add chain ${table} leaving { type nat hook postrouting priority ${late}; policy accept; }`,
  // A member that is led to itself would drop a packet from its own address.
  ...families.map(
    (family) =>
      `add rule ${table} leaving oifname "cali*" ${header[family]} saddr . ${header[family]} daddr @itself${family} masquerade`,
  ),
];

const isAddress = (text: string, family: Family): boolean => parseAddress(text)?.family === family;

/** Without members, or with what is no address of its family, there is nothing to lead to. */
export function usable({ family, address, pool, members }: Virtual): Virtual | undefined {
  const prefix = parsePrefix(pool);
  const to = [...new Set(members.filter((member) => isAddress(member, family)))];
  if (prefix?.first.family !== family || !isAddress(address, family) || to.length === 0) return undefined;
  const parsed = parseAddress(address);
  if (parsed === undefined) return undefined;
  return { family, address: formatAddress(parsed), pool: formatPrefix(prefix), members: to };
}

const chainOf = (address: string): string => `to-${address.replaceAll(/[.:]/g, '-')}`;

function ruleOf({ family, pool, members }: Virtual): string {
  const to =
    members.length === 1
      ? (members[0] ?? '')
      : `numgen random mod ${members.length} map { ${members.map((member, index) => `${index} : ${member}`).join(', ')} }`;
  return `${header[family]} saddr ${pool} dnat ${header[family]} to ${to}`;
}

/** `before` was in the kernel; either may be missing. */
export function renderService(before: Virtual | undefined, after: Virtual | undefined): readonly string[] {
  if (after !== undefined) {
    const chain = chainOf(after.address);
    return [
      ...(before !== undefined && before.address !== after.address ? renderService(before, undefined) : []),
      `add chain ${table} ${chain}`,
      `flush chain ${table} ${chain}`,
      `add rule ${table} ${chain} ${ruleOf(after)}`,
      `add element ${table} virtual${after.family} { ${after.address} : goto ${chain} }`,
    ];
  }
  if (before === undefined) return [];
  const chain = chainOf(before.address);
  return [
    `delete element ${table} virtual${before.family} { ${before.address} : goto ${chain} }`,
    `flush chain ${table} ${chain}`,
    `delete chain ${table} ${chain}`,
  ];
}

/** Members of this host, which may be led to themselves. */
export const renderItself = (family: Family, own: readonly string[]): readonly string[] => [
  `flush set ${table} itself${family}`,
  ...(own.length === 0
    ? []
    : [`add element ${table} itself${family} { ${own.map((address) => `${address} . ${address}`).join(', ')} }`]),
];

/** The whole table, in place of whatever was there. */
export const renderServices = (all: readonly Virtual[], own: Readonly<Record<Family, readonly string[]>>): string =>
  `${[...fixed, ...all.flatMap((one) => renderService(undefined, one)), ...families.flatMap((family) => renderItself(family, own[family]))].join('\n')}\n`;

export const renderRemoval = (): string => `add table ${table}\ndelete table ${table}\n`;
