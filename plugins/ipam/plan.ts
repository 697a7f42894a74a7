/**
 * What a batch of requests for one pool makes of its blocks: answers, and one transaction for all of them. A host takes
 * from the blocks it owns, then claims a new one, then borrows from another host's (libcalico-go/lib/ipam). Block, handles
 * and affinity change together, so nothing half-claimed is ever left behind. Pure: the same state gives the same plan.
 */
import { formatAddress, parseAddress, type Address } from '../../src/ip/address.ts';
import { contains, formatPrefix, lastOf, parsePrefix, prefixOf, type Prefix } from '../../src/ip/prefix.ts';
import {
  addressOf,
  assign,
  emptyBlock,
  holderOf,
  isEmpty,
  ordinalOf,
  ownerOf,
  putLast,
  reassign,
  release,
  type Block,
  type BlockAttribute,
} from '../../src/model/network/block.ts';
import { renderJson } from '../../src/model/network/json.ts';
import { addressOwnerKey, affinityKey, blockKey, handleKey } from '../../src/model/network/keys.ts';
import { handleOf } from '../../src/model/network/names.ts';
import type { AddressOwner, ReservedAddress } from '../../src/model/network/records.ts';
import type { IpamConfig } from '../../src/model/network/resources.ts';
import type { Condition } from '../../src/store/index.ts';
import { candidateBlocks, turned } from './candidates.ts';

export type Ask =
  /** Any free address, of the range where there is one. */
  | { readonly kind: 'any'; readonly range?: Prefix }
  /** `abandoned`: an endpoint that is known to be dead, so that its address may be taken over. */
  | { readonly kind: 'named'; readonly address: Address; readonly abandoned?: string }
  | { readonly kind: 'release'; readonly address: Address };

export type Answer =
  | { readonly kind: 'assigned'; readonly address: string }
  | { readonly kind: 'exhausted' }
  | { readonly kind: 'reserved'; readonly by: ReservedAddress['by'] }
  | { readonly kind: 'held'; readonly attribute: BlockAttribute; readonly owner: AddressOwner | undefined }
  | { readonly kind: 'unreadable'; readonly block: string }
  | { readonly kind: 'released' }
  /** Nothing to release: it is free, it is another host's, or an endpoint still has it. */
  | { readonly kind: 'kept'; readonly why: 'free' | 'foreign' | 'owned' };

export type StoredBlock = { readonly block: Block; readonly revision: number };

/** A pool as this host sees it. */
export type PoolState = {
  readonly pool: Prefix;
  readonly blockLength: number;
  readonly node: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly config: IpamConfig;
  readonly reserved: readonly ReservedAddress[];
  /** CIDRs of the blocks this host owns. */
  readonly own: readonly string[];
  /** CIDRs of everybody's; asked for only when its own have no room. */
  readonly all: () => readonly string[];
  /** `unreadable`: it is there, and nobody may touch it. */
  readonly block: (cidr: string) => StoredBlock | 'unreadable' | undefined;
  readonly owner: (address: string) => AddressOwner | undefined;
};

export type Write =
  | { readonly op: 'put'; readonly key: string; readonly value: string }
  | { readonly op: 'delete'; readonly key: string };

export type Plan = {
  /** To the first asks, one each; the rest has to wait for the next transaction. */
  readonly answers: readonly Answer[];
  readonly conditions: readonly Condition[];
  readonly operations: readonly Write[];
  /** Those of the operations that put a block. */
  readonly blocks: readonly Block[];
};

/** Operations of a transaction after which the next ask has to wait: the store takes 128. */
const mostOperations = 110;

/** A block as the batch has changed it so far. */
type Draft = { block: Block; readonly revision: number | undefined; isChanged: boolean };

