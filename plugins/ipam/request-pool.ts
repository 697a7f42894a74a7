/**
 * RequestPool: the pool of a network that is being made. Two networks never get pools that overlap, on whatever hosts
 * they are made: every new pool changes `poolTurnKey`, and must have seen it as it still is.
 */
import { Fault } from '../../src/diagnostic/fault.ts';
import { formatPrefix, parsePrefix, samePrefix, type Prefix } from '../../src/ip/prefix.ts';
import { blockLengthOf } from '../../src/model/network/block.ts';
import { decodeNetwork, decodePool, decodePoolUse, type PoolFacts } from '../../src/model/network/decode.ts';
import { renderJson } from '../../src/model/network/json.ts';
import {
  networkKey,
  poolKey,
  poolsPrefix,
  poolTurnKey,
  poolUseKey,
  poolUsePrefix,
  reservationKey,
} from '../../src/model/network/keys.ts';
import { isSwarmId, poolNameOf } from '../../src/model/network/names.ts';
import type { PoolUse } from '../../src/model/network/records.ts';
import { nameOfShare } from '../../src/model/network/swarm.ts';
import { poolOf, resourceTime } from '../../src/model/network/resources.ts';
import type { Condition, Entry } from '../../src/store/index.ts';
import type { IpamDeps } from './driver.ts';
import type { Write } from './plan.ts';
import { checkOverlap, nextPool, type Taken } from './pools.ts';

/** What Docker asked for. */
export type PoolWish = {
  /** Undefined: the next free one. */
  readonly subnet: Prefix | undefined;
  readonly isIpv6: boolean;
  readonly range: Prefix | undefined;
  /** IPAM option `clocker.network`: the network this pool is the pool of, on another host. */
  readonly share: string | undefined;
  /** For a network of a swarm that no engine has yet. */
  readonly held?: boolean;
};

type StoredUse = { readonly use: PoolUse; readonly entry: Entry };

/** All pools there are, and the turn as it was before they were read. */
type Look = {
  readonly turn: Entry | undefined;
  readonly uses: readonly StoredUse[];
  readonly pools: readonly PoolFacts[];
};

const mostRaces = 100;

async function look({ store }: IpamDeps): Promise<Look> {
  const turn = await store.get(poolTurnKey);
  const [uses, pools] = await Promise.all([store.list(poolUsePrefix), store.list(poolsPrefix)]);
  return {
    turn,
    uses: uses.entries.flatMap((entry) => {
      const use = decodePoolUse(entry.value);
      return use === undefined ? [] : { use, entry };
    }),
    pools: pools.entries.flatMap(({ value }) => decodePool(value) ?? []),
  };
}

type Step = { readonly use: PoolUse; readonly conditions: readonly Condition[]; readonly operations: readonly Write[] };

/** Takes the pool in the store; safe to be asked again. */
export async function takePool(wish: PoolWish, deps: IpamDeps): Promise<PoolUse> {
  const hosts = await deps.hostRanges();
  for (let race = 0; race < mostRaces; race++) {
    const seen = await look(deps);
    const step = planPool(wish, seen, [...takenByNetworks(seen, deps), ...hosts], deps);
    deps.failPoints.reach('IpamDriver.RequestPool', 'before-transaction');
    const outcome = await deps.overlay.transact(step.conditions, step.operations);
    deps.failPoints.reach('IpamDriver.RequestPool', 'after-transaction');
    if (outcome.succeeded) return step.use;
  }
  throw new Fault('store-conflict', 'Other networks are being made all the time; no subnet could be taken.', {
    transient: true,
  });
}

/** Who has what, in words for the one who is refused. */
function takenByNetworks({ uses, pools }: Look, { overlay }: IpamDeps): readonly Taken[] {
  const known = new Set(uses.map(({ use }) => use.pool));
  return [
    ...uses.map(({ use }) => ({ cidr: use.cidr, by: holderText(use, overlay.get(networkKey(use.network ?? ''))) })),
    ...pools
      .filter(({ metadata }) => !known.has(metadata.name))
      .map(({ metadata, spec }) => ({ cidr: spec.cidr, by: `the IPPool ${metadata.name} has` })),
  ];
}

function holderText({ network, nodes, held, share }: PoolUse, entry: Entry | undefined): string {
  if (held === true) return `the swarm's network ${nameOfShare(share) ?? 'that holds it'} has`;
  if (network === undefined) return `a network has that is just being made on ${nodes.join(', ')}`;
  const name = entry === undefined ? undefined : decodeNetwork(entry.value)?.name;
  return name === undefined ? `the network ${network.slice(0, 12)} has` : `the network ${name} has`;
}

