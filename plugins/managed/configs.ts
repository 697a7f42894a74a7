/**
 * Keeps the configurations of the swarm's networks on this engine as the store wants them, and says in the store how it
 * is here: also on a node that joins later. Only an engine that is a node of a swarm is touched.
 */
import { isFault } from '../../src/diagnostic/fault.ts';
import { clockOfHost, type Clock } from '../../src/host/clock.ts';
import type { Docker } from '../../src/host/docker.ts';
import { renderJson } from '../../src/model/network/json.ts';
import {
  decodeSwarmNetwork,
  managedPlugin,
  swarmNetworksPrefix,
  swarmReportKey,
  type SwarmReport,
} from '../../src/model/network/swarm.ts';
import { startLoop } from '../../src/reconcile/loop.ts';
import type { Mirror, Store } from '../../src/store/index.ts';
import { configBody, planConfigs } from './plan.ts';

export type ConfigEngine = Pick<Docker, 'info' | 'plugin' | 'networks' | 'createNetwork' | 'removeNetwork' | 'events'>;

export type ConfigsOptions = {
  readonly mirror: Mirror;
  readonly store: Store;
  readonly engine: ConfigEngine;
  readonly node: string;
  readonly log: (level: 'info' | 'warn', message: string, details?: Readonly<Record<string, unknown>>) => void;
  readonly signal: AbortSignal;
  readonly clock?: Clock;
};

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Resolves when the signal has ended it. */
export async function keepConfigs(options: ConfigsOptions): Promise<void> {
  const { mirror, store, engine, node, log, signal } = options;
  const clock = options.clock ?? clockOfHost;
  const wanted = mirror.view(swarmNetworksPrefix, ({ value }) => decodeSwarmNetwork(value));
  const key = swarmReportKey(node);

  async function report(value: SwarmReport | undefined): Promise<void> {
    const told = mirror.get(key)?.value;
    const text = value === undefined ? undefined : renderJson(value);
    if (told === text) return;
    await store.transact([], [text === undefined ? { op: 'delete', key } : { op: 'put', key, value: text }]);
  }

  /** What could not be made, by name of network. */
  async function apply(networks: ReturnType<typeof planConfigs>): Promise<Readonly<Record<string, string>>> {
    const outcome: Record<string, string> = { ...networks.networks };
    for (const id of networks.remove)
      await engine.removeNetwork(id).then(
        () => log('info', 'the configuration of a swarm network is gone from here', { id: id.slice(0, 12) }),
        // In use until the last task has ended: dockerd tells of that network's end, and we look again.
        (error: unknown) => {
          if (!isFault(error, 'docker-refused')) throw error;
        },
      );
    for (const network of networks.create)
      outcome[network.name] = await engine.createNetwork(configBody(network)).then(
        () => '',
        (error: unknown) => {
          if (!isFault(error, 'docker-refused')) throw error;
          return textOf(error);
        },
      );
    return outcome;
  }

  async function sync(): Promise<void> {
    await mirror.ready;
    const info = await engine.info();
    if (!info.swarm) return report(undefined);
    const plugin = (await engine.plugin(managedPlugin))?.enabled === true;
    const plan = planConfigs(
      [...wanted.items.values()].map(({ value }) => value),
      await engine.networks(),
    );
    await report({ swarmNode: info.swarmNode, plugin, networks: await apply(plan) });
  }

  let failure = '';
  const loop = startLoop({
    sync: async () => {
      await sync();
      failure = '';
    },
    clock,
    minDelay: 50,
    firstBackoff: 500,
    maxBackoff: 10_000,
    // Nothing tells a worker's daemon that its engine has joined a swarm.
    resync: 15_000,
    signal,
    onFailure: (error) => {
      const message = textOf(error);
      if (!signal.aborted && message !== failure)
        log('warn', 'the networks of the swarm could not be prepared on this engine', { error: message });
      failure = message;
    },
  });
  wanted.onChange(() => loop.poke());
  for await (const news of engine.events({ types: ['network', 'plugin', 'node'], clock, signal }))
    if (news.kind === 'connected' || (news.kind === 'event' && isTelling(news.event))) loop.poke();
  await loop.stopped;
}

const isTelling = ({ type, action }: { readonly type: string; readonly action: string }): boolean =>
  type === 'plugin' || type === 'node' || action === 'destroy' || action === 'remove';
