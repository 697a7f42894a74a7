/** What the records say about names and askers: the cluster's names, and who is who on this host. */
import { formatAddress, parseAddress } from '../../src/ip/address.ts';
import { parsePrefix, type Prefix } from '../../src/ip/prefix.ts';
import { decodeEndpoint, decodeNetwork } from '../../src/model/network/decode.ts';
import { hostsPrefix, networksPrefix } from '../../src/model/network/keys.ts';
import type { EndpointRecord, NetworkRecord } from '../../src/model/network/records.ts';
import { serviceLabels, serviceOf } from '../../src/model/network/service.ts';
import type { Entry, Mirror } from '../../src/store/index.ts';
import type { KnownNetwork, Names } from './answer.ts';
import { createDirectory, type Member } from './directory.ts';
import type { KnownAsker } from './respond.ts';

export type BookOptions = {
  readonly mirror: Pick<Mirror, 'view' | 'feed'>;
  readonly node: string;
  /** Labels of Clocker's own that name a container. */
  readonly nameLabels: readonly string[];
  /** The host's nameservers now. */
  readonly resolvers: () => readonly string[];
  /** Address at docker_gwbridge, by the last part of the path of the container's network namespace. */
  readonly bridgeAddresses: () => ReadonlyMap<string, string>;
  readonly virtual: Names['virtual'];
};

export type Book = {
  readonly names: Names;
  asker(address: string): KnownAsker | undefined;
  /** Endpoints of this host that are joined. */
  here(): readonly EndpointRecord[];
  onChange(listener: () => void): void;
};

const canonical = (text: string | undefined): string | undefined => {
  const address = text === undefined ? undefined : parseAddress(text);
  return address === undefined ? undefined : formatAddress(address);
};

export const isLoopback = (address: string): boolean => address.startsWith('127.') || address === '::1';
const isShown = ({ state, container }: EndpointRecord): boolean => state === 'joined' && container !== undefined;

export function memberOf(endpoint: EndpointRecord, nameLabels: readonly string[]): Member | undefined {
  const { container } = endpoint;
  if (!isShown(endpoint) || container === undefined) return undefined;
  const labelled = (names: readonly string[]): readonly string[] =>
    names.flatMap((label) => (Object.hasOwn(container.labels, label) ? (container.labels[label] ?? []) : []));
  const service = serviceOf(container);
  const [ipv4, ipv6] = [canonical(endpoint.ipv4), canonical(endpoint.ipv6)];
  return {
    endpoint: endpoint.id,
    network: endpoint.network,
    name: container.name,
    names: [container.id.slice(0, 12), ...container.aliases, ...labelled([...serviceLabels, ...nameLabels])],
    ...(service === undefined ? {} : { service }),
    ...(ipv4 === undefined ? {} : { ipv4 }),
    ...(ipv6 === undefined ? {} : { ipv6 }),
  };
}

type Known = { readonly member: Member | undefined; readonly joined: EndpointRecord | undefined };

const byName = (a: KnownNetwork, b: KnownNetwork): number => {
  const [one, other] = [a.name ?? a.id, b.name ?? b.id];
  return one < other ? -1 : one > other ? 1 : 0;
};

const containerOf = ({ sandboxKey, id }: EndpointRecord): string => sandboxKey ?? id;
export const sandboxName = ({ sandboxKey }: EndpointRecord): string | undefined => sandboxKey?.split('/').at(-1);

export function openBook(options: BookOptions): Book {
  const { mirror, node, nameLabels } = options;
  const networks = mirror.view(networksPrefix, ({ value }) => decodeNetwork(value));
  const ours = `${hostsPrefix}${node}/`;
  /** Of the endpoints of other hosts only what they are called is kept: there may be a great many. */
  const readKnown = ({ key, value }: Entry): Known | undefined => {
    const endpoint = key.includes('/endpoints/') ? decodeEndpoint(value) : undefined;
    if (endpoint === undefined) return undefined;
    const isOurs = key.startsWith(ours) && endpoint.state === 'joined';
    return { member: memberOf(endpoint, nameLabels), joined: isOurs ? endpoint : undefined };
  };
  const directory = createDirectory();
  const local = new Map<string, EndpointRecord>();
  const listeners: (() => void)[] = [];
  let pools: readonly Prefix[] | undefined;

  function take(key: string, known: Known | undefined): void {
    directory.set(key, known?.member);
    if (known?.joined !== undefined) local.set(key, known.joined);
    else if (key.startsWith(ours)) local.delete(key);
  }
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  mirror.feed(hostsPrefix, readKnown, (changes) => {
    let isOurs = false;
    for (const { key, value } of changes) {
      take(key, value);
      isOurs ||= key.startsWith(ours);
    }
    if (isOurs) tell();
  });
  networks.onChange(() => {
    pools = undefined;
    tell();
  });

  const recordOf = (id: string): NetworkRecord | undefined => networks.items.get(`${networksPrefix}${id}`)?.value;
  const knownNetworks = (own: readonly EndpointRecord[]): readonly NetworkRecord[] =>
    [...new Set(own.map(({ network }) => network))].flatMap((id) => recordOf(id) ?? []).sort(byName);

  function askerOf(own: readonly EndpointRecord[], kind: KnownAsker['kind']): KnownAsker {
    const on = knownNetworks(own);
    const given = own
      .flatMap(({ dns, container }) => [...dns, ...(container?.nameservers ?? [])])
      .filter((server) => !isLoopback(server));
    return {
      kind,
      networks: on,
      // The host asks for itself as well.
      mayAskOthers: kind === 'host' || on.some(({ internal }) => !internal),
      servers: kind === 'container' && given.length > 0 ? [...new Set(given)] : options.resolvers(),
    };
  }

  function endpointsOf(address: string): readonly EndpointRecord[] {
    const here = [...local.values()];
    const bridge = options.bridgeAddresses();
    const found = here.find(
      (one) =>
        canonical(one.ipv4) === address ||
        canonical(one.ipv6) === address ||
        bridge.get(sandboxName(one) ?? '') === address,
    );
    return found === undefined ? [] : here.filter((one) => containerOf(one) === containerOf(found));
  }

  return {
    names: {
      directory,
      virtual: options.virtual,
      get pools() {
        pools ??= [...networks.items.values()].flatMap(({ value }) =>
          value.pools.flatMap(({ cidr }) => parsePrefix(cidr) ?? []),
        );
        return pools;
      },
    },
    asker: (address) => {
      if (isLoopback(address)) return askerOf([...local.values()], 'host');
      const own = endpointsOf(address);
      return own.length === 0 ? undefined : askerOf(own, 'container');
    },
    here: () => [...local.values()],
    onChange: (listener) => void listeners.push(listener),
  };
}
