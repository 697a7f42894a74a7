/** What an engine has to do so that it has the networks all engines share. Pure. */
import { listIdOf, wasRemoved } from '../../src/model/network/engine-list.ts';
import { isSwarmId, networkOption } from '../../src/model/network/names.ts';
import type { EngineNetwork, NetworkRecord } from '../../src/model/network/records.ts';
import { managedPlugin } from '../../src/model/network/swarm.ts';
import { winners, type RankedNetwork } from '../../src/model/network/winner.ts';

/** A network of the engine, of whatever driver. */
export type EngineSide = {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
};

/** A network this host's engine was asked to make, by its id there. */
export type MadeNetwork = EngineNetwork & { readonly engineId: string };

export type Drop = {
  readonly engineId: string;
  readonly name: string;
  /** In words, after "was". */
  readonly why: string;
  /** The network that has the name instead. */
  readonly winner?: NetworkRecord;
};

export type ReplicaPlan = {
  /** Networks made here, of which the others don't know name or labels yet. */
  readonly publish: readonly Pick<Required<NetworkRecord>, 'id' | 'name' | 'labels'>[];
  /** Those the engine shows for the first time. */
  readonly seen: readonly Required<Pick<MadeNetwork, 'engineId' | 'seenIn'>>[];
  readonly create: readonly NetworkRecord[];
  /** To be removed once no container, running or not, is on it. */
  readonly drop: readonly Drop[];
  /** Networks that can't be made here, because the engine has another one of that name. */
  readonly taken: readonly { readonly network: NetworkRecord; readonly driver: string }[];
};

const isClocker = ({ driver, id }: EngineSide): boolean =>
  driver === 'clocker' || (driver === managedPlugin && isSwarmId(id));

/** The network this one of the engine is, on whatever host it was made. */
export const sharedId = ({ id, options }: EngineSide): string =>
  Object.hasOwn(options, networkOption) ? (options[networkOption] ?? id) : id;

const sameJson = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** `made`: what this host's records say of its engine. */
export function planReplicas(
  records: readonly RankedNetwork[],
  engine: readonly EngineSide[],
  made: readonly MadeNetwork[] = [],
): ReplicaPlan {
  const list = listIdOf(engine);
  const byId = new Map(records.map(({ value }) => [value.id, value]));
  const ours = engine.filter((one) => isClocker(one) && byId.has(sharedId(one)));
  const published = records.map(({ value, created }) => ({ value: withName(value, ours), created }));
  const winning = winners(published);
  const here = new Map<string, EngineSide[]>();
  for (const one of ours) here.set(sharedId(one), [...(here.get(sharedId(one)) ?? []), one]);
  // What somebody removed here is not made again: the sweeper takes it off the records, and from the other hosts.
  const removed = new Set(made.filter((one) => wasRemoved(one, list, engine)).map(({ network }) => network));
  const missing = [...winning.values()].filter(({ id }) => !here.has(id) && !removed.has(id));
  const obstacles = (name: string | undefined): readonly EngineSide[] => engine.filter((one) => one.name === name);
  return {
    publish: published.flatMap(({ value }) => {
      const { id, name, labels = {} } = value;
      const before = byId.get(id);
      const isNew = name !== undefined && (before?.name !== name || !sameJson(before.labels ?? {}, labels));
      // A swarm's network has other labels on a manager than where its tasks are: the first to tell is believed.
      return isNew && !(isSwarmId(id) && before?.name === name) ? [{ id, name, labels }] : [];
    }),
    seen: made.flatMap(({ engineId, seenIn }) =>
      list !== undefined && seenIn !== list && engine.some(({ id }) => id === engineId)
        ? [{ engineId, seenIn: list }]
        : [],
    ),
    create: missing.filter(({ name }) => obstacles(name).length === 0),
    drop: ours.flatMap((one) => dropOf(one, byId, winning, here)),
    taken: missing.flatMap((network) => {
      const other = obstacles(network.name).find((one) => !ours.includes(one));
      return other === undefined ? [] : [{ network, driver: other.driver }];
    }),
  };
}

/** Only the engine where it was made tells a network's name: the others have copies. */
function withName(network: NetworkRecord, ours: readonly EngineSide[]): NetworkRecord {
  const made = ours.find(({ id }) => id === network.id);
  return made === undefined ? network : { ...network, name: made.name, labels: made.labels };
}

function dropOf(
  one: EngineSide,
  byId: ReadonlyMap<string, NetworkRecord>,
  winning: ReadonlyMap<string, NetworkRecord>,
  here: ReadonlyMap<string, readonly EngineSide[]>,
): readonly Drop[] {
  const id = sharedId(one);
  const network = byId.get(id);
  if (network === undefined || isSwarmId(id)) return [];
  const drop = (why: string): readonly Drop[] => [{ engineId: one.id, name: one.name, why }];
  if (network.removedAt !== undefined) return drop('removed on another host');
  const winner = winning.get(one.name);
  if (winner !== undefined && winner.id !== id)
    return drop(`made on ${winner.createdBy} before`).map((one) => ({ ...one, winner }));
  // Two copies of one network: the original stays, else the first.
  const [first] = [...(here.get(id) ?? [])].sort((a, b) => rank(a, id) - rank(b, id) || (a.id < b.id ? -1 : 1));
  return first !== undefined && first.id !== one.id ? drop('here twice') : [];
}

const rank = (one: EngineSide, id: string): number => (one.id === id ? 0 : 1);

/** The body of the engine's `POST /networks/create` for a copy: neither published again, nor given another subnet. */
export function replicaBody(network: NetworkRecord): Readonly<Record<string, unknown>> {
  const share = { [networkOption]: network.id };
  return {
    Name: network.name,
    CheckDuplicate: true,
    Driver: 'clocker',
    Internal: network.internal,
    EnableIPv6: network.pools.some(({ cidr }) => cidr.includes(':')),
    Labels: network.labels ?? {},
    Options: { ...network.options, ...share },
    IPAM: {
      Driver: 'clocker',
      Options: share,
      Config: network.pools.map(({ cidr, range, gateway }) => ({
        Subnet: cidr,
        ...(range === undefined ? {} : { IPRange: range }),
        ...(gateway === undefined ? {} : { Gateway: gateway }),
      })),
    },
  };
}
