/** What is seen of each entity, written to the store whenever it changed. Containers tell most; groups sum up. */
import { isFault } from '../diagnostic/fault.ts';
import {
  applicationLabel,
  derivedOf,
  enrichedSensors,
  entityLabel,
  groupSensors,
  hostOf,
  sensorsOf,
} from '../deploy/index.ts';
import type { Deployment, Instance, SensorOf, Sensors } from '../deploy/index.ts';
import type { Docker, EngineContainer, EngineNetwork } from '../host/docker.ts';
import { startLoop } from '../reconcile/loop.ts';
import type { Loop } from '../reconcile/loop.ts';
import type { Value } from '../model/value.ts';
import { textAt } from '../shape/index.ts';
import type { Operation, Store } from '../store/index.ts';
import type { ApplicationStore } from './application-store.ts';
import { createDeployments } from './deployments.ts';
import type { Log, RuntimeClock } from './host.ts';
import type { EngineNewsFeed } from './engine-news.ts';
import { plainValue } from './plain-value.ts';
import { statusKey } from './records.ts';
import type { StatusRecord } from './records.ts';

export type StatusOptions = {
  readonly engine: Pick<Docker, 'apiVersion' | 'containers' | 'container' | 'networks' | 'volumes'>;
  readonly store: Store;
  readonly records: ApplicationStore;
  readonly news: EngineNewsFeed;
  readonly node: string;
  readonly address: string;
  /** What is told of an entity besides what the engine knows: by its commands, and by policies. */
  readonly told?: (application: string, instance: string) => ReadonlyMap<string, Value>;
  readonly clock: RuntimeClock;
  readonly log: Log;
  readonly signal: AbortSignal;
};

/** Milliseconds: news come in bursts; what nobody told is found after a minute. */
const timing = { minDelay: 250, firstBackoff: 1000, maxBackoff: 15_000, resync: 60_000 };
/** Operations in one transaction; the store takes 128. */
const batchSize = 100;

export type Status = Loop & {
  /** Looks now, besides the loop. Throws where the loop would try again. */
  look(): Promise<void>;
};

export function startStatus(options: StatusOptions): Status {
  const { news, clock, log, signal } = options;
  const sync = oneAtATime(createStatusSync(options));
  let isTold = false;
  const loop = startLoop({
    ...timing,
    clock,
    signal,
    sync: async () => {
      if (news.isConnected) await sync();
      isTold = false;
    },
    onFailure: (error) => {
      if (!isTold)
        log(isFault(error) ? 'warn' : 'error', 'looking at the applications failed', { error: String(error) });
      isTold = true;
    },
  });
  const stop = news.listen(() => loop.poke());
  signal.addEventListener('abort', stop, { once: true });
  return { ...loop, look: sync };
}

/** Each call begins after the one before has ended, so that it sees what was done before it was made. */
function oneAtATime(run: () => Promise<void>): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return () => {
    last = last.then(run, run);
    return last;
  };
}

/** One look. What was written before is remembered, so that only changes are. */
export function createStatusSync(
  options: Omit<StatusOptions, 'news' | 'clock' | 'log' | 'signal'>,
): () => Promise<void> {
  const { engine, store, records, node } = options;
  const deployments = createDeployments(engine, records);
  let written: Map<string, string> | undefined;

  const readWritten = async (): Promise<Map<string, string>> => {
    const mine = await records.statuses();
    return new Map(
      mine
        .filter((status) => status.node === node)
        .map((status) => [statusKey(status.application, status.instance), JSON.stringify(status)]),
    );
  };

  return async () => {
    written ??= await readWritten();
    const mine = (await records.list()).filter((record) => record.node === node);
    const seen = mine.length === 0 ? nothing : await look(engine);
    const wanted = new Map<string, string>();
    for (const record of mine) {
      const deployment = await deployments.of(record);
      for (const status of deployment === undefined ? [] : statusesOf(deployment, seen, options))
        wanted.set(statusKey(record.name, status.instance), JSON.stringify(status));
    }
    const puts = [...wanted].filter(([key, value]) => written?.get(key) !== value);
    const removals = [...written.keys()].filter((key) => !wanted.has(key));
    const operations: Operation[] = [
      ...puts.map(([key, value]): Operation => ({ op: 'put', key, value })),
      ...removals.map((key): Operation => ({ op: 'delete', key })),
    ];
    for (let from = 0; from < operations.length; from += batchSize)
      await store.transact([], operations.slice(from, from + batchSize));
    written = wanted;
    deployments.keep(mine);
  };
}

type Seen = {
  /** By application and instance. */
  readonly containers: ReadonlyMap<string, EngineContainer>;
  readonly networks: readonly EngineNetwork[];
  readonly volumes: ReadonlySet<string>;
};