export function planBatch(state: PoolState, asks: readonly Ask[]): Plan {
  const drafts = new Map<string, Draft | undefined>();
  const handles = new Map<string, Write>();
  const owners = new Map<string, Condition>();
  const own = new Set(state.own);
  let nothingToClaim = false;
  const reserved = new Map(state.reserved.map(({ address, by }) => [address, by]));

  function draftOf(cidr: string): Draft | undefined {
    if (!drafts.has(cidr)) {
      const stored = state.block(cidr);
      const isUsable = stored !== undefined && stored !== 'unreadable';
      drafts.set(cidr, isUsable ? { ...stored, isChanged: false } : undefined);
    }
    return drafts.get(cidr);
  }

  function change(draft: Draft, block: Block): void {
    draft.block = block;
    draft.isChanged = true;
  }

  const attributeFor = (address: string): BlockAttribute => ({
    handle_id: handleOf(address),
    secondary: { node: state.node, timestamp: timestampOf(state.now), type: 'libnetwork' },
  });

  function take(draft: Draft, ordinal: number): Answer {
    const address = addressOf(draft.block, ordinal);
    change(draft, assign(draft.block, ordinal, attributeFor(address)));
    const key = handleKey(handleOf(address));
    handles.set(key, { op: 'put', key, value: handleValue(draft.block.cidr) });
    return { kind: 'assigned', address };
  }

  const isFree = (address: string, range: Prefix | undefined): boolean => {
    if (reserved.has(address)) return false;
    if (range === undefined) return true;
    const parsed = parseAddress(address);
    return parsed !== undefined && contains(range, parsed);
  };

  function takeFrom(cidrs: Iterable<string>, range: Prefix | undefined, isOwn: boolean): Answer | undefined {
    for (const cidr of cidrs) {
      const draft = draftOf(cidr);
      // Another host may have been first to make the block, though we have an affinity for it.
      if (draft === undefined || (isOwn && ownerOf(draft.block) !== state.node)) continue;
      const ordinal = draft.block.unallocated.find((free) => isFree(addressOf(draft.block, free), range));
      if (ordinal !== undefined) return take(draft, ordinal);
    }
    return undefined;
  }

  function claim(prefix: Prefix): Draft {
    const cidr = formatPrefix(prefix);
    const fresh = emptyBlock(prefix, cidr, state.node, state.now);
    const draft: Draft = { block: putLast(fresh, edges(fresh, state.pool)), revision: undefined, isChanged: true };
    drafts.set(cidr, draft);
    own.add(cidr);
    return draft;
  }

  function claimAny(range: Prefix | undefined): Answer | undefined {
    const { auto_allocate_blocks: mayClaim, maxBlocksPerHost: most } = state.config;
    if (!mayClaim || nothingToClaim || (most > 0 && own.size >= most)) return undefined;
    const there = new Set(state.all());
    for (const prefix of candidateBlocks(state.node, state.pool, state.blockLength, range ?? state.pool)) {
      const cidr = formatPrefix(prefix);
      if (there.has(cidr) || draftOf(cidr) !== undefined || state.block(cidr) !== undefined) continue;
      const draft = claim(prefix);
      const ordinal = draft.block.unallocated.find((free) => isFree(addressOf(draft.block, free), range));
      if (ordinal !== undefined) return take(draft, ordinal);
      // Nothing of the range, or only reserved addresses: not worth a block.
      drafts.set(cidr, undefined);
      own.delete(cidr);
    }
    nothingToClaim = range === undefined;
    return undefined;
  }

  const any = (range: Prefix | undefined): Answer =>
    takeFrom(own, range, true) ??
    claimAny(range) ??
    (state.config.strict_affinity ? undefined : takeFrom(turned(state.node, state.all()), range, false)) ?? {
      kind: 'exhausted',
    };

  function named({ address, abandoned }: Extract<Ask, { readonly kind: 'named' }>): Answer {
    const text = formatAddress(address);
    const by = reserved.get(text);
    if (by !== undefined) return { kind: 'reserved', by };
    const prefix = prefixOf(address, state.blockLength);
    const cidr = formatPrefix(prefix);
    if (state.block(cidr) === 'unreadable') return { kind: 'unreadable', block: cidr };
    const draft = draftOf(cidr) ?? claim(prefix);
    const ordinal = ordinalOf(draft.block, text);
    if (ordinal === undefined) throw new Error(`The block ${draft.block.cidr} has no place for ${text}.`);
    const attribute = holderOf(draft.block, ordinal);
    if (attribute === undefined) return take(draft, ordinal);
    const owner = state.owner(text);
    const isOurs = attribute.secondary['node'] === state.node && attribute.handle_id === handleOf(text);
    // A release that never reached us must not keep Docker from asking for the same address again.
    if (!isOurs || (owner !== undefined && owner.endpoint !== abandoned)) return { kind: 'held', attribute, owner };
    change(draft, reassign(draft.block, ordinal, attributeFor(text)));
    return { kind: 'assigned', address: text };
  }

  function free(address: Address): Answer {
    const text = formatAddress(address);
    const draft = draftOf(formatPrefix(prefixOf(address, state.blockLength)));
    const ordinal = draft === undefined ? undefined : ordinalOf(draft.block, text);
    const attribute = draft === undefined || ordinal === undefined ? undefined : holderOf(draft.block, ordinal);
    if (draft === undefined || ordinal === undefined || attribute === undefined) return { kind: 'kept', why: 'free' };
    if (attribute.secondary['node'] !== state.node || attribute.handle_id !== handleOf(text))
      return { kind: 'kept', why: 'foreign' };
    if (state.owner(text) !== undefined) return { kind: 'kept', why: 'owned' };
    const ownerKey = addressOwnerKey(text);
    owners.set(ownerKey, { key: ownerKey, is: 'absent' });
    change(draft, release(draft.block, ordinal));
    const key = handleKey(handleOf(text));
    handles.set(key, { op: 'delete', key });
    return { kind: 'released' };
  }

  const answers: Answer[] = [];
  for (const ask of asks) {
    if (handles.size + 2 * changedOf(drafts).length >= mostOperations) break;
    answers.push(ask.kind === 'any' ? any(ask.range) : ask.kind === 'named' ? named(ask) : free(ask.address));
  }
  return { answers, ...writesOf(state, own, changedOf(drafts), handles, owners) };
}

