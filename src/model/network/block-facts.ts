/** What other hosts need to know of a block: who has it, and which of its addresses are elsewhere. Pure. */
import { integer, list, nullable, optional, readShape, record, text, type TypeOf } from '../../shape/index.ts';
import { formatAddress } from '../../ip/address.ts';
import { addressAt, parsePrefix } from '../../ip/prefix.ts';

export type BlockFacts = {
  readonly cidr: string;
  readonly owner: string | undefined;
  /** Addresses that another host than the owner took, and which host. */
  readonly borrowed: readonly { readonly address: string; readonly node: string }[];
};

const short = text({ longest: 512 });
const loose = { unknownKeys: 'ignored' } as const;
const shape = record(
  {
    cidr: short,
    affinity: optional(nullable(short)),
    allocations: list(nullable(integer({ least: 0 })), 65536),
    attributes: list(record({ secondary: optional(nullable(record({ node: optional(short) }, loose))) }, loose), 65536),
  },
  loose,
);

/**
 * Undefined for what is no block. Reads no sequence numbers: they are beyond 2^53, reading them right costs more than
 * all else, and they are for those who write.
 */
export function decodeBlockFacts(value: string): BlockFacts | undefined {
  const block = parse(value);
  if (block === undefined) return undefined;
  const { cidr, affinity, allocations, attributes } = block;
  const owner = affinity?.startsWith('host:') === true ? affinity.slice('host:'.length) : undefined;
  const foreign = attributes.map(({ secondary }) => (secondary?.node === owner ? undefined : secondary?.node));
  if (foreign.every((node) => node === undefined)) return { cidr, owner, borrowed: [] };
  const prefix = parsePrefix(cidr);
  const borrowed = allocations.flatMap((index, ordinal) => {
    const node = foreign[index ?? -1];
    const address = node === undefined || prefix === undefined ? undefined : addressAt(prefix, ordinal);
    return node === undefined || address === undefined ? [] : [{ address: formatAddress(address), node }];
  });
  return { cidr, owner, borrowed };
}

function parse(value: string): TypeOf<typeof shape> | undefined {
  try {
    const read = readShape(shape, JSON.parse(value));
    return read.kind === 'value' ? read.value : undefined;
  } catch {
    return undefined;
  }
}

/** Most changes of a block give out or take back an address, which is nobody's business but the owner's. */
export const isSameBlock = (a: BlockFacts | undefined, b: BlockFacts | undefined): boolean =>
  a === b ||
  (a !== undefined &&
    b !== undefined &&
    a.cidr === b.cidr &&
    a.owner === b.owner &&
    a.borrowed.length === b.borrowed.length &&
    a.borrowed.every(({ address, node }, index) => {
      const other = b.borrowed[index];
      return other?.address === address && other.node === node;
    }));
