/** The engine as the sweepers see it: networks of the clocker driver, and what is attached. */
import type { EnginePools } from '../../plugins/ipam/index.ts';
import type { ConnectionsView, EngineEndpoint, EngineNetworkView, EngineView } from '../../plugins/network/index.ts';
import { clockOfHost } from '../host/clock.ts';
import type { Docker, EngineContainer, EngineNetwork } from '../host/docker.ts';
import { listIdOf } from '../model/network/engine-list.ts';
import type { ContainerNames } from '../model/network/records.ts';

type Engine = Pick<Docker, 'networks' | 'network' | 'container'>;

const isClocker = (driver: string): boolean => driver === 'clocker' || driver.startsWith('clocker:');

export const engineView = (engine: Engine): EngineView & EnginePools => ({
  networks: async () => {
    const own = (await engine.networks()).filter(({ driver }) => isClocker(driver));
    const views = await Promise.all(own.map(({ id }) => viewOf(engine, id)));
    return views.flatMap((view) => view ?? []);
  },
  listId: async () => listIdOf(await engine.networks()),
  subnets: async () =>
    (await engine.networks())
      .filter(({ ipamDriver }) => isClocker(ipamDriver))
      .flatMap(({ pools }) => pools.map(({ subnet }) => subnet)),
});

async function viewOf(engine: Engine, id: string): Promise<EngineNetworkView | undefined> {
  const network = await engine.network(id);
  if (network === undefined) return undefined;
  const endpoints = await Promise.all(
    Object.entries(network.containers).map(([container, { endpoint }]) =>
      endpointOf(engine, container, endpoint, network),
    ),
  );
  const { name, labels } = network;
  return { id, name, labels, endpoints };
}

async function endpointOf(
  engine: Engine,
  container: string,
  endpoint: string,
  network: EngineNetwork,
): Promise<EngineEndpoint> {
  const found = await engine.container(container);
  const attachment = found?.attachments.find(({ networkId }) => networkId === network.id);
  if (found === undefined || attachment === undefined) return { id: endpoint };
  return { id: endpoint, container: namesOf(found, attachment.aliases) };
}

export const namesOf = (
  { id, name, labels, nameservers }: EngineContainer,
  aliases: readonly string[],
): ContainerNames => ({ id, name, labels, aliases, ...(nameservers.length === 0 ? {} : { nameservers }) });

type Connected = Pick<Docker, 'events' | 'network' | 'summaries'>;

/** Connections of containers, and whose they are, for labels. */
export const connectionsView = (engine: Connected): ConnectionsView => ({
  async *connections(signal) {
    for await (const news of engine.events({ types: ['network'], clock: clockOfHost, signal })) {
      if (news.kind === 'connected') yield undefined;
      else if (news.kind === 'event' && news.event.action === 'connect') yield news.event.id;
    }
  },
  endpoints: async (id) => {
    const network = await engine.network(id);
    if (network === undefined || !isClocker(network.driver)) return new Map();
    return new Map(Object.entries(network.containers).map(([container, { endpoint }]) => [endpoint, container]));
  },
  containers: (ids) => engine.summaries(ids),
});
