/** MAC addresses, and the IPv6 interface identifiers made of them. */
import type { Address } from './address.ts';
import type { Prefix } from './prefix.ts';

const macText = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i;

/** 48 bits as a number; `undefined` unless it is six pairs of hexadecimal digits with colons. */
export const parseMac = (text: string): number | undefined =>
  macText.test(text) ? Number.parseInt(text.replaceAll(':', ''), 16) : undefined;

export const formatMac = (mac: number): string => (mac.toString(16).padStart(12, '0').match(/../g) ?? []).join(':');

/**
 * The address an interface gives itself (RFC 4291 appendix A): modified EUI-64 in the lower half. `undefined` for a
 * prefix that is not IPv6 or leaves less than 64 bits.
 */
export function eui64Address({ first, length }: Prefix, mac: number): Address | undefined {
  if (first.family !== 6 || length > 64) return undefined;
  const bits = BigInt(mac);
  const identifier = ((bits >> 24n) << 40n) | (0xfffen << 24n) | (bits & 0xffffffn);
  // The universal/local bit is inverted.
  return { family: 6, value: first.value | (identifier ^ (1n << 57n)) };
}
