/** Both drivers of one host on a real socket, as dockerd meets them; hosts that are given one store are a cluster. */
import { onTestFinished } from 'vitest';
import type { Taken } from '../../../plugins/ipam/index.ts';
import { openMemoryStore, type MemoryStore, type Store } from '../../../src/store/index.ts';
import { begin, startPluginHost, type PluginHost } from '../../support/plugin-host.ts';

export type Host = {
  readonly host: PluginHost;
  /** Throws an error with the text dockerd would show. */
  call(method: string, body?: unknown): Promise<Readonly<Record<string, unknown>>>;
  /** Gives the PoolID. */
  pool(subnet?: string, range?: string, isIpv6?: boolean): Promise<string>;
  address(poolId: string, address?: string, options?: Readonly<Record<string, string>>): Promise<string>;
  release(poolId: string, address: string): Promise<void>;
  network(id: string, ...subnets: readonly string[]): Promise<void>;
  /** An endpoint with this address, and joined. */
  attach(network: string, id: string, address: string): Promise<void>;
  detach(network: string, id: string): Promise<void>;
};

export const now = begin;
export const gateway = { RequestAddressType: 'com.docker.network.gateway' };
export const memoryStore = (): MemoryStore => {
  const store = openMemoryStore();
  onTestFinished(() => store.close());
  return store;
};

export async function serveHost(store: Store, node = 'host1', taken: readonly Taken[] = []): Promise<Host> {
  const host = await startPluginHost(store, { node, world: { now, taken } });
  return callsOf(host, async (method, body) => {
    const { status, body: reply, text } = await host.call(method, body);
    if (status === 200) return reply;
    throw new Error(typeof reply['Error'] === 'string' && reply['Error'] !== '' ? reply['Error'] : `No text: ${text}`);
  });
}

function callsOf(host: PluginHost, call: Host['call']): Host {
  const endpoint = (network: string, id: string): object => ({ NetworkID: network, EndpointID: id });
  return {
    host,
    call,
    pool: async (Pool = '', SubPool = '', V6 = false) =>
      String(
        (await call('IpamDriver.RequestPool', { AddressSpace: 'clockerLocal', Pool, SubPool, Options: null, V6 }))[
          'PoolID'
        ],
      ),
    address: async (PoolID, Address = '', Options = {}) =>
      String((await call('IpamDriver.RequestAddress', { PoolID, Address, Options }))['Address']),
    release: async (PoolID, Address) => void (await call('IpamDriver.ReleaseAddress', { PoolID, Address })),
    network: async (NetworkID, ...subnets) => {
      const data = (isIpv6: boolean): object[] =>
        subnets
          .filter((subnet) => subnet.includes(':') === isIpv6)
          .map((Pool) => ({ AddressSpace: 'clockerLocal', Pool, Gateway: isIpv6 ? '::/0' : '0.0.0.0/0' }));
      await call('NetworkDriver.CreateNetwork', {
        NetworkID,
        Options: {},
        IPv4Data: data(false),
        IPv6Data: data(true),
      });
    },
    attach: async (network, id, Address) => {
      await call('NetworkDriver.CreateEndpoint', { ...endpoint(network, id), Interface: { Address } });
      await call('NetworkDriver.Join', endpoint(network, id));
    },
    detach: async (network, id) => {
      await call('NetworkDriver.Leave', endpoint(network, id));
      await call('NetworkDriver.DeleteEndpoint', endpoint(network, id));
    },
  };
}
