/** Networks of an engine. */
import { boolean, dictionary, list, nullable, optional, record, text } from '../../shape/index.ts';
import type { TypeOf } from '../../shape/index.ts';
import { engineText, expectShape, lenient, mostThings } from './answers.ts';
import type { Labels } from './answers.ts';
import { labelFilter } from './filters.ts';
import { segment } from './transport.ts';
import type { VersionedTransport } from './version.ts';

export type EnginePool = {
  readonly subnet: string;
  readonly gateway?: string;
  readonly range?: string;
};

export type EngineNetwork = {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly scope: string;
  readonly internal: boolean;
  readonly ipv6: boolean;
  readonly attachable: boolean;
  readonly labels: Labels;
  readonly options: Labels;
  readonly ipamDriver: string;
  readonly ipamOptions: Labels;
  readonly pools: readonly EnginePool[];
  /** By container id; filled in by `network`, not by `networks`. */
  readonly containers: Readonly<
    Record<string, { readonly name: string; readonly endpoint: string; readonly ipv4: string }>
  >;
};

const text1 = text(engineText);
const texts = optional(nullable(dictionary(text1, mostThings)));

const shape = record(
  {
    Id: text1,
    Name: text1,
    Driver: text1,
    Scope: optional(text1),
    Internal: optional(boolean()),
    EnableIPv6: optional(boolean()),
    Attachable: optional(boolean()),
    Labels: texts,
    Options: texts,
    IPAM: optional(
      record(
        {
          Driver: optional(text1),
          Options: texts,
          Config: optional(
            nullable(
              list(
                record({ Subnet: optional(text1), Gateway: optional(text1), IPRange: optional(text1) }, lenient),
                mostThings,
              ),
            ),
          ),
        },
        lenient,
      ),
    ),
    Containers: optional(
      nullable(
        dictionary(
          record({ Name: optional(text1), EndpointID: optional(text1), IPv4Address: optional(text1) }, lenient),
          mostThings,
        ),
      ),
    ),
  },
  lenient,
);

function networkOf(raw: TypeOf<typeof shape>): EngineNetwork {
  return {
    id: raw.Id,
    name: raw.Name,
    driver: raw.Driver,
    scope: raw.Scope ?? 'local',
    internal: raw.Internal ?? false,
    ipv6: raw.EnableIPv6 ?? false,
    attachable: raw.Attachable ?? false,
    labels: raw.Labels ?? {},
    options: raw.Options ?? {},
    ipamDriver: raw.IPAM?.Driver ?? 'default',
    ipamOptions: raw.IPAM?.Options ?? {},
    pools: (raw.IPAM?.Config ?? []).flatMap(({ Subnet, Gateway, IPRange }) =>
      Subnet === undefined
        ? []
        : [
            {
              subnet: Subnet,
              ...(Gateway === undefined || Gateway === '' ? {} : { gateway: Gateway }),
              ...(IPRange === undefined || IPRange === '' ? {} : { range: IPRange }),
            },
          ],
    ),
    containers: Object.fromEntries(
      Object.entries(raw.Containers ?? {}).map(([id, { Name = '', EndpointID = '', IPv4Address = '' }]) => [
        id,
        { name: Name, endpoint: EndpointID, ipv4: IPv4Address },
      ]),
    ),
  };
}

const created = record({ Id: text1 }, lenient);

const deadline = 30_000;
/** A driver may be asked for a pool and a network, and dockerd repeats a call for up to 30 s. */
const driverDeadline = 60_000;

export type NetworkCalls = {
  networks(labels?: readonly string[]): Promise<readonly EngineNetwork[]>;
  /** By id or name; undefined when there is none. */
  network(name: string): Promise<EngineNetwork | undefined>;
  /** The body of the engine's `POST /networks/create`; answers the id. */
  createNetwork(body: Readonly<Record<string, unknown>>): Promise<string>;
  /** Gone already is as good. */
  removeNetwork(name: string): Promise<void>;
  /** Ids of the containers, running or not, that are on a network or will be when they start. */
  networkUsers(id: string, name: string): Promise<readonly string[]>;
  connectNetwork(network: string, container: string, endpoint: Readonly<Record<string, unknown>>): Promise<void>;
  disconnectNetwork(network: string, container: string): Promise<void>;
};

export const networkCalls = (engine: VersionedTransport): NetworkCalls => ({
  networks: async (labels = []) => {
    const query = labelFilter(labels);
    const { body } = await engine.call({ method: 'GET', path: '/networks', query, deadline });
    return expectShape(list(shape, mostThings), body, 'the list of networks').map(networkOf);
  },
  network: async (name) => {
    const path = `/networks/${segment(name)}`;
    const { status, body } = await engine.call({ method: 'GET', path, deadline, fine: [404] });
    return status === 404 ? undefined : networkOf(expectShape(shape, body, 'a network'));
  },
  createNetwork: async (value) => {
    const body = { kind: 'json', value } as const;
    const answer = await engine.call({ method: 'POST', path: '/networks/create', body, deadline: driverDeadline });
    return expectShape(created, answer.body, 'the creation of a network').Id;
  },
  removeNetwork: async (name) => {
    const path = `/networks/${segment(name)}`;
    await engine.call({ method: 'DELETE', path, deadline: driverDeadline, fine: [404] });
  },
  networkUsers: async (id, name) => {
    // One that never ran knows the network by name only.
    const query = { all: 'true', filters: JSON.stringify({ network: [id, name] }) };
    const { body } = await engine.call({ method: 'GET', path: '/containers/json', query, deadline });
    return expectShape(list(created, mostThings), body, 'the list of containers').map(({ Id }) => Id);
  },
  connectNetwork: async (network, container, endpoint) => {
    const body = { kind: 'json', value: { Container: container, EndpointConfig: endpoint } } as const;
    const path = `/networks/${segment(network)}/connect`;
    await engine.call({ method: 'POST', path, body, deadline: driverDeadline });
  },
  disconnectNetwork: async (network, container) => {
    const body = { kind: 'json', value: { Container: container, Force: false } } as const;
    const path = `/networks/${segment(network)}/disconnect`;
    await engine.call({ method: 'POST', path, body, deadline: driverDeadline, fine: [404] });
  },
});
