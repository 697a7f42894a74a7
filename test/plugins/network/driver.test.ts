import { describe, expect, test } from 'vitest';
import { renderJson } from '../../../src/model/network/json.ts';
import {
  addressOwnerKey,
  endpointsPrefix,
  gatewaysPrefix,
  networksPrefix,
  profilesPrefix,
  workloadEndpointsPrefix,
} from '../../../src/model/network/keys.ts';
import { hostsPrefix } from '../../../src/model/network/keys.ts';
import { Fault } from '../../../src/diagnostic/fault.ts';
import { openMemoryStore, type MemoryStore, type Store } from '../../../src/store/index.ts';
import {
  createNetwork,
  endpointId,
  networkId,
  ofEndpoint,
  pool4,
  pool4Of,
  pool6,
  serveNetworks,
  withAddress,
  type Served,
} from './served.ts';

const published = [{ Proto: 6, IP: '', Port: 80, HostIP: '', HostPort: 8080, HostPortEnd: 8080 }];

async function withNetwork(options: Readonly<Record<string, unknown>> = {}, more: object = {}): Promise<Served> {
  const served = await serveNetworks();
  await served.ok('NetworkDriver.CreateNetwork', createNetwork(options, more));
  return served;
}

const keysOf = async (served: Served, prefix: string): Promise<readonly string[]> =>
  (await served.store.list(prefix)).entries.map(({ key }) => key);

describe('a network', () => {
  test('is recorded with its profile and a gateway of its own', async () => {
    const served = await withNetwork();
    expect(await served.network(networkId)).toMatchObject({
      id: networkId,
      gatewayIndex: 2,
      portMode: 'bridge',
      natOutgoing: true,
      internal: false,
      pools: [{ pool: 'clk-198-19-8-0-24', cidr: '198.19.8.0/24' }],
    });
    expect(await keysOf(served, profilesPrefix)).toHaveLength(1);
    await served.ok('NetworkDriver.CreateNetwork', createNetwork({}, { NetworkID: 'ab12', IPv4Data: [pool4Of(1)] }));
    expect((await served.network('ab12'))?.gatewayIndex).toBe(3);
  });

  test('§9.8 made twice is made once', async () => {
    const served = await withNetwork();
    const { revision } = served.store;
    expect((await served.call('NetworkDriver.CreateNetwork', createNetwork())).body).toEqual({});
    expect(served.store.revision).toBe(revision);
  });

  test('§9.8 §9.9 goes with everything of it, and once more without a word', async () => {
    const served = await withNetwork();
    await served.ok('NetworkDriver.CreateEndpoint', withAddress(5));
    await served.ok('NetworkDriver.DeleteNetwork', { NetworkID: networkId });
    for (const prefix of [networksPrefix, profilesPrefix, gatewaysPrefix, hostsPrefix, workloadEndpointsPrefix])
      expect(await keysOf(served, prefix)).toEqual([]);
    expect(served.gate).toContain(`close ${endpointId(5)}`);
    expect(await served.ok('NetworkDriver.DeleteNetwork', { NetworkID: networkId })).toEqual({});
  });

  test('with addresses of Docker’s own is refused with the command that works', async () => {
    const served = await serveNetworks();
    const foreign = { ...pool4, AddressSpace: 'LocalDefault' };
    expect(await served.refused('NetworkDriver.CreateNetwork', createNetwork({}, { IPv4Data: [foreign] }))).toContain(
      '--ipam-driver clocker',
    );
    const { AddressSpace: _none, ...nameless } = pool4;
    await served.refused('NetworkDriver.CreateNetwork', createNetwork({}, { IPv4Data: [nameless] }));
    expect(await keysOf(served, '/')).toEqual([]);
  });

  test.each<[string, object]>([
    ['no subnet', { IPv4Data: [] }],
    ['null for a subnet', { IPv4Data: null, IPv6Data: null }],
    ['two subnets of a family', { IPv4Data: [pool4, { ...pool4, Pool: '198.19.9.0/24' }] }],
    ['a subnet that is none', { IPv4Data: [{ ...pool4, Pool: '1.2.3.4/99' }] }],
    ['an id with shell in it', { NetworkID: '$(reboot)' }],
    ['an id with a path in it', { NetworkID: '../../calico/ipam/v2/config' }],
    ['an id that is empty', { NetworkID: '' }],
    ['an id of a megabyte', { NetworkID: 'a'.repeat(1_000_000) }],
    ['a number for an id', { NetworkID: 7 }],
    ['a list for options', { Options: [] }],
  ])('with %s is refused and leaves nothing', async (_what, more) => {
    const served = await serveNetworks();
    await served.refused('NetworkDriver.CreateNetwork', createNetwork({}, more));
    expect(await keysOf(served, '/')).toEqual([]);
  });

  test('keeps a gateway that was given, and only that', async () => {
    const served = await withNetwork({}, { IPv4Data: [{ ...pool4, Gateway: '198.19.8.1/24' }], IPv6Data: [pool6] });
    expect((await served.network(networkId))?.pools.map(({ gateway }) => gateway)).toEqual(['198.19.8.1', undefined]);
  });

  test('50 made at once have 50 gateways', async () => {
    const served = await serveNetworks();
    const ids = Array.from({ length: 50 }, (_, index) => `ab${index}`);
    const make = (NetworkID: string, number: number): Promise<unknown> =>
      served.ok('NetworkDriver.CreateNetwork', createNetwork({}, { NetworkID, IPv4Data: [pool4Of(number)] }));
    await Promise.all(ids.map(make));
    const records = await Promise.all(ids.map((id) => served.network(id)));
    expect(new Set(records.map((record) => record?.gatewayIndex)).size).toBe(50);
  });
});

