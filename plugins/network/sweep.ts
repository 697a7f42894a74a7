/**
 * Brings records and engine together again: dockerd never repeats a Leave or a Delete that got lost, whoever was down.
 * What the engine does not know is judged twice, some seconds apart, before it goes; an endpoint whose container may be
 * alive stays, whatever the engine says. Names and labels, which no plugin request carries, are learned on the way.
 */
import { decodeEndpoint, decodeEngineNetwork, decodeNetwork } from '../../src/model/network/decode.ts';
import { renderJson } from '../../src/model/network/json.ts';
import { wasRemoved } from '../../src/model/network/engine-list.ts';
import { endpointsPrefix, engineNetworksPrefix, networkKey, networksPrefix } from '../../src/model/network/keys.ts';
import type { ContainerNames, EndpointRecord, EngineNetwork, NetworkRecord } from '../../src/model/network/records.ts';
import type { Condition } from '../../src/store/index.ts';
import { deleteNetwork, dropEndpoint } from './delete-network.ts';
import type { NetworkDeps } from './deps.ts';
import { learnContainer } from './learn.ts';
import { findEndpoint, type Write } from './records.ts';

export type EngineEndpoint = { readonly id: string; readonly container?: ContainerNames };

export type EngineNetworkView = {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly endpoints: readonly EngineEndpoint[];
};

/** What the sweeper asks of the engine; a failure means that nothing is known, and nothing is swept. */
export type EngineView = {
  /** Networks of the clocker driver, in whatever scope, with everything that is attached. */
  networks(signal: AbortSignal): Promise<readonly EngineNetworkView[]>;
  /** By what its list of networks is known (`listIdOf`). */
  listId(signal: AbortSignal): Promise<string | undefined>;
};

export type MadeNetwork = EngineNetwork & { readonly engineId: string };

/** What this host's records say, and what its engine says. */
export type SweepState = {
  readonly engine: readonly EngineNetworkView[];
  readonly list: string | undefined;
  readonly made: readonly MadeNetwork[];
  readonly networks: readonly NetworkRecord[];
  readonly endpoints: readonly EndpointRecord[];
};

export type SweepPlan = {
  /** Ids of endpoints no container has. */
  readonly endpoints: readonly string[];
  /** Engine ids of networks the engine does not have; those that somebody removed there are `removed` too. */
  readonly networks: readonly string[];
  readonly removed: readonly string[];
  readonly renamed: readonly NetworkRecord[];
  readonly named: readonly EndpointRecord[];
  /** Something the engine does not know is too young to be judged. */
  readonly isYoung: boolean;
};

/** Milliseconds for which a record may be ahead of the engine: a call of Docker's is answered in 10 s. */
export const grace = 15_000;

const sameJson = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What looks abandoned now, and what is to be learned. Pure. */
export function planSweep(
  state: SweepState,
  now: number,
  mayBeAlive: (endpoint: EndpointRecord) => boolean,
): SweepPlan {
  const networks = new Map(state.engine.map((network) => [network.id, network]));
  const attached = new Map(state.engine.flatMap(({ endpoints }) => endpoints).map((one) => [one.id, one]));
  const removed = state.made.filter((one) => wasRemoved(one, state.list, state.engine));
  const isOld = (time: string | undefined): boolean => now - (Date.parse(time ?? '') || 0) > grace;
  const endpoints = state.endpoints.filter((one) => !attached.has(one.id) && !mayBeAlive(one));
  const made = state.made.filter(({ engineId }) => !networks.has(engineId));
  return {
    endpoints: endpoints.filter(({ createdAt }) => isOld(createdAt)).map(({ id }) => id),
    networks: made.filter((one) => isOld(one.at) || removed.includes(one)).map(({ engineId }) => engineId),
    removed: removed.map(({ engineId }) => engineId),
    isYoung: endpoints.some(({ createdAt }) => !isOld(createdAt)) || made.some(({ at }) => !isOld(at)),
    renamed: state.networks.flatMap((network) => renamed(network, networks.get(network.id))),
    named: state.endpoints.flatMap((one) => named(one, attached.get(one.id)?.container)),
  };
}

/** Only the engine where it was made tells a network's name: the others have copies. */
function renamed(network: NetworkRecord, engine: EngineNetworkView | undefined): readonly NetworkRecord[] {
  if (engine === undefined) return [];
  const { name, labels } = engine;
  return network.name === name && sameJson(network.labels ?? {}, labels) ? [] : [{ ...network, name, labels }];
}

const named = (endpoint: EndpointRecord, container: ContainerNames | undefined): readonly EndpointRecord[] =>
  container === undefined || sameJson(endpoint.container, container) ? [] : [{ ...endpoint, container }];