function planPool(wish: PoolWish, seen: Look, taken: readonly Taken[], deps: IpamDeps): Step {
  const { subnet } = wish;
  if (subnet === undefined) return newPool(nextPool(wish.isIpv6, taken), wish, seen, deps);
  const same = seen.uses.find(({ use }) => use.cidr === formatPrefix(subnet));
  if (same !== undefined && wish.held !== true) {
    const step = takenOver(same, wish, seen, deps) ?? shared(same, wish, deps);
    if (step !== undefined) return step;
  }
  const adopted = seen.pools.find(({ metadata, spec }) => isSameUnused(metadata.name, spec.cidr, subnet, seen));
  // Calico's own pool of exactly this subnet is no obstacle: it is what the network is to use.
  checkOverlap(subnet, adopted === undefined ? taken : taken.filter(({ cidr }) => cidr !== adopted.spec.cidr));
  return adopted === undefined ? newPool(subnet, wish, seen, deps) : adoptedPool(adopted, wish, seen, deps);
}

function isSameUnused(name: string, cidr: string, subnet: Prefix, seen: Look): boolean {
  const prefix = parsePrefix(cidr);
  return prefix !== undefined && samePrefix(prefix, subnet) && !seen.uses.some(({ use }) => use.pool === name);
}

/**
 * Other hosts have it, or make it now. The copies of a network on plain engines carry its word; a swarm's network has the
 * same id on every node, which CreateNetwork will tell and refuse any other.
 */
function shared({ use, entry }: StoredUse, { share }: PoolWish, { node }: IpamDeps): Step | undefined {
  const isTold = share !== undefined && (share === use.share || share === use.network);
  if (!isTold && use.held === true) return undefined;
  if (!isTold && use.network !== undefined && !isSwarmId(use.network)) return undefined;
  const joined = { ...use, nodes: [...new Set([...use.nodes, node])] };
  return {
    use: joined,
    conditions: [{ key: entry.key, is: 'revision', revision: entry.revision }],
    operations: [{ op: 'put', key: entry.key, value: renderJson(joined) }],
  };
}

/** A create that broke off leaves a pool without a network: whoever asks for it again, where it was made, gets it. */
function takenOver(same: StoredUse, wish: PoolWish, seen: Look, deps: IpamDeps): Step | undefined {
  const { use, entry } = same;
  if (use.held === true || use.network !== undefined || use.nodes.some((node) => node !== deps.node)) return undefined;
  const fresh: PoolUse = {
    ...freshUse(use.cidr, wish, deps),
    pool: use.pool,
    ...(use.adopted === true ? { adopted: true } : {}),
  };
  return {
    use: fresh,
    conditions: [...turnCondition(seen), { key: entry.key, is: 'revision', revision: entry.revision }],
    operations: [
      ...turnWrite(deps),
      { op: 'put', key: entry.key, value: renderJson(fresh) },
      { op: 'delete', key: reservationKey(use.pool) },
    ],
  };
}

function adoptedPool({ metadata, spec }: PoolFacts, wish: PoolWish, seen: Look, deps: IpamDeps): Step {
  if (spec.disabled === true)
    throw new Fault('pool-overlap', `The IPPool ${metadata.name} of ${spec.cidr} is disabled.`, {
      hint: 'Enable it with calicoctl, or choose another subnet.',
    });
  const use: PoolUse = { ...freshUse(spec.cidr, wish, deps), pool: metadata.name, adopted: true };
  const key = poolUseKey(poolNameOf(spec.cidr));
  return {
    use,
    conditions: [...turnCondition(seen), { key, is: 'absent' }, { key: poolKey(metadata.name), is: 'present' }],
    operations: [...turnWrite(deps), { op: 'put', key, value: renderJson(use) }],
  };
}

function newPool(prefix: Prefix, wish: PoolWish, seen: Look, deps: IpamDeps): Step {
  const cidr = formatPrefix(prefix);
  const use = freshUse(cidr, wish, deps);
  const metadata = { uid: deps.uuid(), creationTimestamp: resourceTime(deps.now()) };
  const pool = poolOf(use.pool, { cidr, natOutgoing: true, blockSize: blockLengthOf(prefix) }, metadata);
  const key = poolUseKey(poolNameOf(cidr));
  return {
    use,
    conditions: [...turnCondition(seen), { key, is: 'absent' }],
    operations: [
      ...turnWrite(deps),
      { op: 'put', key, value: renderJson(use) },
      { op: 'put', key: poolKey(use.pool), value: renderJson(pool) },
    ],
  };
}

const freshUse = (cidr: string, { range, share, held }: PoolWish, { node, now }: IpamDeps): PoolUse => ({
  pool: poolNameOf(cidr),
  cidr,
  ...(share === undefined ? {} : { share }),
  ...(held === true ? { held } : {}),
  ...(range === undefined ? {} : { range: formatPrefix(range) }),
  nodes: held === true ? [] : [node],
  requestedAt: new Date(now()).toISOString(),
});

const turnCondition = ({ turn }: Look): readonly Condition[] => [
  turn === undefined
    ? { key: poolTurnKey, is: 'absent' }
    : { key: poolTurnKey, is: 'revision', revision: turn.revision },
];

const turnWrite = ({ node, now }: IpamDeps): readonly Write[] => [
  { op: 'put', key: poolTurnKey, value: renderJson({ node, at: new Date(now()).toISOString() }) },
];
