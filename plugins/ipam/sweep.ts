/**
 * What Docker took and never gave back: addresses no endpoint has, pools no network came for, blocks nobody needs. The
 * records alone tell, but for half-made networks, where the engine has a say. Judged twice before anything goes.
 */
import { formatAddress, parseAddress } from '../../src/ip/address.ts';
import { contains, parsePrefix } from '../../src/ip/prefix.ts';
import { allocationsOf, isEmpty, ownerOf, type Block } from '../../src/model/network/block.ts';
import { decodeAddressOwner, decodeBlock, decodePoolUse } from '../../src/model/network/decode.ts';
import { renderJson } from '../../src/model/network/json.ts';
import { addressOwnerKey, affinityKey, blockKey, blocksPrefix, poolUsePrefix } from '../../src/model/network/keys.ts';
import { handleOf } from '../../src/model/network/names.ts';
import type { PoolUse } from '../../src/model/network/records.ts';
import { readBlock } from './allocator.ts';
import type { IpamDeps } from './driver.ts';
import { takenAt } from './plan.ts';
import { collectPool, isOver, leavePool } from './release-pool.ts';

/** What the engine says of pools; undefined: it does not answer, so nothing is known. */
export type EnginePools = {
  /** Subnets of the networks, of whatever driver, whose addresses clocker manages. */
  subnets(signal: AbortSignal): Promise<readonly string[] | undefined>;
};

export type IpamState = {
  readonly node: string;
  readonly blocks: readonly Block[];
  readonly uses: readonly PoolUse[];
  /** Whether an endpoint has an address. */
  readonly owned: Pick<ReadonlySet<string>, 'has'>;
  readonly engineSubnets: readonly string[] | undefined;
};

export type IpamPlan = {
  /** Addresses to give back. */
  readonly addresses: readonly string[];
  /** Pools to take this host off. */
  readonly leave: readonly string[];
  /** Pools that are nobody's: they go at the first look. */
  readonly collect: readonly string[];
  /** This host's empty blocks that can go, or whose pool it no longer uses. */
  readonly blocks: readonly string[];
  /** Something nobody has is too young to be judged. */
  readonly isYoung: boolean;
};

/** Milliseconds between RequestAddress and CreateEndpoint that are normal: dockerd repeats a call for up to 30 s. */
export const grace = 35_000;

export function planIpamSweep(state: IpamState, now: number): IpamPlan {
  const { node, blocks, uses, owned, engineSubnets } = state;
  const isOld = (time: number | undefined): boolean => now - (time ?? 0) > grace;
  const unowned = blocks.flatMap((block) =>
    [...allocationsOf(block)]
      .filter(
        ({ address, attribute }) =>
          attribute.secondary['node'] === node && attribute.handle_id === handleOf(address) && !owned.has(address),
      )
      .map(({ address, attribute }) => ({ address, isOld: isOld(takenAt(attribute)) })),
  );
  const unmade = uses
    .filter(
      (use) =>
        use.nodes.includes(node) && use.made?.includes(node) !== true && engineSubnets?.includes(use.cidr) === false,
    )
    .map(({ cidr, requestedAt }) => ({ cidr, isOld: isOld(Date.parse(requestedAt) || undefined) }));
  return {
    addresses: unowned.flatMap(({ address, isOld }) => (isOld ? [address] : [])),
    leave: unmade.flatMap(({ cidr, isOld }) => (isOld ? [cidr] : [])),
    collect: uses.filter(isOver).map(({ cidr }) => cidr),
    blocks: spareBlocks(state),
    isYoung: [...unowned, ...unmade].some(({ isOld }) => !isOld),
  };
}

/** All but one of the empty ones of a pool this host uses, every one of a pool it does not use. */
function spareBlocks({ node, blocks, uses }: IpamState): readonly string[] {
  const own = blocks.filter((block) => ownerOf(block) === node);
  return uses.flatMap((use) => {
    const pool = parsePrefix(use.cidr);
    if (pool === undefined) return [];
    const inside = own.filter(({ cidr }) => {
      const prefix = parsePrefix(cidr);
      return prefix !== undefined && contains(pool, prefix.first);
    });
    if (!use.nodes.includes(node)) return inside.map(({ cidr }) => cidr);
    const empty = inside.filter(isEmpty);
    return (empty.length === inside.length ? empty.slice(1) : empty).map(({ cidr }) => cidr);
  });
}