/** Only what was in the plan before as well: a moment between two calls of Docker's is never taken for a leftover. */
export function twice(before: SweepPlan | undefined, plan: SweepPlan): SweepPlan {
  const endpoints = new Set(before?.endpoints);
  const networks = new Set(before?.networks);
  return {
    ...plan,
    endpoints: plan.endpoints.filter((id) => endpoints.has(id)),
    networks: plan.networks.filter((id) => networks.has(id)),
  };
}

/** Whether something waits for a second look. */
export const isWaiting = (plan: SweepPlan, done: SweepPlan): boolean =>
  plan.endpoints.length > done.endpoints.length || plan.networks.length > done.networks.length;

export type SweepDeps = Pick<
  NetworkDeps,
  'store' | 'overlay' | 'node' | 'gate' | 'locks' | 'now' | 'isAttached' | 'failPoints' | 'onNetworks'
> & {
  readonly engine: EngineView;
  readonly onSwept: (what: string) => void;
};

export async function readSweepState(
  { store, node, engine }: Pick<SweepDeps, 'store' | 'node' | 'engine'>,
  signal: AbortSignal,
): Promise<SweepState> {
  // The records first: what is made while the engine answers must not be judged by an answer that is older.
  const [networks, made, endpoints] = await Promise.all([
    store.list(networksPrefix),
    store.list(engineNetworksPrefix(node)),
    store.list(endpointsPrefix(node)),
  ]);
  const list = await engine.listId(signal);
  const prefix = engineNetworksPrefix(node).length;
  return {
    networks: networks.entries.flatMap(({ value }) => decodeNetwork(value) ?? []),
    made: made.entries.flatMap(({ key, value }) => {
      const network = decodeEngineNetwork(value);
      return network === undefined ? [] : { ...network, engineId: key.slice(prefix) };
    }),
    endpoints: endpoints.entries.flatMap(({ value }) => decodeEndpoint(value) ?? []),
    list,
    engine: await engine.networks(signal),
  };
}

export type Sweeper = {
  /**
   * Looks, and takes away what looked abandoned the last time too. Milliseconds after which to look again; undefined: as
   * usual.
   */
  sweep(signal: AbortSignal): Promise<number | undefined>;
};

export function createSweeper(deps: SweepDeps): Sweeper {
  let before: SweepPlan | undefined;
  return {
    sweep: async (signal) => {
      const plan = planSweep(await readSweepState(deps, signal), deps.now(), deps.isAttached);
      const sure = twice(before, plan);
      before = plan;
      await applySweep(sure, deps);
      if (isWaiting(plan, sure)) return 0;
      return plan.isYoung ? grace : undefined;
    },
  };
}

export async function applySweep(plan: SweepPlan, deps: SweepDeps): Promise<void> {
  for (const id of plan.endpoints) await deps.locks.hold(`endpoint ${id}`, () => sweepEndpoint(id, deps));
  for (const id of plan.networks) {
    await deps.locks.hold('networks', () => deleteNetwork(id, deps, plan.removed.includes(id)));
    deps.onSwept(`the network ${id.slice(0, 12)}`);
  }
  for (const network of plan.renamed) await learnNetwork(network, deps);
  for (const { id, container } of plan.named) if (container !== undefined) await learnContainer(id, container, deps);
  if (plan.networks.length > 0 || plan.renamed.length > 0) deps.onNetworks();
}

async function sweepEndpoint(id: string, deps: SweepDeps): Promise<void> {
  const known = await findEndpoint(deps, id);
  if (known === undefined || deps.isAttached(known.value)) return;
  await dropEndpoint(known.value, deps);
  deps.onSwept(`the endpoint ${id.slice(0, 12)}`);
}

/** Only what is learned is changed, and only if nothing else has changed since. */
async function learnNetwork({ id, name, labels }: NetworkRecord, { store, overlay }: SweepDeps): Promise<void> {
  const entry = await store.get(networkKey(id));
  const current = decodeNetwork(entry?.value ?? '');
  if (entry === undefined || current === undefined) return;
  const learned = { ...current, ...(name === undefined ? {} : { name }), ...(labels === undefined ? {} : { labels }) };
  await change(
    overlay,
    { key: entry.key, is: 'revision', revision: entry.revision },
    {
      op: 'put',
      key: entry.key,
      value: renderJson(learned),
    },
  );
}

/** A lost race is left to the next look. */
async function change(overlay: SweepDeps['overlay'], condition: Condition, write: Write): Promise<void> {
  await overlay.transact([condition], [write]);
}