const changedOf = (drafts: ReadonlyMap<string, Draft | undefined>): readonly Draft[] =>
  [...drafts.values()].flatMap((draft) => (draft?.isChanged === true ? draft : []));

function writesOf(
  state: PoolState,
  own: ReadonlySet<string>,
  changed: readonly Draft[],
  handles: ReadonlyMap<string, Write>,
  owners: ReadonlyMap<string, Condition>,
): Omit<Plan, 'answers'> {
  const conditions: Condition[] = [...owners.values()];
  const operations: Write[] = [...handles.values()];
  const blocks: Block[] = [];
  const spare = new Set(spareBlocks(state, own, changed));
  for (const { block, revision } of changed) {
    const key = blockKey(block.cidr);
    const affinity = affinityKey(state.node, block.cidr);
    conditions.push(revision === undefined ? { key, is: 'absent' } : { key, is: 'revision', revision });
    if (spare.has(block.cidr)) {
      operations.push({ op: 'delete', key });
      if (own.has(block.cidr)) operations.push({ op: 'delete', key: affinity });
      continue;
    }
    blocks.push(block);
    operations.push({ op: 'put', key, value: renderJson(block) });
    if (revision === undefined) operations.push({ op: 'put', key: affinity, value: confirmed });
  }
  return { conditions, operations, blocks };
}

const confirmed = renderJson({ state: 'confirmed', deleted: false });
const handleValue = (cidr: string): string => renderJson({ block: { [cidr]: 1 }, deleted: false });

/**
 * Blocks this batch emptied and nobody needs: those of no host, and all but one of this host's empty ones. One is kept,
 * because claiming it again would change the routes of every host.
 */
function spareBlocks(state: PoolState, own: ReadonlySet<string>, changed: readonly Draft[]): readonly string[] {
  const empty = changed
    .filter(({ block, revision }) => revision !== undefined && isEmpty(block))
    .map(({ block }) => block);
  if (empty.length === 0) return [];
  const ownerless = empty.filter((block) => ownerOf(block) === undefined).map(({ cidr }) => cidr);
  const ours = empty.filter((block) => ownerOf(block) === state.node).map(({ cidr }) => cidr);
  const touched = new Set(changed.map(({ block }) => block.cidr));
  const hasOtherEmpty = [...own].some((cidr) => {
    const stored = touched.has(cidr) ? undefined : state.block(cidr);
    return stored !== undefined && stored !== 'unreadable' && isEmpty(stored.block);
  });
  return [...ownerless, ...(hasOtherEmpty ? ours : ours.slice(1))];
}

/** The first and the last address of the pool: unusual for a container, so they are given out when nothing else is left. */
function edges(block: Block, pool: Prefix): readonly number[] {
  return [pool.first, lastOf(pool)].flatMap((address) => ordinalOf(block, formatAddress(address)) ?? []);
}

/** As Go prints a time of whole seconds, which is what Calico stores. */
export const timestampOf = (milliseconds: number): string =>
  `${new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`;

/** Milliseconds since 1970; undefined when nothing readable is there. */
export function takenAt({ secondary }: BlockAttribute): number | undefined {
  const time = Date.parse(secondary['timestamp'] ?? '');
  return Number.isFinite(time) ? time : undefined;
}

/** CIDRs that lie in the pool. */
export const inPool = (pool: Prefix, cidrs: Iterable<string>): readonly string[] =>
  [...cidrs].filter((cidr) => {
    const prefix = parsePrefix(cidr);
    return prefix !== undefined && contains(pool, prefix.first);
  });
