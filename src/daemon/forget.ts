/** Giving back by hand what nobody gives back any more: one address, or all that a host had which is gone for good. */
import { Fault } from '../diagnostic/fault.ts';
import { allocationsOf, isEmpty, ordinalOf, ownerOf, release, type Block } from '../model/network/block.ts';
import { decodeBlock, decodePoolUse } from '../model/network/decode.ts';
import { renderJson } from '../model/network/json.ts';
import {
  addressOwnerKey,
  aliveKey,
  affinitiesPrefix,
  affinityKey,
  blockKey,
  blocksPrefix,
  handleKey,
  hostsPrefix,
  nodeKey,
  poolUsePrefix,
  workloadEndpointKey,
} from '../model/network/keys.ts';
import { pathsKey } from '../model/network/paths.ts';
import { workloadEndpointName } from '../model/network/resources.ts';
import type { Operation, Store } from '../store/index.ts';

const attempts = 20;

type Stored = { readonly block: Block; readonly revision: number };

async function readBlocks(store: Store): Promise<readonly Stored[]> {
  const { entries } = await store.list(blocksPrefix);
  return entries.flatMap(({ value, revision }) => {
    const block = decodeBlock(value);
    return block === undefined ? [] : { block, revision };
  });
}

/** A block as it is to be after the addresses at these places are free, and what was kept of them gone. */
function freeing(block: Block, ordinals: readonly number[], owner: string | undefined): readonly Operation[] {
  const taken = [...allocationsOf(block)].filter(({ ordinal }) => ordinals.includes(ordinal));
  const freed = taken.reduce((one, { ordinal }) => release(one, ordinal), block);
  const affinity = owner === undefined ? null : `host:${owner}`;
  const isSpare = owner === undefined && isEmpty(freed);
  const key = blockKey(block.cidr);
  return [
    isSpare ? { op: 'delete', key } : { op: 'put', key, value: renderJson({ ...freed, affinity }) },
    ...taken.flatMap(({ address, attribute }): Operation[] => [
      ...(attribute.handle_id === null ? [] : [{ op: 'delete', key: handleKey(attribute.handle_id) } as const]),
      { op: 'delete', key: addressOwnerKey(address) },
    ]),
  ];
}

/** Frees an address whoever has it. Throws `request-invalid` when it is no one’s. */
export async function releaseAddress(store: Store, address: string): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const found = (await readBlocks(store)).flatMap(({ block, revision }) => {
      const ordinal = ordinalOf(block, address);
      const isTaken = ordinal !== undefined && (block.allocations[ordinal] ?? null) !== null;
      return isTaken ? [{ block, revision, ordinal }] : [];
    });
    const [first] = found;
    if (first === undefined)
      throw new Fault('request-invalid', `Nobody has the address ${address}.`, {
        hint: 'clocker ipam show tells which addresses are taken.',
      });
    const { block, revision, ordinal } = first;
    const condition = { key: blockKey(block.cidr), is: 'revision', revision } as const;
    const outcome = await store.transact([condition], freeing(block, [ordinal], ownerOf(block)));
    if (outcome.succeeded) return;
  }
  throw new Fault('store-conflict', `The address block of ${address} keeps changing.`, { transient: true });
}

/** Frees the addresses, blocks and pools of a host, and its records. Can be repeated when it was cut off. */
export async function forgetNode(store: Store, node: string): Promise<void> {
  if (!(await isKnown(store, node)))
    throw new Fault('entity-unknown', `There is no host called ${node}.`, {
      hint: 'clocker node ls shows those there are.',
    });
  if ((await store.get(aliveKey(node))) !== undefined)
    throw new Fault('not-permitted', `The daemon of ${node} runs; its containers need what would be taken from them.`, {
      hint: 'Stop it there first. One that died is taken for dead after 15 seconds.',
    });
  await store.transact(
    [],
    [
      { op: 'deletePrefix', prefix: `${hostsPrefix}${node}/` },
      { op: 'deletePrefix', prefix: workloadEndpointKey(workloadEndpointName(node, '')) },
      { op: 'delete', key: nodeKey(node) },
      { op: 'delete', key: pathsKey(node) },
    ],
  );
  await leavePools(store, node);
  await freeBlocks(store, node);
  await store.transact([], [{ op: 'deletePrefix', prefix: `${affinitiesPrefix}${node}/` }]);
}

async function isKnown(store: Store, node: string): Promise<boolean> {
  const listings = await Promise.all(
    [`${hostsPrefix}${node}/`, `${affinitiesPrefix}${node}/`].map((prefix) => store.list(prefix)),
  );
  return listings.some(({ entries }) => entries.length > 0) || (await store.get(nodeKey(node))) !== undefined;
}

async function leavePools(store: Store, node: string): Promise<void> {
  for (const { key, value, revision } of (await store.list(poolUsePrefix)).entries) {
    const use = decodePoolUse(value);
    if (use?.nodes.includes(node) !== true) continue;
    const without = (names: readonly string[]): readonly string[] => names.filter((name) => name !== node);
    const left = {
      ...use,
      nodes: without(use.nodes),
      ...(use.made === undefined ? {} : { made: without(use.made) }),
    };
    const outcome = await store.transact(
      [{ key, is: 'revision', revision }],
      [{ op: 'put', key, value: renderJson(left) }],
    );
    if (!outcome.succeeded) await leavePools(store, node);
  }
}

async function freeBlocks(store: Store, node: string): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    let isRaced = false;
    for (const { block, revision } of await readBlocks(store)) {
      const ordinals = [...allocationsOf(block)].flatMap(({ ordinal, attribute }) =>
        attribute.secondary['node'] === node ? ordinal : [],
      );
      const owner = ownerOf(block);
      if (ordinals.length === 0 && owner !== node) continue;
      const operations = freeing(block, ordinals, owner === node ? undefined : owner);
      const outcome = await store.transact(
        [{ key: blockKey(block.cidr), is: 'revision', revision }],
        [...operations, { op: 'delete', key: affinityKey(node, block.cidr) }],
      );
      isRaced ||= !outcome.succeeded;
    }
    if (!isRaced) return;
  }
  throw new Fault('store-conflict', `The address blocks of ${node} keep changing.`, { transient: true });
}