const nothing: Seen = { containers: new Map(), networks: [], volumes: new Set() };
const containerKey = (application: string, instance: string): string => JSON.stringify([application, instance]);

async function look(engine: StatusOptions['engine']): Promise<Seen> {
  const [summaries, networks, volumes] = await Promise.all([
    engine.containers([applicationLabel]),
    engine.networks(),
    engine.volumes(),
  ]);
  const containers = new Map<string, EngineContainer>();
  for (const container of await Promise.all(summaries.map(({ id }) => engine.container(id)))) {
    if (container === undefined) continue;
    const { labels } = container;
    const key = containerKey(textAt(labels, applicationLabel) ?? '', textAt(labels, entityLabel) ?? '');
    if (containers.get(key)?.running !== true) containers.set(key, container);
  }
  return { containers, networks, volumes: new Set(volumes.map(({ name }) => name)) };
}

type About = Pick<StatusOptions, 'node' | 'address' | 'told'>;

function statusesOf(deployment: Deployment, seen: Seen, { node, address, told }: About): readonly StatusRecord[] {
  const { application, instances } = deployment;
  const sensors = new Map<string, Sensors>();
  const sensorsFor = (instance: Instance): Sensors => {
    const known = sensors.get(instance.id);
    if (known !== undefined) return known;
    const made = new Map([...make(instance), ...(told?.(application, instance.id) ?? [])]);
    sensors.set(instance.id, made);
    return made;
  };
  const enriched = new Map<string, Sensors>();
  /** With what enrichers make of others. While those of one are being made, it has none: a circle tells nothing. */
  const enrichedFor = (instance: Instance): Sensors => {
    const known = enriched.get(instance.id);
    if (known !== undefined) return known;
    enriched.set(instance.id, sensorsFor(instance));
    const all = new Map([...sensorsFor(instance), ...enrichedSensors(instance, instances, tell)]);
    enriched.set(instance.id, all);
    return all;
  };
  const tell = (id: string, name: string): Value | undefined => {
    const found = instances.get(id);
    const own = found === undefined ? undefined : sensorsFor(found).get(name);
    return own ?? (found === undefined ? undefined : enrichedFor(found).get(name));
  };
  const make = (instance: Instance): Sensors => {
    if (instance.kind === 'container')
      return sensorsOf(seen.containers.get(containerKey(application, instance.id)), {
        host: address,
        isJob: deployment.jobs.has(instance.id),
      });
    const host = hostOf(instances, instance);
    if (host !== undefined) return hostedSensors(sensorsFor(host));
    if (instance.kind === 'network') return networkSensors(deployment, instance, seen);
    if (instance.kind === 'volume')
      return presence(seen.volumes.has(nameIn(deployment.volumes, instance)), 'The volume is not there.');
    const inside = [...instances.values()].filter(({ parent }) => parent === instance.id);
    return inside.length === 0 && instance.kind !== 'cluster' && instance.kind !== 'application'
      ? presence(true, '')
      : groupSensors(inside.map((each) => [each.id, sensorsFor(each)]));
  };
  const sensor: SensorOf = ({ instance, sensor: name }) => tell(instance, name);
  return [...instances.values()].map((instance) => ({
    application,
    instance: instance.id,
    planId: instance.planId,
    name: instance.name,
    type: instance.type,
    kind: instance.kind,
    ...(instance.parent === undefined ? {} : { parent: instance.parent }),
    node,
    sensors: Object.fromEntries(
      [...enrichedFor(instance), ...derivedOf(deployment, instance, sensor)].map(([name, value]) => [
        name,
        plainValue(value),
      ]),
    ),
  }));
}

/** Software tells what its container does, as far as it is about itself. */
const hostedSensors = (sensors: Sensors): Sensors =>
  new Map([...sensors].filter(([name]) => /^(?:service\.|host\.)/.test(name)));

const nameIn = (named: readonly { readonly id: string; readonly name: string }[], { planId }: Instance): string =>
  named.find(({ id }) => id === planId)?.name ?? planId;

const presence = (isThere: boolean, reason: string): Sensors =>
  new Map<string, boolean | string | Map<string, string>>([
    ['service.state', isThere ? 'running' : 'destroyed'],
    ['service.isUp', isThere],
    ['service.notUp.indicators', new Map(isThere ? [] : [['engine', reason]])],
  ]);

/** Names the original Clocker had. */
function networkSensors(deployment: Deployment, instance: Instance, seen: Seen): Sensors {
  const name = nameIn(deployment.networks, instance);
  const network = seen.networks.find((each) => each.name === name);
  if (network === undefined) return presence(false, 'The network is not there.');
  return new Map([
    ...presence(true, ''),
    ['network.name', name],
    ['network.id', network.id],
    ['network.allocated', network.pools.map(({ subnet }) => subnet)],
  ]);
}
