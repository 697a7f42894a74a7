/** Records of networks, pools, blocks and endpoints of all hosts. */
import { decodeBlock, decodeEndpoint, decodeNetwork, decodePoolUse } from '../model/network/decode.ts';
import { alivePrefix, blocksPrefix, networksPrefix, nodesPrefix, poolUsePrefix } from '../model/network/keys.ts';
import { decodeNode, type NodeFacts } from '../model/network/node.ts';
import type { Block } from '../model/network/block.ts';
import type { EndpointRecord, NetworkRecord, PoolUse } from '../model/network/records.ts';
import { decodeSwarmNetwork, swarmNetworksPrefix, type SwarmNetwork } from '../model/network/swarm.ts';
import type { Store } from '../store/index.ts';

export const hostsPrefix = '/clocker/v1/hosts/';

export const readNetworks = async (store: Store): Promise<readonly NetworkRecord[]> =>
  (await store.list(networksPrefix)).entries.flatMap(({ value }) => decodeNetwork(value) ?? []);

/** Those made in one step, of which no node may have a task and so a network of its engine. */
export const readSwarmNetworks = async (store: Store): Promise<readonly SwarmNetwork[]> =>
  (await store.list(swarmNetworksPrefix)).entries.flatMap(({ value }) => decodeSwarmNetwork(value) ?? []);

export const readEndpoints = async (store: Store): Promise<readonly EndpointRecord[]> =>
  (await store.list(hostsPrefix)).entries.flatMap(({ key, value }) =>
    key.slice(hostsPrefix.length).split('/')[1] === 'endpoints' ? (decodeEndpoint(value) ?? []) : [],
  );

export const readPoolUses = async (store: Store): Promise<readonly PoolUse[]> =>
  (await store.list(poolUsePrefix)).entries.flatMap(({ value }) => decodePoolUse(value) ?? []);

export const readBlocks = async (store: Store): Promise<readonly Block[]> =>
  (await store.list(blocksPrefix)).entries.flatMap(({ value }) => decodeBlock(value) ?? []);

/** Names of all hosts that anything is kept of. */
export const readHostNames = async (store: Store): Promise<readonly string[]> => [
  ...new Set(
    (await store.list(hostsPrefix)).entries.map(({ key }) => key.slice(hostsPrefix.length).split('/')[0] ?? ''),
  ),
];

export const readNodeFacts = async (store: Store): Promise<readonly NodeFacts[]> =>
  (await store.list(nodesPrefix)).entries.flatMap(({ value }) => decodeNode(value) ?? []);

/** Hosts whose daemon runs -> since when, where it says so. */
export async function readAlive(store: Store): Promise<ReadonlyMap<string, string | undefined>> {
  const { entries } = await store.list(alivePrefix);
  return new Map(entries.map(({ key, value }) => [key.slice(alivePrefix.length), startedAt(value)]));
}

const startedAt = (value: string): string | undefined => /"startedAt":"([\d:.TZ-]{1,40})"/.exec(value)?.[1];
