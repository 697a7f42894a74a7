/**
 * One network on many engines: what is made on one appears on all others with its name, subnets, options and labels, and
 * goes from them when it was removed and no container of theirs is on it. Looked at when the records change, when the
 * engine tells of a network, and when it is there again after it was away.
 */
import { isFault } from '../../src/diagnostic/fault.ts';
import { clockOfHost, type Clock } from '../../src/host/clock.ts';
import type { Docker } from '../../src/host/docker.ts';
import { decodeEngineNetwork, decodeNetwork } from '../../src/model/network/decode.ts';
import { renderJson } from '../../src/model/network/json.ts';
import { engineNetworkKey, engineNetworksPrefix, networkKey, networksPrefix } from '../../src/model/network/keys.ts';
import type { EngineNetwork, NetworkRecord } from '../../src/model/network/records.ts';
import { startLoop } from '../../src/reconcile/loop.ts';
import type { Condition, Mirror, Operation, Store } from '../../src/store/index.ts';
import { planReplicas, replicaBody, sharedId, type Drop, type EngineSide, type ReplicaPlan } from './plan.ts';

export type ReplicaEngine = Pick<Docker, 'networks' | 'createNetwork' | 'removeNetwork' | 'networkUsers' | 'events'>;

/** Tells people, once for each network, that another one has its name; and that it is over. */
export type ReplicaNotices = {
  tell(notice: {
    readonly kind: 'network-lost-name';
    readonly subject: string;
    readonly message: string;
    readonly hint?: string;
  }): Promise<void>;
  clear(notice: { readonly kind: 'network-lost-name'; readonly subject: string }): Promise<void>;
};

export type ReplicasOptions = {
  readonly mirror: Mirror;
  readonly store: Store;
  readonly node: string;
  readonly engine: ReplicaEngine;
  readonly notices: ReplicaNotices;
  readonly log: (level: 'info' | 'warn', message: string, details?: Readonly<Record<string, unknown>>) => void;
  readonly signal: AbortSignal;
  readonly clock?: Clock;
};

export type Replicas = { poke(): void; readonly stopped: Promise<void> };

const telling = new Set(['network create', 'network destroy', 'network disconnect', 'container destroy']);

