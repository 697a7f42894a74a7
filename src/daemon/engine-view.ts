/** The engine as the sweepers see it: networks of the clocker driver, and what is attached. */
import type { EnginePools } from '../../plugins/ipam/index.ts';
import type { EngineEndpoint, EngineNetworkView, EngineView } from '../../plugins/network/index.ts';
import type { Docker, EngineNetwork } from '../host/docker.ts';

type Engine = Pick<Docker, 'networks' | 'network' | 'container'>;

const isClocker = (driver: string): boolean => driver === 'clocker' || driver.startsWith('clocker:');

export const engineView = (engine: Engine): EngineView & EnginePools => ({
  networks: async () => {
    const own = (await engine.networks()).filter(({ driver }) => isClocker(driver));
    const views = await Promise.all(own.map(({ id }) => viewOf(engine, id)));
    return views.flatMap((view) => view ?? []);
  },
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
  const { id, name, labels } = found;
  return { id: endpoint, container: { id, name, labels, aliases: attachment.aliases } };
}
