/**
 * ReleasePool, and the end of a pool. dockerd releases a pool before it deletes the network, so a network that is there
 * keeps its pool: DeleteNetwork takes this host off it, and who comes last leaves it to be collected.
 */
import { decodeBlock, decodePoolUse } from '../../src/model/network/decode.ts';
import { renderJson } from '../../src/model/network/json.ts';
import {
  affinityKey,
  blocksPrefix,
  cidrOfKey,
  handleKey,
  poolKey,
  poolUseKey,
  reservationKey,
} from '../../src/model/network/keys.ts';
import { poolNameOf } from '../../src/model/network/names.ts';
import type { PoolUse } from '../../src/model/network/records.ts';
import { ownerOf, type Block } from '../../src/model/network/block.ts';
import { parsePrefix } from '../../src/ip/prefix.ts';
import type { Reply } from '../protocol/index.ts';
import type { IpamDeps } from './driver.ts';
import { inPool, type Write } from './plan.ts';
import { parsePoolId } from './pools.ts';

type Deps = Pick<IpamDeps, 'store' | 'overlay' | 'node'>;

const mostRaces = 100;
/** Operations of one transaction; the store takes 128. */
const mostHandles = 120;

export async function releasePool(poolId: string, deps: IpamDeps): Promise<Reply> {
  const pool = parsePoolId(poolId);
  if (pool === undefined) return {};
  deps.failPoints.reach('IpamDriver.ReleasePool', 'before-transaction');
  await leavePool(pool.cidr, deps);
  deps.failPoints.reach('IpamDriver.ReleasePool', 'after-transaction');
  await collectPool(pool.cidr, deps);
  return {};
}

/** Takes this host off a pool whose network it has not made. */
export async function leavePool(cidr: string, { overlay, node }: Deps): Promise<void> {
  const key = poolUseKey(poolNameOf(cidr));
  for (let race = 0; race < mostRaces; race++) {
    const entry = await overlay.find(key);
    const use = decodePoolUse(entry?.value ?? '');
    const isIn = use?.nodes.includes(node) === true && use.made?.includes(node) !== true;
    if (entry === undefined || use === undefined || !isIn) return;
    const left = { ...use, nodes: use.nodes.filter((one) => one !== node) };
    const condition = { key, is: 'revision', revision: entry.revision } as const;
    if ((await overlay.transact([condition], [{ op: 'put', key, value: renderJson(left) }])).succeeded) return;
  }
}

export const isOver = (use: PoolUse): boolean =>
  use.network === undefined && use.nodes.length === 0 && use.held !== true;

/**
 * Takes away a pool that no host and no network has, with all it holds. Blocks first: broken off in between, it goes on
 * from the pool's record. Each is deleted only as it was seen, so that a pool taken over meanwhile loses nothing in use.
 */
export async function collectPool(cidr: string, deps: Deps): Promise<void> {
  const key = poolUseKey(poolNameOf(cidr));
  const entry = await deps.store.get(key);
  const use = decodePoolUse(entry?.value ?? '');
  if (entry === undefined || use === undefined || !isOver(use)) return;
  if (use.adopted !== true) await deleteBlocks(cidr, deps);
  await deps.overlay.transact(
    [{ key, is: 'revision', revision: entry.revision }],
    [
      { op: 'delete', key },
      { op: 'delete', key: reservationKey(use.pool) },
      ...(use.adopted === true ? [] : [{ op: 'delete' as const, key: poolKey(use.pool) }]),
    ],
  );
}

/** Block, affinity and handles at once: blocks of our own pools have at most 64 addresses. */
async function deleteBlocks(cidr: string, { store, overlay }: Deps): Promise<void> {
  const pool = parsePrefix(cidr);
  if (pool === undefined) return;
  const { entries } = await store.list(`${blocksPrefix}${cidr.includes(':') ? 'ipv6' : 'ipv4'}/`);
  const within = new Set(
    inPool(
      pool,
      entries.map(({ key }) => cidrOfKey(key)),
    ),
  );
  for (const { key, value, revision } of entries) {
    if (!within.has(cidrOfKey(key))) continue;
    const block = decodeBlock(value);
    await overlay.transact(
      [{ key, is: 'revision', revision }],
      [{ op: 'delete', key }, ...(block === undefined ? [] : companions(block))],
    );
  }
}

function companions(block: Block): readonly Write[] {
  const owner = ownerOf(block);
  const handles = new Set(block.attributes.flatMap(({ handle_id: handle }) => handle ?? []));
  return [
    ...[...handles].slice(0, mostHandles).map((handle): Write => ({ op: 'delete', key: handleKey(handle) })),
    ...(owner === undefined ? [] : [{ op: 'delete' as const, key: affinityKey(owner, block.cidr) }]),
  ];
}
