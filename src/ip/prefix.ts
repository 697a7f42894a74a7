/** Prefixes (`198.19.8.0/24`), always in canonical form: no bits set behind the length. */
import { addressFrom, bitsOf, compareAddresses, formatAddress, parseAddress, sameAddress } from './address.ts';
import type { Address, Family } from './address.ts';

export type Prefix = { readonly first: Address; readonly length: number };

/** `198.19.8.5/24`: an address in its prefix. Without a length it is the address alone. */
export type Cidr = { readonly address: Address; readonly prefix: Prefix };

export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (address === undefined) return undefined;
  const digits = slash < 0 ? String(bitsOf(address.family)) : text.slice(slash + 1);
  if (!/^(?:0|[1-9][0-9]{0,2})$/.test(digits) || Number(digits) > bitsOf(address.family)) return undefined;
  return { address, prefix: prefixOf(address, Number(digits)) };
}

/** Only canonical ones: bits set behind the length are most often a mistake, and the caller can ask `parseCidr`. */
export function parsePrefix(text: string): Prefix | undefined {
  const cidr = parseCidr(text);
  return cidr !== undefined && text.includes('/') && sameAddress(cidr.address, cidr.prefix.first)
    ? cidr.prefix
    : undefined;
}

export const formatPrefix = ({ first, length }: Prefix): string => `${formatAddress(first)}/${length}`;

/** The prefix of this length that holds the address. */
export function prefixOf(address: Address, length: number): Prefix {
  if (address.family === 4)
    return { first: { family: 4, value: address.value - (address.value % sizeV4(length)) }, length };
  const rest = BigInt(128 - length);
  return { first: { family: 6, value: (address.value >> rest) << rest }, length };
}

const sizeV4 = (length: number): number => 2 ** (32 - length);

/** Number of addresses. */
export const sizeOf = ({ first, length }: Prefix): bigint => 1n << BigInt(bitsOf(first.family) - length);

export function lastOf({ first, length }: Prefix): Address {
  if (first.family === 4) return { family: 4, value: first.value + sizeV4(length) - 1 };
  return { family: 6, value: first.value | ((1n << BigInt(128 - length)) - 1n) };
}

export function contains(prefix: Prefix, address: Address): boolean {
  const { first, length } = prefix;
  if (first.family === 4)
    return address.family === 4 && address.value >= first.value && address.value - first.value < sizeV4(length);
  return address.family === 6 && (first.value ^ address.value) >> BigInt(128 - length) === 0n;
}

/** Whether every address of `inner` is one of `outer`. */
export const covers = (outer: Prefix, inner: Prefix): boolean =>
  inner.length >= outer.length && contains(outer, inner.first);

export const overlaps = (a: Prefix, b: Prefix): boolean => covers(a, b) || covers(b, a);

export const samePrefix = (a: Prefix, b: Prefix): boolean => a.length === b.length && sameAddress(a.first, b.first);

/** By address, wider ones first. */
export const comparePrefixes = (a: Prefix, b: Prefix): number =>
  compareAddresses(a.first, b.first) || a.length - b.length;

/** The address at a place in the prefix, counted from 0, or from -1 backwards. `undefined` outside of it. */
export function addressAt(prefix: Prefix, index: number | bigint): Address | undefined {
  const place = BigInt(index) < 0n ? sizeOf(prefix) + BigInt(index) : BigInt(index);
  if (place < 0n || place >= sizeOf(prefix)) return undefined;
  return addressFrom(prefix.first.family, BigInt(prefix.first.value) + place);
}

/** The inverse of `addressAt`; `undefined` for an address outside. */
export const indexIn = (prefix: Prefix, address: Address): bigint | undefined =>
  contains(prefix, address) ? BigInt(address.value) - BigInt(prefix.first.value) : undefined;

/** The prefixes of a length a prefix consists of, in order: made one by one, since there may be 2^64. */
export function* subnetsOf(prefix: Prefix, length: number): Generator<Prefix, void, undefined> {
  const { family } = prefix.first;
  if (length < prefix.length || length > bitsOf(family)) return;
  const step = 1n << BigInt(bitsOf(family) - length);
  const end = BigInt(prefix.first.value) + sizeOf(prefix);
  for (let value = BigInt(prefix.first.value); value < end; value += step) {
    const first = addressFrom(family, value);
    if (first !== undefined) yield { first, length };
  }
}

/** `255.255.255.0` for 24. */
export function maskOf(family: Family, length: number): Address {
  const ones: Address = family === 4 ? { family, value: 0xffffffff } : { family, value: (1n << 128n) - 1n };
  return prefixOf(ones, length).first;
}

/** The length a mask stands for; `undefined` for an address that is no mask. */
export function maskLength(mask: Address): number | undefined {
  for (let length = 0; length <= bitsOf(mask.family); length++)
    if (sameAddress(maskOf(mask.family, length), mask)) return length;
  return undefined;
}
