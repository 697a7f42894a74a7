/**
 * Brings records and engine together again: dockerd never repeats a Leave or a Release that got lost, whoever was down.
 * What the engine does not know is judged twice, some seconds apart, before it goes; a container that is alive keeps its
 * address whatever else is wrong.
 */
import { decodeBlock, decodeEndpoint, decodeNetwork, decodePoolUse } from '../../src/model/network/decode.ts';
import { allocationsOf } from '../../src/model/network/block.ts';
import { renderJson } from '../../src/model/network/json.ts';
import {
  blocksPrefix,
  endpointKey,
  endpointsPrefix,
  networksPrefix,
  poolUsePrefix,
} from '../../src/model/network/keys.ts';
import type { EndpointRecord, NetworkRecord, PoolUse } from '../../src/model/network/records.ts';
import type { Store } from '../../src/store/index.ts';

/** What the sweeper asks of the engine; a failure means that nothing is known, and nothing is swept. */
export type EngineView = {
  networks(): Promise<readonly EngineNetworkView[]>;
};

export type EngineNetworkView = {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Endpoint ids of running containers. */
  readonly endpoints: readonly string[];
};

export type LeakedAddress = { readonly address: string; readonly takenAt: number };

export type SweepState = {
  readonly networks: readonly NetworkRecord[];
  readonly endpoints: readonly EndpointRecord[];
  readonly pools: readonly PoolUse[];
  /** Workload addresses of this node that no endpoint has. */
  readonly leaked: readonly LeakedAddress[];
  readonly engine: readonly EngineNetworkView[];
};

export type SweepPlan = {
  readonly endpoints: readonly EndpointRecord[];
  readonly networks: readonly NetworkRecord[];
  readonly pools: readonly PoolUse[];
  readonly addresses: readonly string[];
  /** Networks whose name or labels the engine tells otherwise. */
  readonly rename: readonly NetworkRecord[];
};

/** Milliseconds after which something half-made counts as left behind: longer than dockerd retries a call. */
export const grace = 45_000;

const age = (now: number, time: string): number => now - (Date.parse(time) || 0);
const sameLabels = (a: Readonly<Record<string, string>> | undefined, b: Readonly<Record<string, string>>): boolean =>
  JSON.stringify(a ?? {}) === JSON.stringify(b);

/** What looks abandoned now. Pure. */
export function planSweep(state: SweepState, now: number): SweepPlan {
  const known = new Map(state.engine.map((network) => [network.id, network]));
  const alive = new Set(state.engine.flatMap((network) => network.endpoints));
  const isOld = (time: string): boolean => age(now, time) > grace;
  return {
    endpoints: state.endpoints.filter((endpoint) => !alive.has(endpoint.id) && isOld(endpoint.createdAt)),
    networks: state.networks.filter((network) => !known.has(network.id) && isOld(network.createdAt)),
    pools: state.pools.filter(
      (pool) => isOld(pool.requestedAt) && (pool.network === undefined || !known.has(pool.network)),
    ),
    addresses: state.leaked.filter(({ takenAt }) => now - takenAt > grace).map(({ address }) => address),
    rename: state.networks.flatMap((network) => {
      const engine = known.get(network.id);
      if (engine === undefined || (engine.name === network.name && sameLabels(network.labels, engine.labels)))
        return [];
      return { ...network, name: engine.name, labels: engine.labels };
    }),
  };
}

/** Only what was in the plan before as well, so that a moment between two calls of Docker is never taken for a leak. */
export function twice(before: SweepPlan | undefined, plan: SweepPlan): SweepPlan {
  const ids = (items: readonly { readonly id: string }[] | undefined): ReadonlySet<string> =>
    new Set((items ?? []).map(({ id }) => id));
  const endpoints = ids(before?.endpoints);
  const networks = ids(before?.networks);
  const pools = new Set(before?.pools.map(({ pool }) => pool));
  const addresses = new Set(before?.addresses);
  return {
    endpoints: plan.endpoints.filter(({ id }) => endpoints.has(id)),
    networks: plan.networks.filter(({ id }) => networks.has(id)),
    pools: plan.pools.filter(({ pool }) => pools.has(pool)),
    addresses: plan.addresses.filter((address) => addresses.has(address)),
    rename: plan.rename,
  };
}

async function leakedOf(
  store: Store,
  node: string,
  endpoints: readonly EndpointRecord[],
): Promise<readonly LeakedAddress[]> {
  const owned = new Set(endpoints.flatMap(({ ipv4, ipv6 }) => [ipv4, ipv6]));
  const { entries } = await store.list(blocksPrefix);
  return entries.flatMap(({ value }) => {
    const block = decodeBlock(value);
    if (block === undefined) return [];
    return [...allocationsOf(block)]
      .filter(
        ({ address, attribute: { secondary } }) =>
          secondary['node'] === node && secondary['type'] === 'workload' && !owned.has(address),
      )
      .map(({ address, attribute }) => ({ address, takenAt: Date.parse(attribute.secondary['timestamp'] ?? '') || 0 }));
  });
}

export async function readSweepState(store: Store, node: string, engine: EngineView): Promise<SweepState> {
  // The engine first: what is recorded while it answers must not look unknown to it.
  const networksOfEngine = await engine.networks();
  const [networks, endpointList, pools] = await Promise.all([
    store.list(networksPrefix),
    store.list(endpointsPrefix(node)),
    store.list(poolUsePrefix),
  ]);
  const endpoints = endpointList.entries.flatMap(({ value }) => decodeEndpoint(value) ?? []);
  return {
    engine: networksOfEngine,
    endpoints,
    networks: networks.entries
      .flatMap(({ value }) => decodeNetwork(value) ?? [])
      .filter((network) => network.createdBy === node),
    pools: pools.entries.flatMap(({ value }) => decodePoolUse(value) ?? []).filter((pool) => pool.nodes.includes(node)),
    leaked: await leakedOf(store, node, endpoints),
  };
}

/** How each kind of leftover is taken away; the same code as Docker's own calls run. */
export type SweepActions = {
  closeEndpoint(endpoint: EndpointRecord): Promise<void>;
  releaseAddress(address: string): Promise<void>;
  forgetNetwork(id: string): Promise<void>;
  dropPool(cidr: string): Promise<void>;
};

export async function applySweep(plan: SweepPlan, store: Store, actions: SweepActions): Promise<void> {
  for (const endpoint of plan.endpoints) {
    const entry = await store.get(endpointKey(endpoint.node, endpoint.id));
    // It may have been joined again since the plan was made.
    const isSame = entry !== undefined && decodeEndpoint(entry.value)?.createdAt === endpoint.createdAt;
    if (!isSame) continue;
    await actions.closeEndpoint(endpoint);
    for (const address of [endpoint.ipv4, endpoint.ipv6])
      if (address !== undefined) await actions.releaseAddress(address);
  }
  for (const address of plan.addresses) await actions.releaseAddress(address);
  for (const { id } of plan.networks) await actions.forgetNetwork(id);
  for (const { cidr } of plan.pools) await actions.dropPool(cidr);
  for (const network of plan.rename)
    await store.transact(
      [{ key: `${networksPrefix}${network.id}`, is: 'present' }],
      [{ op: 'put', key: `${networksPrefix}${network.id}`, value: renderJson(network) }],
    );
}
