/** Which pool a network gets: the one asked for, or the next free one; never one that overlaps what is there. */
import { Fault } from '../../src/diagnostic/fault.ts';
import {
  contains,
  covers,
  formatPrefix,
  overlaps,
  parseCidr,
  parsePrefix,
  samePrefix,
  subnetsOf,
  type Prefix,
} from '../../src/ip/prefix.ts';
import { formatAddress, type Address } from '../../src/ip/address.ts';

/** Where pools come from when nobody names one; large enough for a thousand networks and seldom used elsewhere. */
export const defaultSupernet = { ipv4: '10.192.0.0/10', ipv6: 'fd63:6c6f:636b::/48' } as const;
const defaultLength = { ipv4: 20, ipv6: 64 } as const;

/** An address range that is taken, and by what, in words for the one who is refused. */
export type Taken = { readonly cidr: string; readonly by: string };

/** Docker's PoolID: the prefix, and the `--ip-range` where one was given. Usable without any look-up. */
export type PoolId = { readonly cidr: string; readonly prefix: Prefix; readonly range?: Prefix };

export const renderPoolId = (cidr: string, range: string | undefined): string =>
  range === undefined ? cidr : `${cidr}+${range}`;

export function parsePoolId(text: string): PoolId | undefined {
  const [cidr = '', rangeText, ...more] = text.split('+');
  const prefix = parsePrefix(cidr);
  const range = rangeText === undefined ? undefined : parsePrefix(rangeText);
  if (prefix === undefined || more.length > 0 || (rangeText !== undefined && range === undefined)) return undefined;
  if (range !== undefined && !covers(prefix, range)) return undefined;
  return { cidr: formatPrefix(prefix), prefix, ...(range === undefined ? {} : { range }) };
}

const refuse = (message: string, hint?: string): never => {
  throw new Fault('request-invalid', message, hint === undefined ? {} : { hint });
};

/** Where no pool may lie: what is not routed, or means something else everywhere. */
const special = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3', '::/96', 'fe80::/10', 'ff00::/8'].flatMap(
  (cidr) => parsePrefix(cidr) ?? [],
);
const lengths = { 4: [8, 30], 6: [32, 126] } as const;

/** A prefix as typed with `--subnet`; bits behind the length are cut off, as Docker's own IPAM does. */
export function readSubnet(text: string, isIpv6: boolean): Prefix {
  const cidr = parseCidr(text);
  if (cidr === undefined || !text.includes('/'))
    return refuse(`${text} is not a subnet.`, 'Write it as 198.19.8.0/24.');
  const { prefix } = cidr;
  const { family } = prefix.first;
  if ((family === 6) !== isIpv6) return refuse(`${text} is not an IPv${isIpv6 ? 6 : 4} subnet.`);
  const [widest, narrowest] = lengths[family];
  if (prefix.length < widest || prefix.length > narrowest)
    return refuse(`The subnet ${text} can't be a pool: its length must be from /${widest} to /${narrowest}.`);
  const other = special.find((one) => overlaps(one, prefix));
  if (other !== undefined)
    return refuse(`The subnet ${text} can't be a pool: ${formatPrefix(other)} is not for hosts of a network.`);
  return prefix;
}

export function readRange(text: string, pool: Prefix): Prefix | undefined {
  if (text === '') return undefined;
  const range = parseCidr(text)?.prefix;
  if (range === undefined || !covers(pool, range))
    return refuse(`The range ${text} is not inside the subnet ${formatPrefix(pool)}.`);
  return samePrefix(range, pool) ? undefined : range;
}

export function checkOverlap(pool: Prefix, taken: readonly Taken[]): void {
  for (const { cidr, by } of taken) {
    const other = parseCidr(cidr)?.prefix;
    if (other === undefined || !overlaps(other, pool)) continue;
    throw new Fault('pool-overlap', `The subnet ${formatPrefix(pool)} overlaps ${cidr}, which ${by}.`, {
      hint: 'Choose another with --subnet, or leave it away and Clocker takes a free one.',
    });
  }
}

/** The first free pool of Clocker's own supernet. */
export function nextPool(isIpv6: boolean, taken: readonly Taken[]): Prefix {
  const family = isIpv6 ? 'ipv6' : 'ipv4';
  const supernet = parsePrefix(defaultSupernet[family]);
  if (supernet === undefined) throw new Error('The default supernet is no prefix.');
  const used = taken.flatMap(({ cidr }) => parseCidr(cidr)?.prefix ?? []);
  for (const pool of subnetsOf(supernet, defaultLength[family])) {
    if (!used.some((other) => overlaps(other, pool))) return pool;
  }
  throw new Fault('addresses-exhausted', `No subnet of ${defaultSupernet[family]} is free.`, {
    hint: 'Give one with --subnet.',
  });
}

/** An address asked for by name; refused with the reason when the pool can't have it. */
export function readAddress(text: string, pool: PoolId): Address {
  const address = parseCidr(text)?.address;
  if (address === undefined) return refuse(`${JSON.stringify(text)} is not an address.`);
  if (!contains(pool.prefix, address))
    return refuse(`The address ${formatAddress(address)} is not in the subnet ${pool.cidr}.`);
  return address;
}
