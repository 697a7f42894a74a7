/** DeleteNetwork: dockerd forgets the network whatever we answer, so all of it goes, or what is left is swept. */
import { decodeEndpoint, decodeEngineNetwork } from '../../src/model/network/decode.ts';
import { renderJson } from '../../src/model/network/json.ts';
import {
  endpointsPrefix,
  engineNetworkKey,
  engineNetworksPrefix,
  gatewayKey,
  networkKey,
  poolUseKey,
  profileKey,
} from '../../src/model/network/keys.ts';
import { isSwarmId, poolNameOf } from '../../src/model/network/names.ts';
import type { EndpointRecord, NetworkRecord, PoolUse } from '../../src/model/network/records.ts';
import { profileName } from '../../src/model/network/resources.ts';
import type { Condition } from '../../src/store/index.ts';
import type { NetworkDeps } from './deps.ts';
import { deleteEndpointWrites, findEngineNetwork, findNetwork, findUse, type Stored, type Write } from './records.ts';

export type DeletingDeps = Pick<NetworkDeps, 'store' | 'overlay' | 'node' | 'gate' | 'now' | 'failPoints'>;

const mostRaces = 100;

/** `isWanted`: somebody removed it, so it goes from the other hosts too; else only this engine does not have it. */
export async function deleteNetwork(engineId: string, deps: DeletingDeps, isWanted = true): Promise<void> {
  const id = await findEngineNetwork(deps, engineId);
  if (id === undefined) return;
  if (!(await hasOtherName(engineId, id, deps))) await dropEndpoints(id, deps);
  for (let race = 0; race < mostRaces; race++) {
    const network = await findNetwork(deps.overlay, id);
    const step =
      network === undefined || (await hasOtherName(engineId, id, deps))
        ? { conditions: [], operations: [] }
        : await leaveStep(engineId, network, deps, isWanted);
    deps.failPoints.reach('NetworkDriver.DeleteNetwork', 'before-transaction');
    const mapping: Write = { op: 'delete', key: engineNetworkKey(deps.node, engineId) };
    const outcome = await deps.overlay.transact(step.conditions, [mapping, ...step.operations]);
    deps.failPoints.reach('NetworkDriver.DeleteNetwork', 'after-transaction');
    if (outcome.succeeded) return;
  }
}

/** Two of this engine's networks may be the same network for a moment, when both were made at once. */
async function hasOtherName(engineId: string, id: string, { store, node }: DeletingDeps): Promise<boolean> {
  const { entries } = await store.list(engineNetworksPrefix(node));
  const mine = engineNetworkKey(node, engineId);
  return entries.some(({ key, value }) => key !== mine && decodeEngineNetwork(value)?.network === id);
}

async function dropEndpoints(network: string, deps: DeletingDeps): Promise<void> {
  const { entries } = await deps.store.list(endpointsPrefix(deps.node));
  const left = entries.flatMap(({ value }) => decodeEndpoint(value) ?? []).filter((one) => one.network === network);
  for (const endpoint of left) await dropEndpoint(endpoint, deps);
}

/** Kernel first: an address must not be free while packets for it still find a way. */
export async function dropEndpoint(
  endpoint: EndpointRecord,
  { gate, overlay }: Pick<DeletingDeps, 'gate' | 'overlay'>,
  onClosed?: () => void,
): Promise<void> {
  await gate.close(endpoint);
  onClosed?.();
  await overlay.transact([], deleteEndpointWrites(endpoint));
}

type Step = { readonly conditions: readonly Condition[]; readonly operations: readonly Write[] };

async function leaveStep(
  engineId: string,
  network: Stored<NetworkRecord>,
  deps: DeletingDeps,
  isWanted: boolean,
): Promise<Step> {
  const { value: record } = network;
  const found = await Promise.all(record.pools.map((pool) => findUse(deps.overlay, pool)));
  const uses = found.filter((use) => use !== undefined).filter(({ value }) => value.network === record.id);
  const left = uses.map(({ value }) => without(value, deps.node));
  const isLast = left.every(({ nodes }) => nodes.length === 0);
  return {
    conditions: [network.condition, ...uses.map(({ condition }) => condition)],
    operations: [
      ...left.map(
        (use): Write => ({
          op: 'put',
          key: poolUseKey(poolNameOf(use.cidr)),
          value: renderJson(isLast ? freed(use) : use),
        }),
      ),
      ...(isLast ? endOf(record) : isWanted ? removalMark(engineId, record, deps) : []),
    ],
  };
}

const without = (use: PoolUse, node: string): PoolUse => ({
  ...use,
  nodes: use.nodes.filter((one) => one !== node),
  made: (use.made ?? []).filter((one) => one !== node),
});

/** IPAM collects a pool that is nobody's. */
const freed = ({ network: _gone, ...use }: PoolUse): PoolUse => use;

const endOf = ({ id, gatewayIndex }: NetworkRecord): readonly Write[] => [
  { op: 'delete', key: networkKey(id) },
  { op: 'delete', key: profileKey(profileName(id)) },
  { op: 'delete', key: gatewayKey(gatewayIndex) },
];

/**
 * The other hosts drop theirs once no container is on it. A swarm's network comes and goes on each node with its tasks:
 * that says nothing about the others.
 */
function removalMark(engineId: string, network: NetworkRecord, { now }: DeletingDeps): readonly Write[] {
  if (isSwarmId(engineId) || network.removedAt !== undefined) return [];
  const marked = { ...network, removedAt: new Date(now()).toISOString() };
  return [{ op: 'put', key: networkKey(network.id), value: renderJson(marked) }];
}
