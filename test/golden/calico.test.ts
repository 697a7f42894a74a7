/**
 * What a cluster has in Calico's part of the store, byte for byte: everything Calico's own tools would read, written by
 * the drivers, the registration of hosts and `policy apply`. UPDATE_GOLDEN=1 writes what is expected anew.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkIpam, ensureCluster } from '../../plugins/ipam/index.ts';
import { readResources, toStore } from '../../plugins/policy/index.ts';
import { parseJson, renderJson } from '../../src/model/network/json.ts';
import { nodeKey } from '../../src/model/network/keys.ts';
import { renderNode } from '../../src/model/network/node.ts';
import { openMemoryStore, type Store } from '../../src/store/index.ts';
import { begin, startPluginHost, type PluginHost } from '../support/plugin-host.ts';
import { expectGolden } from '../support/golden.ts';

const folder = join(import.meta.dirname, 'calico');
const networkId = 'c0ffee'.padEnd(64, '0');
const fresh = { uid: 'uid', creationTimestamp: '2026-01-01T00:00:00Z' };

async function ok(host: PluginHost, method: string, body: object): Promise<Readonly<Record<string, unknown>>> {
  const reply = await host.call(method, body);
  if (reply.status !== 200) throw new Error(`${method}: ${reply.text}`);
  return reply.body;
}

async function attach(host: PluginHost, number: number, pools: readonly string[]): Promise<string> {
  const id = `e${number}`.padEnd(64, '0');
  const addresses: string[] = [];
  for (const pool of pools) {
    const { Address } = await ok(host, 'IpamDriver.RequestAddress', { PoolID: pool });
    addresses.push(String(Address));
  }
  const [v4 = '', v6 = ''] = addresses;
  const ids = { NetworkID: networkId, EndpointID: id };
  await ok(host, 'NetworkDriver.CreateEndpoint', {
    ...ids,
    Interface: { Address: v4, AddressIPv6: v6, MacAddress: '' },
    Options: { 'org.projectcalico.label.zone': 'z1' },
  });
  await ok(host, 'NetworkDriver.Join', { ...ids, SandboxKey: `/var/run/docker/netns/${number}` });
  return id;
}

async function detach(host: PluginHost, id: string, store: Store): Promise<void> {
  const { entries } = await store.list('/clocker/v1/addresses/');
  const own = entries.filter(({ value }) => value.includes(id)).map(({ key }) => key.slice(key.lastIndexOf('/') + 1));
  const ids = { NetworkID: networkId, EndpointID: id };
  await ok(host, 'NetworkDriver.Leave', ids);
  await ok(host, 'NetworkDriver.DeleteEndpoint', ids);
  for (const address of own)
    await ok(host, 'IpamDriver.ReleaseAddress', {
      PoolID: address.includes(':') ? 'fd00:8::/64' : '198.19.8.0/24',
      Address: address,
    });
}

const content = async (store: Store): Promise<string> =>
  (await store.list('/calico/')).entries.map(({ key, value }) => `${key}\n  ${value}\n`).join('');

test('a cluster in Calico’s layout', async () => {
  const store = openMemoryStore();
  const host = await startPluginHost(store, { node: 'web-1' });
  await ensureCluster(store, { now: () => begin, uuid: () => 'uid' });
  await store.transact(
    [],
    [
      {
        op: 'put',
        key: nodeKey('web-1'),
        value: renderNode(undefined, 'web-1', { ipv4: '198.18.0.11/24', ipv6: 'fd00:198:18:1::11/64' }, fresh),
      },
    ],
  );
  const pools: string[] = [];
  for (const [Pool, V6] of [
    ['198.19.8.0/24', false],
    ['fd00:8::/64', true],
  ] as const) {
    const reply = await ok(host, 'IpamDriver.RequestPool', { AddressSpace: 'clockerLocal', Pool, V6 });
    pools.push(String(reply['PoolID']));
  }
  await ok(host, 'NetworkDriver.CreateNetwork', {
    NetworkID: networkId,
    Options: { 'com.docker.network.generic': {} },
    IPv4Data: [{ AddressSpace: 'clockerLocal', Pool: '198.19.8.0/24', Gateway: '0.0.0.0/0' }],
    IPv6Data: [{ AddressSpace: 'clockerLocal', Pool: 'fd00:8::/64', Gateway: '::/0' }],
  });
  const ids = [await attach(host, 1, pools), await attach(host, 2, pools.slice(0, 1))];
  const labels = {
    app: 'db',
    'org.projectcalico.label.tier': 'back',
    'not a label': 'x',
    bad: '/a path',
    'clocker-c0ffee000000': '',
  };
  host.world.engine = [
    {
      id: networkId,
      name: 'app',
      labels: {},
      endpoints: ids.map((id, index) => ({ id, container: { id, name: `db${index}`, labels, aliases: [] } })),
    },
  ];
  // A network's name is learned first, and then stands on its endpoints.
  await host.sweep();
  for (const resource of readResources(readFileSync(join(folder, 'policy.yaml'), 'utf8'), 'policy.yaml').value) {
    const { key, value } = toStore(resource, fresh, () => undefined);
    await store.transact([], [{ op: 'put', key, value }]);
  }
  expectGolden(folder, 'running.txt', await content(store));
  expect((await checkIpam(store, begin + 1e9, 0)).problems).toEqual([]);
  for (const { key, value } of (await store.list('/calico/')).entries)
    expect(renderJson(parseJson(value)), key).toBe(value);

  for (const id of ids) await detach(host, id, store);
  expectGolden(folder, 'stopped.txt', await content(store));
  expect((await checkIpam(store, begin + 1e9, 0)).problems).toEqual([]);
});
