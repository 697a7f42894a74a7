/** What an engine of the swarm has to do for the networks made in one step. Pure. */
import { networkOption } from '../../src/model/network/names.ts';
import {
  configNameOf,
  managedPlugin,
  swarmLabel,
  swarmShare,
  type SwarmNetwork,
} from '../../src/model/network/swarm.ts';

/** A network of the engine, of whatever driver. */
export type EngineSide = {
  readonly id: string;
  readonly name: string;
  readonly scope: string;
  readonly driver: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly pools: readonly { readonly subnet: string }[];
};

export type ConfigPlan = {
  readonly create: readonly SwarmNetwork[];
  /** Ids of configurations that nobody wants any more. */
  readonly remove: readonly string[];
  /** By name of network: '' when all is well, else what is in the way. */
  readonly networks: Readonly<Record<string, string>>;
};

const subnetsOf = (pools: readonly { readonly subnet: string }[]): string =>
  pools
    .map(({ subnet }) => subnet)
    .sort()
    .join(' ');

const isMade = (one: EngineSide, { pools }: SwarmNetwork): boolean =>
  subnetsOf(one.pools) === subnetsOf(pools.map(({ cidr }) => ({ subnet: cidr })));

export function planConfigs(wanted: readonly SwarmNetwork[], engine: readonly EngineSide[]): ConfigPlan {
  const ready = wanted.filter(({ pools }) => pools.length > 0);
  const byName = new Map(ready.map((network) => [network.name, network]));
  const ours = engine.filter(({ labels }) => Object.hasOwn(labels, swarmLabel));
  const stale = ours.filter(({ labels, ...one }) => {
    const network = byName.get(labels[swarmLabel] ?? '');
    return network === undefined || !isMade({ labels, ...one }, network);
  });
  const networks: Record<string, string> = {};
  const create: SwarmNetwork[] = [];
  for (const network of ready) {
    const config = engine.find(({ name }) => name === configNameOf(network.name));
    const isOurs = config !== undefined && ours.includes(config);
    const obstacle = obstacleOf(network.name, engine);
    if (obstacle !== undefined) networks[network.name] = obstacle;
    else if (config !== undefined && !isOurs)
      networks[network.name] = `it has another network called ${configNameOf(network.name)}`;
    else if (config === undefined) create.push(network);
    else networks[network.name] = stale.includes(config) ? 'an older configuration of that name is still in use' : '';
  }
  return { create, remove: stale.map(({ id }) => id), networks };
}

/** An engine's own network of the name would hide the swarm's. */
function obstacleOf(name: string, engine: readonly EngineSide[]): string | undefined {
  const other = engine.find((one) => one.name === name && one.scope !== 'swarm');
  if (other === undefined || other.driver === managedPlugin) return undefined;
  return `it has a network called ${name} of the driver ${other.driver}`;
}

/** The body of `POST /networks/create` for the configuration on each node. */
export function configBody({ name, pools, options }: SwarmNetwork): Readonly<Record<string, unknown>> {
  return {
    Name: configNameOf(name),
    CheckDuplicate: true,
    ConfigOnly: true,
    EnableIPv6: pools.some(({ cidr }) => cidr.includes(':')),
    Options: options,
    Labels: { [swarmLabel]: name },
    IPAM: {
      Driver: managedPlugin,
      Options: { [networkOption]: swarmShare(name) },
      Config: pools.map(({ cidr, range, gateway }) => ({
        Subnet: cidr,
        ...(range === undefined ? {} : { IPRange: range }),
        ...(gateway === undefined ? {} : { Gateway: gateway }),
      })),
    },
  };
}

/** The same for the network itself, once, on a manager. */
export const swarmBody = ({ name, labels, internal }: SwarmNetwork): Readonly<Record<string, unknown>> => ({
  Name: name,
  CheckDuplicate: true,
  Driver: managedPlugin,
  Scope: 'swarm',
  Attachable: true,
  Internal: internal,
  Labels: labels,
  ConfigFrom: { Network: configNameOf(name) },
});
