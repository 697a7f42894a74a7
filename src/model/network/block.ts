/**
 * A block of addresses in Calico's layout (libcalico-go/lib/backend/model/block.go) and what can be done to one. Pure:
 * each function gives a new block; who stores it compares revisions.
 */
import { addressAt, indexIn, parsePrefix, sizeOf, type Prefix } from '../../ip/prefix.ts';
import { formatAddress, parseAddress } from '../../ip/address.ts';

export type BlockAttribute = {
  readonly handle_id: string | null;
  readonly secondary: Readonly<Record<string, string>>;
};

export type Block = {
  readonly cidr: string;
  /** `host:<node>`, or null when the block has no owner. */
  readonly affinity: string | null;
  /** By ordinal: null, or an index into `attributes`. */
  readonly allocations: readonly (number | null)[];
  /** Free ordinals, the next to be given out first. */
  readonly unallocated: readonly number[];
  readonly attributes: readonly BlockAttribute[];
  /** Begins at nanoseconds since 1970, so beyond 2^53; grows with every write. */
  readonly sequenceNumber: bigint;
  readonly sequenceNumberForAllocation: Readonly<Record<string, number | bigint>>;
  readonly deleted: boolean;
};

/**
 * Block length for a pool: 32 blocks in a pool where that gives /26 to /30, so that a /24 serves 32 hosts; /122 for
 * IPv6. A pool smaller than a block is one block.
 */
export function blockLengthOf(pool: Prefix): number {
  const { family } = pool.first;
  const [least, most, wanted] = family === 4 ? [26, 30, pool.length + 5] : [122, 126, 122];
  return Math.max(pool.length, Math.min(most, Math.max(least, wanted)));
}

export function emptyBlock(cidr: Prefix, text: string, node: string, now: number): Block {
  const size = Number(sizeOf(cidr));
  return {
    cidr: text,
    affinity: `host:${node}`,
    allocations: Array.from({ length: size }, () => null),
    unallocated: Array.from({ length: size }, (_, ordinal) => ordinal),
    attributes: [],
    sequenceNumber: BigInt(now) * 1_000_000n,
    sequenceNumberForAllocation: {},
    deleted: false,
  };
}

const prefixOfBlock = (block: Block): Prefix => {
  const prefix = parsePrefix(block.cidr);
  if (prefix === undefined) throw new Error(`The block ${block.cidr} has no valid prefix.`);
  return prefix;
};

export function ordinalOf(block: Block, address: string): number | undefined {
  const parsed = parseAddress(address);
  const index = parsed === undefined ? undefined : indexIn(prefixOfBlock(block), parsed);
  return index === undefined ? undefined : Number(index);
}

export function addressOf(block: Block, ordinal: number): string {
  const address = addressAt(prefixOfBlock(block), ordinal);
  if (address === undefined) throw new Error(`The block ${block.cidr} has no place ${ordinal}.`);
  return formatAddress(address);
}

const sameAttribute = (a: BlockAttribute, b: BlockAttribute): boolean =>
  a.handle_id === b.handle_id && JSON.stringify(a.secondary) === JSON.stringify(b.secondary);

/** Gives a free ordinal to a handle. */
export function assign(block: Block, ordinal: number, attribute: BlockAttribute): Block {
  const known = block.attributes.findIndex((one) => sameAttribute(one, attribute));
  const attributes = known < 0 ? [...block.attributes, attribute] : block.attributes;
  const sequenceNumber = block.sequenceNumber + 1n;
  return {
    ...block,
    allocations: block.allocations.with(ordinal, known < 0 ? attributes.length - 1 : known),
    unallocated: block.unallocated.filter((free) => free !== ordinal),
    attributes,
    sequenceNumber,
    sequenceNumberForAllocation: { ...block.sequenceNumberForAllocation, [ordinal]: sequenceNumber },
  };
}

