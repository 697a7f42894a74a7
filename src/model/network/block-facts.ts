/** What other hosts need to know of a block: who has it, and which of its addresses are elsewhere. Pure. */
import { allocationsOf, ownerOf, type Block } from './block.ts';

export type BlockFacts = {
  readonly cidr: string;
  readonly owner: string | undefined;
  /** Addresses that another host than the owner took, and which host. */
  readonly borrowed: readonly { readonly address: string; readonly node: string }[];
};

export function blockFacts(block: Block): BlockFacts {
  const owner = ownerOf(block);
  const borrowed = [...allocationsOf(block)].flatMap(({ address, attribute }) => {
    const node = attribute.secondary['node'];
    return node === undefined || node === owner ? [] : [{ address, node }];
  });
  return { cidr: block.cidr, owner, borrowed };
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