export function twice(before: IpamPlan | undefined, plan: IpamPlan): IpamPlan {
  const both = (key: 'addresses' | 'leave' | 'blocks'): readonly string[] => {
    const seen = new Set(before?.[key]);
    return plan[key].filter((one) => seen.has(one));
  };
  return { ...plan, addresses: both('addresses'), leave: both('leave'), blocks: both('blocks') };
}

export type IpamSweepDeps = IpamDeps & { readonly engine: EnginePools; readonly onSwept: (what: string) => void };

/**
 * From the mirror: a thousand hosts that all read all blocks and owners every few seconds are more than a store bears. It
 * may be behind; what is done by it is done only if nothing of it has changed (`release`, `dropBlock`).
 */
function followIpam({ overlay, node, engine }: Pick<IpamSweepDeps, 'overlay' | 'node' | 'engine'>) {
  const mine = `"node":${JSON.stringify(node)}`;
  const own = `"host:${node}"`;
  // Of thousands of blocks few are this host's business, and reading one costs more than a look for its name.
  const blocks = overlay.records(blocksPrefix, ({ value }) =>
    value.includes(mine) || value.includes(own) ? value : undefined,
  );
  const uses = overlay.records(poolUsePrefix, ({ value }) => decodePoolUse(value));
  return async (signal: AbortSignal): Promise<IpamState> => ({
    node,
    blocks: [...blocks.all()].flatMap(({ value }) => decodeBlock(value) ?? []),
    uses: [...uses.all()].map(({ value }) => value),
    owned: {
      has: (address) => decodeAddressOwner(overlay.get(addressOwnerKey(address))?.value ?? '') !== undefined,
    },
    engineSubnets: await engine.subnets(signal).catch(() => undefined),
  });
}

/** Milliseconds until it looks again at what may have to go. */
const soon = 15_000;

export type IpamSweeper = {
  /**
   * Looks, and takes away what looked abandoned the last time too. Milliseconds after which to look again; undefined: as
   * usual.
   */
  sweep(signal: AbortSignal): Promise<number | undefined>;
};

export function createIpamSweeper(deps: IpamSweepDeps): IpamSweeper {
  const look = followIpam(deps);
  let before: IpamPlan | undefined;
  return {
    sweep: async (signal) => {
      const state = await look(signal);
      const plan = planIpamSweep(state, deps.now());
      const sure = twice(before, plan);
      before = plan;
      await applyIpamSweep(sure, state.uses, deps, signal);
      if (plan.addresses.length > sure.addresses.length || plan.leave.length > sure.leave.length) return 0;
      return plan.isYoung || plan.blocks.length > 0 ? soon : undefined;
    },
  };
}

async function applyIpamSweep(
  plan: IpamPlan,
  uses: readonly PoolUse[],
  deps: IpamSweepDeps,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(plan.addresses.map((address) => giveBack(address, uses, deps, signal)));
  for (const cidr of plan.blocks) await dropBlock(cidr, deps);
  for (const cidr of [...plan.leave, ...plan.collect])
    await deps.locks.hold('pools', async () => {
      await leavePool(cidr, deps);
      await collectPool(cidr, deps);
    });
  for (const cidr of plan.leave) deps.onSwept(`the pool ${cidr}, which no network came for`);
}

async function giveBack(
  text: string,
  uses: readonly PoolUse[],
  deps: IpamSweepDeps,
  signal: AbortSignal,
): Promise<void> {
  const address = parseAddress(text);
  const use = uses.find(({ cidr }) => {
    const prefix = parsePrefix(cidr);
    return address !== undefined && prefix !== undefined && contains(prefix, address);
  });
  if (address === undefined || use === undefined) return;
  const answer = await deps.allocator.ask(use, { kind: 'release', address }, signal);
  if (answer.kind === 'released') deps.onSwept(`the address ${formatAddress(address)}, which no endpoint had`);
}

/** An empty block goes; one that others have borrowed from stays, as nobody's. */
async function dropBlock(cidr: string, { overlay, node }: IpamSweepDeps): Promise<void> {
  const stored = readBlock(overlay, cidr);
  if (stored === undefined || stored === 'unreadable' || ownerOf(stored.block) !== node) return;
  const key = blockKey(cidr);
  const { block, revision } = stored;
  const ownerless = renderJson({ ...block, affinity: null, sequenceNumber: block.sequenceNumber + 1n });
  await overlay.transact(
    [{ key, is: 'revision', revision }],
    [
      isEmpty(block) ? { op: 'delete', key } : { op: 'put', key, value: ownerless },
      { op: 'delete', key: affinityKey(node, cidr) },
    ],
  );
}
