/**
 * The blocks of a pool in the order in which a host tries to claim one: from a place of its own, made from its name, and
 * round, so that hosts seldom reach for the same block.
 */
import { bitsOf } from '../../src/ip/address.ts';
import { addressAt, indexIn, prefixOf, sizeOf, type Prefix } from '../../src/ip/prefix.ts';

/** Blocks looked at before a host gives up; an IPv6 pool has 2^58. */
const mostCandidates = 65_536n;

/** FNV-1a, 32 bits. */
function hashOf(text: string): bigint {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return BigInt(hash);
}

/** `within`: only blocks that hold addresses of it. */
export function* candidateBlocks(node: string, pool: Prefix, length: number, within: Prefix): Iterable<Prefix> {
  const size = 1n << BigInt(bitsOf(pool.first.family) - length);
  const first = (indexIn(pool, within.first) ?? 0n) / size;
  const count = sizeOf(within) > size ? sizeOf(within) / size : 1n;
  const start = hashOf(node) % count;
  const limit = count < mostCandidates ? count : mostCandidates;
  for (let step = 0n; step < limit; step++) {
    const address = addressAt(pool, (first + ((start + step) % count)) * size);
    if (address !== undefined) yield prefixOf(address, length);
  }
}

/** A list from a place of the host's own, and round. */
export function turned<T>(node: string, items: readonly T[]): readonly T[] {
  const start = items.length === 0 ? 0 : Number(hashOf(node) % BigInt(items.length));
  return [...items.slice(start), ...items.slice(0, start)];
}
