/** The network driver of one host on a real socket, with a store in memory and a gate that notes what it is told. */
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { networkDriver, type EndpointGate } from '../../../plugins/network/index.ts';
import { createLocks, openPluginServer, type Handlers } from '../../../plugins/protocol/index.ts';
import { decodeEndpoint, decodeNetwork } from '../../../src/model/network/decode.ts';
import { endpointKey, networkKey } from '../../../src/model/network/keys.ts';
import type { EndpointRecord, NetworkRecord } from '../../../src/model/network/records.ts';
import { openMemoryStore, type MemoryStore } from '../../../src/store/index.ts';
import { pluginClient, type PluginClient, type PluginReply } from '../../support/plugin-client.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

export type Served = PluginClient & {
  readonly store: MemoryStore;
  /** `open <id>` and `close <id>`, in the order in which the gate was told. */
  readonly gate: string[];
  /** From now on the gate fails when it is to open. */
  breakGate(error: Error | undefined): void;
  network(id: string): Promise<NetworkRecord | undefined>;
  endpoint(id: string): Promise<EndpointRecord | undefined>;
  /** Fails the test unless the call succeeds. */
  ok(method: string, body?: unknown): Promise<PluginReply['body']>;
  /** Fails the test unless the call is refused; gives the text dockerd would show. */
  refused(method: string, body?: unknown): Promise<string>;
};

export const now = Date.UTC(2026, 0, 1);
export const networkId = 'c0ffee'.padEnd(64, '0');
export const endpointId = (number: number): string => `e${number.toString(16).padStart(10, '0')}`.padEnd(64, '0');

export async function serveNetworks(
  options: { store?: MemoryStore; node?: string; deadline?: number } = {},
): Promise<Served> {
  const { store = openMemoryStore(), node = 'host1', deadline = 5000 } = options;
  const told: string[] = [];
  let failure: Error | undefined;
  const gate: EndpointGate = {
    open: ({ id }) => {
      if (failure !== undefined) return Promise.reject(failure);
      told.push(`open ${id}`);
      return Promise.resolve();
    },
    close: ({ id }) => {
      told.push(`close ${id}`);
      return Promise.resolve();
    },
  };
  const deps = {
    store,
    node,
    gate,
    locks: createLocks(),
    now: () => now,
    uuid: () => 'uid',
    onNetworks: () => undefined,
  };
  const socket = join(await temporaryDirectory(), 'clocker.sock');
  const server = await openPluginServer({ socket, handlers: networkDriver(deps) as Handlers, deadline });
  const client = pluginClient(socket);
  onTestFinished(async () => {
    client.close();
    await server.close();
    await store.close();
  });
  return {
    ...client,
    store,
    gate: told,
    breakGate: (error) => {
      failure = error;
    },
    network: async (id) => decodeNetwork((await store.get(networkKey(id)))?.value ?? ''),
    endpoint: async (id) => decodeEndpoint((await store.get(endpointKey(node, id)))?.value ?? ''),
    ok: async (method, body) => {
      const reply = await client.call(method, body);
      if (reply.status !== 200) throw new Error(`${method} was refused: ${reply.text}`);
      return reply.body;
    },
    refused: async (method, body) => {
      const { status, body: reply } = await client.call(method, body);
      if (status === 200) throw new Error(`${method} was not refused.`);
      if (typeof reply['Err'] !== 'string' || reply['Err'] === '' || reply['Error'] !== reply['Err'])
        throw new Error(`${method} was refused without a text for both drivers.`);
      return reply['Err'];
    },
  };
}

export const pool4 = { AddressSpace: 'clockerLocal', Pool: '198.19.8.0/24', Gateway: '0.0.0.0/0', AuxAddresses: {} };
export const pool6 = { AddressSpace: 'clockerLocal', Pool: 'fd00:8::/64', Gateway: '::/0', AuxAddresses: {} };

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
