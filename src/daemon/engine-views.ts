/** What the network plane's sweepers see of the engine, made of what the engine answers. */
import type { EnginePools } from '../../plugins/ipam/index.ts';
import type { EngineNetworkView, EngineView } from '../../plugins/network/index.ts';
import type { Docker, EngineNetwork, Labels } from '../host/docker.ts';

/** `clocker`, or the managed plugin with its tag. */
const isClocker = (driver: string): boolean => driver === 'clocker' || driver.startsWith('clocker:');

export const engineView = (docker: Docker): EngineView => ({
  networks: async () => {
    const ours = (await docker.networks()).filter(({ driver }) => isClocker(driver));
    if (ours.length === 0) return [];
    const [labels, found] = await Promise.all([
      containerLabels(docker),
      Promise.all(ours.map(({ id }) => docker.network(id))),
    ]);
    return found.flatMap((network) => (network === undefined ? [] : viewOf(network, labels)));
  },
});

async function containerLabels(docker: Docker): Promise<ReadonlyMap<string, Labels>> {
  return new Map((await docker.containers()).map(({ id, labels }) => [id, labels]));
}

const viewOf = (
  { id, name, labels, containers }: EngineNetwork,
  known: ReadonlyMap<string, Labels>,
): EngineNetworkView => ({
  id,
  name,
  labels,
  endpoints: Object.entries(containers).map(([container, { name: called, endpoint }]) => {
    const of = known.get(container);
    // An endpoint that is not in a container yet has none to tell of.
    return of === undefined
      ? { id: endpoint }
      : { id: endpoint, container: { id: container, name: called, labels: of, aliases: [] } };
  }),
});

export const enginePools = (docker: Docker): EnginePools => ({
  subnets: async () =>
    (await docker.networks())
      .filter(({ ipamDriver }) => isClocker(ipamDriver))
      .flatMap(({ pools }) => pools.map(({ subnet }) => subnet)),
});
