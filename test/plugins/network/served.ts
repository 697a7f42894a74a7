/** The network driver of one host on a real socket, with a store in memory and a gate that notes what it is told. */
import { onTestFinished } from 'vitest';
import type { EndpointGate } from '../../../plugins/network/index.ts';
import { decodeEndpoint, decodeNetwork } from '../../../src/model/network/decode.ts';
import { endpointKey, networkKey } from '../../../src/model/network/keys.ts';
import type { EndpointRecord, NetworkRecord } from '../../../src/model/network/records.ts';
import { openMemoryStore, type MemoryStore } from '../../../src/store/index.ts';
import type { PluginReply } from '../../support/plugin-client.ts';
import { begin, startPluginHost, type PluginHost } from '../../support/plugin-host.ts';

export type Served = PluginHost & {
  readonly store: MemoryStore;
  /** `open <id>` and `close <id>`, in the order in which the gate was told. */
  readonly gate: string[];
  /** From now on the gate fails when it is to open. */
  breakGate(error: Error | undefined): void;
  network(id: string): Promise<NetworkRecord | undefined>;
  endpoint(id: string): Promise<EndpointRecord | undefined>;
  /** Fails the test unless the call succeeds. What dockerd asks of IPAM before it is asked as well. */
  ok(method: string, body?: unknown): Promise<PluginReply['body']>;
  /** Fails the test unless the call is refused; gives the text dockerd would show. */
  refused(method: string, body?: unknown): Promise<string>;
};

export const now = begin;
export const networkId = 'c0ffee'.padEnd(64, '0');
export const endpointId = (number: number): string => `e${number.toString(16).padStart(10, '0')}`.padEnd(64, '0');

export async function serveNetworks(
  options: { store?: MemoryStore; node?: string; deadline?: number } = {},
): Promise<Served> {
  const { store = openMemoryStore(), node = 'host1', deadline = 5000 } = options;
  const told: string[] = [];
  const attached = new Set<string>();
  let failure: Error | undefined;
  const gate: EndpointGate = {
    prepare: () => undefined,
    open: ({ id, interface: name }) => {
      if (failure !== undefined) return Promise.reject(failure);
      told.push(`open ${id}`);
      attached.add(name);
      return Promise.resolve();
    },
    close: ({ id, interface: name }) => {
      told.push(`close ${id}`);
      attached.delete(name);
      return Promise.resolve();
    },
  };
  const host = await startPluginHost(store, { node, deadline, world: { now, gate, attached } });
  onTestFinished(() => store.close());
  const ok: Served['ok'] = async (method, body) => {
    for (const [before, request] of prelude(method, body)) await host.call(before, request);
    const reply = await host.call(method, body);
    if (reply.status !== 200) throw new Error(`${method} was refused: ${reply.text}`);
    return reply.body;
  };
  return {
    ...host,
    store,
    gate: told,
    breakGate: (error) => {
      failure = error;
    },
    network: async (id) => decodeNetwork((await store.get(networkKey(id)))?.value ?? ''),
    endpoint: async (id) => decodeEndpoint((await store.get(endpointKey(node, id)))?.value ?? ''),
    ok,
    refused: async (method, body) => {
      const { status, body: reply } = await host.call(method, body);
      if (status === 200) throw new Error(`${method} was not refused.`);
      if (typeof reply['Err'] !== 'string' || reply['Err'] === '' || reply['Error'] !== reply['Err'])
        throw new Error(`${method} was refused without a text for both drivers.`);
      return reply['Err'];
    },
  };
}

type Body = {
  readonly IPv4Data?: readonly { readonly Pool: string }[];
  readonly IPv6Data?: readonly { readonly Pool: string }[];
  readonly Interface?: { readonly Address?: string; readonly AddressIPv6?: string };
};

function prelude(method: string, body: unknown): readonly [string, object][] {
  const { IPv4Data = [], IPv6Data = [], Interface = {} } = (body ?? {}) as Body;
  if (method === 'NetworkDriver.CreateNetwork')
    return [...IPv4Data, ...IPv6Data].map(({ Pool }) => ['IpamDriver.RequestPool', { Pool, V6: Pool.includes(':') }]);
  if (method !== 'NetworkDriver.CreateEndpoint') return [];
  return [Interface.Address, Interface.AddressIPv6].flatMap((address): [string, object][] => {
    if (address === undefined || address === '') return [];
    const PoolID = address.includes(':') ? pool6.Pool : pool4.Pool;
    return [['IpamDriver.RequestAddress', { PoolID, Address: address.split('/')[0] }]];
  });
}

export const pool4 = { AddressSpace: 'clockerLocal', Pool: '198.19.8.0/24', Gateway: '0.0.0.0/0', AuxAddresses: {} };
export const pool6 = { AddressSpace: 'clockerLocal', Pool: 'fd00:8::/64', Gateway: '::/0', AuxAddresses: {} };

/** The subnet of a number, for networks of their own. */
export const pool4Of = (number: number): object => ({ ...pool4, Pool: `198.18.${number}.0/24` });

export const createNetwork = (options: Readonly<Record<string, unknown>> = {}, more: object = {}): object => ({
  NetworkID: networkId,
  Options: { 'com.docker.network.enable_ipv6': false, 'com.docker.network.generic': options },
  IPv4Data: [pool4],
  IPv6Data: [],
  ...more,
});

export const ofEndpoint = (number: number, more: object = {}): object => ({
  NetworkID: networkId,
  EndpointID: endpointId(number),
  ...more,
});

export const withAddress = (number: number, more: object = {}): object =>
  ofEndpoint(number, {
    Interface: { Address: `198.19.8.${number}/32`, AddressIPv6: '', MacAddress: '', ...more },
    Options: { 'com.docker.network.endpoint.exposedports': [], 'com.docker.network.portmap': [] },
  });