describe('an endpoint', () => {
  test('gets a MAC from its address, and keeps one that was given', async () => {
    const served = await withNetwork();
    expect(await served.ok('NetworkDriver.CreateEndpoint', withAddress(5))).toEqual({
      Interface: { MacAddress: '02:42:c6:13:08:05' },
    });
    const given = withAddress(6, { MacAddress: '02:AA:00:00:00:06' });
    // A value in the reply that Docker gave itself fails the whole attach.
    expect(await served.ok('NetworkDriver.CreateEndpoint', given)).toEqual({});
    expect((await served.endpoint(endpointId(6)))?.mac).toBe('02:aa:00:00:00:06');
  });

  test('§9.8 made twice is one, with the same answer', async () => {
    const served = await withNetwork();
    const first = await served.ok('NetworkDriver.CreateEndpoint', withAddress(5));
    expect(await served.ok('NetworkDriver.CreateEndpoint', withAddress(5))).toEqual(first);
    expect(await keysOf(served, workloadEndpointsPrefix)).toHaveLength(1);
  });

  test.each<[string, object]>([
    ['no address', { Interface: null }],
    ['an address of another network', { Interface: { Address: '198.19.9.5/32' } }],
    ['an address that is none', { Interface: { Address: '198.19.8.999/32' } }],
    ['a MAC that is none', { Interface: { Address: '198.19.8.5/32', MacAddress: '; reboot' } }],
    ['an unknown network', { NetworkID: 'ab12' }],
    ['an id with a slash', { EndpointID: 'a/b' }],
  ])('with %s is refused and leaves nothing', async (_what, more) => {
    const served = await withNetwork();
    const { revision } = served.store;
    await served.refused('NetworkDriver.CreateEndpoint', { ...withAddress(5), ...more });
    expect(served.store.revision).toBe(revision);
  });

  test('§9.8 §9.9 left and deleted once more, or never known, is no error', async () => {
    const served = await withNetwork();
    await served.ok('NetworkDriver.CreateEndpoint', withAddress(5));
    for (const number of [5, 5, 9]) {
      expect(await served.ok('NetworkDriver.Leave', ofEndpoint(number))).toEqual({});
      expect(await served.ok('NetworkDriver.DeleteEndpoint', ofEndpoint(number))).toEqual({});
    }
    expect(await keysOf(served, endpointsPrefix('host1'))).toEqual([]);
    expect(await keysOf(served, workloadEndpointsPrefix)).toEqual([]);
  });

  test('§9.7 50 at once are 50', async () => {
    const served = await withNetwork();
    const numbers = Array.from({ length: 50 }, (_, index) => index + 1);
    const macs = await Promise.all(
      numbers.map(async (number) => {
        const reply = await served.ok('NetworkDriver.CreateEndpoint', withAddress(number));
        await served.ok('NetworkDriver.Join', ofEndpoint(number, { SandboxKey: '/x', Options: {} }));
        return JSON.stringify(reply);
      }),
    );
    expect(new Set(macs).size).toBe(50);
    expect(new Set(served.gate).size).toBe(50);
  });
});