export function openReplicas(options: ReplicasOptions): Replicas {
  const { mirror, store, node, engine, log, signal } = options;
  const clock = options.clock ?? clockOfHost;
  const records = mirror.view<NetworkRecord>(networksPrefix, ({ value }) => decodeNetwork(value));
  const here = mirror.view<EngineNetwork>(engineNetworksPrefix(node), ({ value }) => decodeEngineNetwork(value));
  /** What was told last of each network, so that it is told once. */
  const told = new Map<string, string>();

  function tell(key: string, what: string, details: Readonly<Record<string, unknown>>): void {
    if (told.get(key) === what) return;
    told.set(key, what);
    log('warn', what, details);
  }

  type Change = { readonly condition: Condition; readonly operation: Operation };

  async function changeOf<T extends object>(
    key: string,
    decode: (value: string) => T | undefined,
    change: Partial<T>,
  ): Promise<readonly Change[]> {
    const entry = await store.get(key);
    const current = decode(entry?.value ?? '');
    if (entry === undefined || current === undefined) return [];
    const value = renderJson({ ...current, ...change });
    return [{ condition: { key, is: 'revision', revision: entry.revision }, operation: { op: 'put', key, value } }];
  }

  /** At once: a network the others know is one that was seen here, and can be missed. */
  async function note({ publish, seen }: ReplicaPlan): Promise<void> {
    const engineIds = new Set([...publish, ...seen.map(({ engineId }) => ({ id: engineId }))].map(({ id }) => id));
    await each([...engineIds], async (engineId) => {
      const published = publish.find(({ id }) => id === engineId);
      const shown = seen.find((one) => one.engineId === engineId);
      const changes = await Promise.all([
        published === undefined ? [] : changeOf(networkKey(engineId), decodeNetwork, published),
        shown === undefined
          ? []
          : changeOf(engineNetworkKey(node, engineId), decodeEngineNetwork, { seenIn: shown.seenIn }),
      ]);
      const all = changes.flat();
      if (all.length === 0) return;
      // A lost race is left to the next look, which the change brings.
      await store.transact(
        all.map(({ condition }) => condition),
        all.map(({ operation }) => operation),
      );
    });
  }

  async function create(network: NetworkRecord): Promise<void> {
    const { name = network.id, createdBy } = network;
    await engine.createNetwork(replicaBody(network));
    told.delete(network.id);
    log('info', 'a network of another host is here now', { network: name, createdBy });
    await removeSurplus(network);
  }

  /** The engine makes two of one name when both are asked for at once. */
  async function removeSurplus({ id, name = '' }: NetworkRecord): Promise<void> {
    const twins = (await engine.networks()).filter((one) => one.name === name && one.driver === 'clocker');
    const copies = twins.filter((one) => sharedId(one) === id).sort((a, b) => (a.id < b.id ? -1 : 1));
    for (const { id: surplus } of copies.slice(1)) await dropWhenEmpty({ engineId: surplus, name, why: 'here twice' });
  }

  async function dropWhenEmpty({ engineId, name, why, winner }: Drop): Promise<void> {
    const users = await engine.networkUsers(engineId, name);
    if (users.length > 0) {
      if (winner !== undefined && !told.has(engineId))
        await options.notices.tell(lostName(engineId, name, winner, users.length));
      tell(engineId, `a network stays because containers are on it, though it was ${why}`, {
        network: name,
        id: engineId.slice(0, 12),
        containers: users.length,
      });
      return;
    }
    await engine.removeNetwork(engineId);
    if (told.delete(engineId))
      await options.notices.clear({ kind: 'network-lost-name', subject: subjectOf(engineId, name) });
    log('info', `a network is gone from here: it was ${why}`, { network: name, id: engineId.slice(0, 12) });
  }

  /** One that fails keeps no other from being done. */
  async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
    const failures: unknown[] = [];
    for (const item of items)
      await work(item).catch((error: unknown) => {
        failures.push(error);
      });
    if (failures.length > 0) throw failures[0];
  }

  async function sync(): Promise<void> {
    await mirror.ready;
    if (records.items.size === 0) return;
    const networks: readonly EngineSide[] = await engine.networks();
    const prefix = engineNetworksPrefix(node).length;
    const made = [...here.items].map(([key, { value }]) => ({ ...value, engineId: key.slice(prefix) }));
    const plan = planReplicas([...records.items.values()], networks, made);
    for (const { network, driver } of plan.taken)
      tell(network.id, 'a network of another host can not be made here: its name is taken', {
        network: network.name,
        driver,
      });
    const results = await Promise.allSettled([note(plan), each(plan.drop, dropWhenEmpty), each(plan.create, create)]);
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  let failure = '';
  const loop = startLoop({
    sync: async () => {
      await sync();
      failure = '';
    },
    clock,
    minDelay: 20,
    firstBackoff: 500,
    maxBackoff: 10_000,
    resync: 60_000,
    signal,
    onFailure: (error, retryIn) => {
      const message = error instanceof Error ? error.message : String(error);
      if (!signal.aborted && message !== failure)
        log('warn', 'the networks of all hosts could not be brought to this engine', { error: message, retryIn });
      failure = message;
    },
  });
  records.onChange(() => loop.poke());
  const following = follow(engine, clock, () => loop.poke(), signal).catch((error: unknown) => {
    if (!isFault(error)) throw error;
  });
  return { poke: () => loop.poke(), stopped: Promise.all([loop.stopped, following]).then(() => undefined) };
}

const subjectOf = (engineId: string, name: string): string => `${name} ${engineId.slice(0, 12)}`;

const lostName = (engineId: string, name: string, winner: NetworkRecord, users: number) =>
  ({
    kind: 'network-lost-name',
    subject: subjectOf(engineId, name),
    message: `The network ${name} (${engineId.slice(0, 12)}) was made here and on ${winner.createdBy} at once; that of ${winner.createdBy} has the name, and ${users} containers here are on the other one.`,
    hint: `Start those containers anew: docker network disconnect -f ${engineId.slice(0, 12)} CONTAINER. Once none is on it, the network of ${winner.createdBy} takes its place.`,
  }) as const;

async function follow(engine: ReplicaEngine, clock: Clock, poke: () => void, signal: AbortSignal): Promise<void> {
  for await (const news of engine.events({ types: ['network', 'container'], clock, signal })) {
    if (news.kind === 'connected') poke();
    else if (news.kind === 'event' && telling.has(`${news.event.type} ${news.event.action}`)) poke();
  }
}