/** Frees an ordinal: it goes to the end of the line, and attributes nobody refers to any more go away. */
export function release(block: Block, ordinal: number): Block {
  if ((block.allocations[ordinal] ?? null) === null) return block;
  const allocations = block.allocations.with(ordinal, null);
  const used = [...new Set(allocations.filter((index) => index !== null))].sort((a, b) => a - b);
  const place = new Map(used.map((old, index) => [old, index]));
  const { [String(ordinal)]: _gone, ...sequences } = block.sequenceNumberForAllocation;
  return {
    ...block,
    allocations: allocations.map((index) => (index === null ? null : (place.get(index) ?? null))),
    unallocated: [...block.unallocated, ordinal],
    attributes: used.map((index) => block.attributes[index]).filter((one) => one !== undefined),
    sequenceNumber: block.sequenceNumber + 1n,
    sequenceNumberForAllocation: sequences,
  };
}

/** Gives a taken ordinal to another handle. */
export const reassign = (block: Block, ordinal: number, attribute: BlockAttribute): Block =>
  assign(release(block, ordinal), ordinal, attribute);

/** The ordinals given are handed out after all others. */
export function putLast(block: Block, ordinals: readonly number[]): Block {
  const last = block.unallocated.filter((free) => ordinals.includes(free));
  return { ...block, unallocated: [...block.unallocated.filter((free) => !ordinals.includes(free)), ...last] };
}

/** `host:<node>` as the node; undefined when the block has no owner. */
export const ownerOf = (block: Block): string | undefined =>
  block.affinity?.startsWith('host:') === true ? block.affinity.slice('host:'.length) : undefined;

export const holderOf = (block: Block, ordinal: number): BlockAttribute | undefined => {
  const index = block.allocations[ordinal] ?? null;
  return index === null ? undefined : block.attributes[index];
};

export const isEmpty = (block: Block): boolean => block.allocations.every((index) => index === null);

/** Every allocated address with its attribute, as far as the block makes sense. */
export function* allocationsOf(
  block: Block,
): Iterable<{ readonly address: string; readonly ordinal: number; readonly attribute: BlockAttribute }> {
  const prefix = parsePrefix(block.cidr);
  if (prefix === undefined) return;
  for (const [ordinal, index] of block.allocations.entries()) {
    const attribute = index === null ? undefined : block.attributes[index];
    const address = attribute === undefined ? undefined : addressAt(prefix, ordinal);
    if (attribute !== undefined && address !== undefined) yield { address: formatAddress(address), ordinal, attribute };
  }
}

/** Whether it can be worked with: it is the block of its key, and its lists fit each other. */
export function isSound(block: Block, cidr: string): boolean {
  const prefix = parsePrefix(block.cidr);
  const size = block.allocations.length;
  if (prefix === undefined || block.cidr !== cidr || sizeOf(prefix) !== BigInt(size)) return false;
  const free = new Set(block.unallocated);
  return (
    free.size === block.unallocated.length &&
    block.unallocated.every((ordinal) => ordinal < size && block.allocations[ordinal] === null) &&
    block.allocations.every((index) => index === null || index < block.attributes.length)
  );
}

/** What is wrong with a block's structure, in Calico's own rules (calicoctl ipam check, validateBlock). */
export function checkBlock(block: Block): readonly string[] {
  const problems: string[] = [];
  const size = block.allocations.length;
  const referenced = new Set<number>();
  for (const [ordinal, index] of block.allocations.entries()) {
    if (index === null) continue;
    referenced.add(index);
    if (index >= block.attributes.length)
      problems.push(`place ${ordinal} refers to attribute ${index}, which is not there`);
    if (block.unallocated.includes(ordinal)) problems.push(`place ${ordinal} is both given out and free`);
  }
  for (const index of block.attributes.keys())
    if (!referenced.has(index)) problems.push(`attribute ${index} belongs to no address`);
  const free = new Set(block.unallocated);
  if (free.size !== block.unallocated.length) problems.push('a free place is listed twice');
  const taken = block.allocations.filter((index) => index !== null).length;
  if (free.size + taken !== size) problems.push(`${taken} places given out and ${free.size} free are not ${size}`);
  return problems;
}
