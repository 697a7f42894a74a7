/** Networks and what is on them, from their records; made and removed by the engine. */
import type { BodyOf, EndpointView, NetworkView } from '../../api/index.ts';
import { Fault } from '../../diagnostic/fault.ts';
import type { EndpointRecord, NetworkRecord } from '../../model/network/records.ts';
import type { Store } from '../../store/index.ts';
import type { ServerDeps } from '../deps.ts';
import type { Handlers } from '../handler.ts';
import type { SwarmNetwork } from '../../model/network/swarm.ts';
import { readEndpoints, readNetworks, readSwarmNetworks } from '../network-records.ts';

type NetworkHandlers = Pick<Handlers, 'listNetworks' | 'createNetwork' | 'getNetwork' | 'removeNetwork'>;

export function networkHandlers({ store, networks, swarm }: ServerDeps): NetworkHandlers {
  return {
    listNetworks: async () => {
      const [records, endpoints] = await Promise.all([readAll(store), readEndpoints(store)]);
      return records.map((record) => networkView(record, endpoints));
    },
    createNetwork: async ({ body }) => {
      if (body.swarm === true) return networkView(recordOf(await swarm.create(swarmWish(body))), []);
      const id = await networks.createNetwork(creationOf(body));
      const record = (await readNetworks(store)).find((each) => each.id === id);
      if (record === undefined)
        throw new Fault('network-unknown', `The network ${body.name} was made and is gone again.`);
      return networkView({ ...record, name: record.name ?? body.name }, []);
    },
    getNetwork: async ({ params }) => {
      const [record, endpoints] = await Promise.all([requireNetwork(store, params.network), readEndpoints(store)]);
      const own = endpoints.filter(({ network }) => network === record.id);
      return { network: networkView(record, endpoints), endpoints: own.map(endpointView) };
    },
    removeNetwork: async ({ params }) => {
      const made = (await readSwarmNetworks(store)).find(({ name, id }) => [name, id].includes(params.network));
      if (made !== undefined && (await swarm.remove(made.name))) return undefined;
      const record = await requireNetwork(store, params.network);
      await networks.removeNetwork(record.id);
      return undefined;
    },
  };
}

type Known = NetworkRecord & { readonly swarm?: true };

/** A swarm's network is here before the first of its tasks, and after the last. */
async function readAll(store: Store): Promise<readonly Known[]> {
  const [records, made] = await Promise.all([readNetworks(store), readSwarmNetworks(store)]);
  const byId = new Map(made.map((network) => [network.id, network]));
  const there = new Set(records.map(({ id }) => id));
  return [
    ...records.map((record): Known => {
      const network = byId.get(record.id);
      return network === undefined ? record : { ...record, name: network.name, labels: network.labels, swarm: true };
    }),
    ...made.filter(({ id }) => id === undefined || !there.has(id)).map(recordOf),
  ];
}

/** As it will be on the engines. */
const recordOf = ({ id, name, pools, options, labels, internal, createdBy, createdAt }: SwarmNetwork): Known => ({
  id: id ?? '',
  name,
  labels,
  options,
  internal,
  pools: pools.map(({ cidr }) => ({ pool: '', cidr })),
  gatewayIndex: 0,
  portMode: options['clocker.ports'] === 'routed' ? 'routed' : 'bridge',
  natOutgoing: true,
  createdBy,
  createdAt,
  swarm: true,
});

const swarmWish = (body: BodyOf<'createNetwork'>) => ({
  name: body.name,
  subnets: body.subnets ?? [],
  ranges: body.ranges ?? [],
  gateways: body.gateways ?? [],
  ipv6: body.ipv6 ?? false,
  internal: body.internal ?? false,
  options: body.options ?? {},
  labels: body.labels ?? {},
});

/** By id, name, or the beginning of an id. */
async function requireNetwork(store: Store, name: string): Promise<Known> {
  const records = await readAll(store);
  const exact = records.find((record) => record.id === name || record.name === name);
  const begun = name.length >= 4 ? records.filter((record) => record.id.startsWith(name)) : [];
  const found = exact ?? (begun.length === 1 ? begun[0] : undefined);
  if (found !== undefined) return found;
  throw new Fault('network-unknown', `There is no Clocker network called ${name.slice(0, 200)}.`, {
    hint: 'clocker network ls shows those there are.',
  });
}

const networkView = (record: Known, endpoints: readonly EndpointRecord[]): NetworkView => ({
  id: record.id,
  ...(record.name === undefined ? {} : { name: record.name }),
  subnets: record.pools.map(({ cidr }) => cidr),
  internal: record.internal,
  portMode: record.portMode,
  endpoints: endpoints.filter(({ network }) => network === record.id).length,
  options: record.options,
  labels: record.labels ?? {},
  createdBy: record.createdBy,
  createdAt: record.createdAt,
  ...(record.swarm === true ? { swarm: true } : {}),
});

const endpointView = (record: EndpointRecord): EndpointView => ({
  id: record.id,
  network: record.network,
  node: record.node,
  ...(record.container === undefined ? {} : { container: record.container.name }),
  addresses: [record.ipv4, record.ipv6].flatMap((address) => address ?? []),
  mac: record.mac,
  interface: record.interface,
  state: record.state,
});

/** As `docker network create -d clocker --ipam-driver clocker` sends it. */
function creationOf(body: BodyOf<'createNetwork'>): Readonly<Record<string, unknown>> {
  const subnets = body.subnets ?? [];
  const config = subnets.map((Subnet, index) => ({
    Subnet,
    ...(body.ranges?.[index] === undefined ? {} : { IPRange: body.ranges[index] }),
    ...(body.gateways?.[index] === undefined ? {} : { Gateway: body.gateways[index] }),
  }));
  return {
    Name: body.name,
    CheckDuplicate: true,
    Driver: 'clocker',
    Internal: body.internal ?? false,
    EnableIPv6: body.ipv6 ?? subnets.some((subnet) => subnet.includes(':')),
    Options: body.options ?? {},
    Labels: body.labels ?? {},
    IPAM: { Driver: 'clocker', ...(config.length === 0 ? {} : { Config: config }) },
  };
}
