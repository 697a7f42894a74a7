/** Ranges of addresses, both ends included. */
import { addressFrom, addressPlus, bitsOf, compareAddresses, formatAddress, parseAddress } from './address.ts';
import type { Address } from './address.ts';
import { lastOf, prefixOf } from './prefix.ts';
import type { Prefix } from './prefix.ts';

export type Range = { readonly first: Address; readonly last: Address };

/** `undefined` unless both are of one family and in order. */
export const rangeFrom = (first: Address, last: Address): Range | undefined =>
  first.family === last.family && compareAddresses(first, last) <= 0 ? { first, last } : undefined;

export const rangeOf = (prefix: Prefix): Range => ({ first: prefix.first, last: lastOf(prefix) });

/** `198.19.8.10-198.19.8.20`, or one address. */
export function parseRange(text: string): Range | undefined {
  const [from = '', to = from, ...more] = text.split('-');
  const first = parseAddress(from.trim());
  const last = parseAddress(to.trim());
  return first === undefined || last === undefined || more.length > 0 ? undefined : rangeFrom(first, last);
}

export const formatRange = ({ first, last }: Range): string => `${formatAddress(first)}-${formatAddress(last)}`;

export const rangeContains = ({ first, last }: Range, address: Address): boolean =>
  address.family === first.family && first.value <= address.value && address.value <= last.value;

export const rangesOverlap = (a: Range, b: Range): boolean => rangeContains(a, b.first) || rangeContains(b, a.first);

/** Every address in order, made one by one. */
export function* addressesOf({ first, last }: Range): Generator<Address, void, undefined> {
  for (let address: Address | undefined = first; address !== undefined; address = addressPlus(address, 1)) {
    yield address;
    if (address.value === last.value) return;
  }
}

/** The fewest prefixes that together are exactly the range, in order. */
export function prefixesOf({ first, last }: Range): readonly Prefix[] {
  const prefixes: Prefix[] = [];
  for (let from: Address | undefined = first; from !== undefined && compareAddresses(from, last) <= 0; ) {
    const prefix = widestFrom(from, last);
    prefixes.push(prefix);
    from = addressFrom(from.family, BigInt(lastOf(prefix).value) + 1n);
  }
  return prefixes;
}

/** The widest prefix that begins at an address and does not go beyond another. */
function widestFrom(from: Address, last: Address): Prefix {
  let widest = prefixOf(from, bitsOf(from.family));
  for (let length = widest.length - 1; length >= 0; length--) {
    const wider = prefixOf(from, length);
    if (wider.first.value !== from.value || compareAddresses(lastOf(wider), last) > 0) break;
    widest = wider;
  }
  return widest;
}
