/**
 * IP addresses as numbers: 32 bits of IPv4 in a `number`, 128 bits of IPv6 in a `bigint`. The family is part of the
 * value and is always compared, so no IPv4 address is ever inside an IPv6 prefix. Reading is strict: no octal, no
 * missing parts, no zone.
 */
export type Family = 4 | 6;

export type Address = { readonly family: 4; readonly value: number } | { readonly family: 6; readonly value: bigint };

export const bitsOf = (family: Family): 32 | 128 => (family === 4 ? 32 : 128);

const longest = '0000:0000:0000:0000:0000:0000:255.255.255.255'.length;

export function parseAddress(text: string): Address | undefined {
  if (text.length > longest) return undefined;
  if (text.includes(':')) {
    const value = parseV6(text);
    return value === undefined ? undefined : { family: 6, value };
  }
  const value = parseV4(text);
  return value === undefined ? undefined : { family: 4, value };
}

function parseV4(text: string): number | undefined {
  let value = 0;
  let part = -1;
  let parts = 1;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x2e) {
      if (part < 0) return undefined;
      value = value * 256 + part;
      part = -1;
      parts++;
    } else {
      // A second digit behind a 0 would be octal to inet_aton.
      if (code < 0x30 || code > 0x39 || part === 0) return undefined;
      part = Math.max(part, 0) * 10 + code - 0x30;
      if (part > 255) return undefined;
    }
  }
  return parts === 4 && part >= 0 ? value * 256 + part : undefined;
}

const group = /^[0-9a-fA-F]{1,4}$/;

function parseV6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map(parseGroups);
  if (head === undefined) return undefined;
  if (halves.length === 1) return head.length === 8 ? join(head) : undefined;
  if (tail === undefined || head.length + tail.length > 7) return undefined;
  return join([...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail]);
}

/** Groups of 16 bits; the last two may be written as an IPv4 address. */
function parseGroups(text: string, half: number, halves: readonly string[]): readonly number[] | undefined {
  if (text === '') return halves.length === 2 ? [] : undefined;
  const words = text.split(':');
  const groups: number[] = [];
  for (const [index, word] of words.entries()) {
    const v4 =
      word.includes('.') && index === words.length - 1 && half === halves.length - 1 ? parseV4(word) : undefined;
    if (v4 !== undefined) groups.push(Math.floor(v4 / 65536), v4 % 65536);
    else if (group.test(word)) groups.push(Number.parseInt(word, 16));
    else return undefined;
  }
  return groups;
}

const join = (groups: readonly number[]): bigint => groups.reduce((value, part) => (value << 16n) | BigInt(part), 0n);

/** RFC 5952: lower case, the longest run of two or more zero groups shortened, IPv4-mapped addresses dotted. */
export function formatAddress(address: Address): string {
  return address.family === 4 ? formatV4(address.value) : formatV6(address.value);
}

const formatV4 = (value: number): string =>
  `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;

function formatV6(value: bigint): string {
  if (value >> 32n === 0xffffn) return `::ffff:${formatV4(Number(value & 0xffffffffn))}`;
  const groups = Array.from({ length: 8 }, (_, index) => Number((value >> BigInt(112 - 16 * index)) & 0xffffn));
  const { start, length } = longestZeros(groups);
  const hex = (part: readonly number[]): string => part.map((one) => one.toString(16)).join(':');
  if (length < 2) return hex(groups);
  return `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`;
}

function longestZeros(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  for (const [index, part] of groups.entries()) {
    length = part === 0 ? length + 1 : 0;
    if (length > best.length) best = { start: index - length + 1, length };
  }
  return best;
}

/** IPv4 before IPv6, then by number. */
export function compareAddresses(a: Address, b: Address): number {
  if (a.family !== b.family) return a.family - b.family;
  return a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
}

export const sameAddress = (a: Address, b: Address): boolean => a.family === b.family && a.value === b.value;

/** The address `steps` further (or before, when negative); `undefined` beyond either end of the family. */
export function addressPlus(address: Address, steps: number | bigint): Address | undefined {
  return addressFrom(address.family, BigInt(address.value) + BigInt(steps));
}

/** `undefined` when the number is no address of the family. */
export function addressFrom(family: Family, value: bigint): Address | undefined {
  if (value < 0n || value >> BigInt(bitsOf(family)) !== 0n) return undefined;
  return family === 4 ? { family, value: Number(value) } : { family, value };
}