describe('Join', () => {
  const join = (served: Served, options: object = {}): Promise<Readonly<Record<string, unknown>>> =>
    served.ok('NetworkDriver.Join', ofEndpoint(5, { SandboxKey: '/var/run/docker/netns/ab', Options: options }));
  const withEndpoint = async (options: Readonly<Record<string, unknown>> = {}, more: object = {}): Promise<Served> => {
    const served = await withNetwork(options, more);
    await served.ok('NetworkDriver.CreateEndpoint', withAddress(5));
    return served;
  };

  test('is answered when the gate is open, and the record says so', async () => {
    const served = await withEndpoint();
    expect(await join(served, { 'com.docker.network.endpoint.dnsservers': ['9.9.9.9'] })).toMatchObject({
      InterfaceName: { SrcName: `tmpc${endpointId(5).slice(0, 11)}`, DstPrefix: 'eth' },
      Gateway: '169.254.1.2',
      DisableGatewayService: false,
    });
    expect(served.gate).toEqual([`open ${endpointId(5)}`]);
    expect(await served.endpoint(endpointId(5))).toMatchObject({
      state: 'joined',
      sandboxKey: '/var/run/docker/netns/ab',
      gateway: 'routed',
      dns: ['9.9.9.9'],
    });
  });

  test('with published ports leaves the default route to docker_gwbridge', async () => {
    const served = await withEndpoint();
    expect(await join(served, { 'com.docker.network.portmap': published })).toMatchObject({ Gateway: '' });
    expect(await served.endpoint(endpointId(5))).toMatchObject({
      gateway: 'bridge',
      published: [{ protocol: 'tcp', containerPort: 80, hostPort: 8080 }],
    });
  });

  test('with published ports and clocker.ports=routed keeps the routed gateway', async () => {
    const served = await withEndpoint({ 'clocker.ports': 'routed' });
    expect(await join(served, { 'com.docker.network.portmap': published })).toMatchObject({ Gateway: '169.254.1.2' });
  });

  test('on an internal network gives no gateway, whatever is published', async () => {
    const served = await withEndpoint(
      {},
      {
        Options: { 'com.docker.network.internal': true, 'com.docker.network.generic': {} },
      },
    );
    expect(await join(served, { 'com.docker.network.portmap': published })).toMatchObject({
      Gateway: '',
      GatewayIPv6: '',
    });
  });

  test('§9.8 comes twice and again after Leave', async () => {
    const served = await withEndpoint();
    const first = await join(served);
    expect(await join(served)).toEqual(first);
    await served.ok('NetworkDriver.Leave', ofEndpoint(5));
    const left = await served.endpoint(endpointId(5));
    expect(left?.state).toBe('created');
    expect(left?.sandboxKey).toBeUndefined();
    expect(await join(served)).toEqual(first);
    expect((await served.endpoint(endpointId(5)))?.state).toBe('joined');
  });

  test('of an endpoint or network nobody knows is refused with what to do', async () => {
    const served = await withNetwork();
    expect(await served.refused('NetworkDriver.Join', ofEndpoint(7))).toContain('Start the container again');
    expect(await served.refused('NetworkDriver.Join', { NetworkID: 'ab', EndpointID: 'cd' })).toContain('network ab');
  });

  test('is refused when the gate does not open', async () => {
    const served = await withEndpoint();
    served.breakGate(new Fault('command-failed', 'The kernel has no room for the interface.'));
    expect(await served.refused('NetworkDriver.Join', ofEndpoint(5))).toContain('no room');
    served.breakGate(undefined);
    await join(served);
  });
});

describe('a store out of reach', () => {
  test('refuses what would be new with a text, and everything converges when it is back', async () => {
    const served = await withNetwork();
    for (const [method, body] of [
      ['NetworkDriver.CreateEndpoint', withAddress(5)],
      ['NetworkDriver.Join', ofEndpoint(5)],
      ['NetworkDriver.CreateNetwork', createNetwork({}, { NetworkID: 'ab', IPv4Data: [pool4Of(1)] })],
    ] as const) {
      served.store.reach(false);
      expect(await served.refused(method, body)).toContain('out of reach');
      served.store.reach(true);
      await served.ok(method, body);
    }
    expect(await served.endpoint(endpointId(5))).toMatchObject({ state: 'joined' });
  });

  test('a write that fails leaves no half', async () => {
    const served = await serveNetworks();
    await served.ok('IpamDriver.RequestPool', { Pool: pool4.Pool });
    const before = await keysOf(served, '/');
    served.store.failWrites(new Fault('store-unreachable', 'The disk is full.', { transient: true }));
    await served.refused('NetworkDriver.CreateNetwork', createNetwork());
    expect(await keysOf(served, '/')).toEqual(before);
    served.store.failWrites(undefined);
    await served.ok('NetworkDriver.CreateNetwork', createNetwork());
    expect((await served.network(networkId))?.gatewayIndex).toBe(2);
  });
});

test('what Docker asks of every driver', async () => {
  const served = await serveNetworks();
  expect(await served.ok('NetworkDriver.GetCapabilities')).toEqual({
    Scope: 'local',
    ConnectivityScope: 'global',
    GwAllocChecker: true,
  });
  expect(await served.ok('NetworkDriver.GwAllocCheck', { Options: {} })).toEqual({ SkipIPv4: true, SkipIPv6: true });
  expect(await served.ok('NetworkDriver.EndpointOperInfo', ofEndpoint(1))).toEqual({ Value: {} });
  for (const method of ['ProgramExternalConnectivity', 'RevokeExternalConnectivity'])
    expect(await served.ok(`NetworkDriver.${method}`, ofEndpoint(1))).toEqual({});
  for (const method of ['DiscoverNew', 'DiscoverDelete'])
    expect(await served.ok(`NetworkDriver.${method}`, { DiscoveryType: 1, DiscoveryData: { a: 1 } })).toEqual({});
});

test('an address that another host takes at the same moment stays its own', async () => {
  const store = openMemoryStore();
  const key = addressOwnerKey('198.19.8.5');
  const value = renderJson({ endpoint: 'other', node: 'host2' });
  let isArmed = false;
  const transact: Store['transact'] = async (...all) => {
    if (isArmed) await store.transact([], [{ op: 'put', key, value }]);
    isArmed = false;
    return store.transact(...all);
  };
  const served = await serveNetworks({ store: Object.create(store, { transact: { value: transact } }) as MemoryStore });
  await served.ok('NetworkDriver.CreateNetwork', createNetwork());
  await served.ok('IpamDriver.RequestAddress', { PoolID: pool4.Pool, Address: '198.19.8.5' });
  isArmed = true;
  expect(await served.refused('NetworkDriver.CreateEndpoint', withAddress(5))).toMatch(/198\.19\.8\.5 is in use by/);
  expect((await store.get(key))?.value).toBe(value);
  expect(await served.endpoint(endpointId(5))).toBeUndefined();
});
