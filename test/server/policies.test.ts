/** The policy routes on a store: apply, list, show, remove, and the question who may talk to whom. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { policyHandlers } from '../../src/server/handlers/policies.ts';
import type { BodyOf } from '../../src/api/index.ts';
import { renderJson } from '../../src/model/network/json.ts';
import { endpointKey, networkKey, nodeKey, profileKey, workloadEndpointKey } from '../../src/model/network/keys.ts';
import type { EndpointRecord, NetworkRecord } from '../../src/model/network/records.ts';
import { profileOf, workloadEndpointName, workloadEndpointOf } from '../../src/model/network/resources.ts';
import { openMemoryStore, systemStoreClock, type Store } from '../../src/store/index.ts';

const metadata = { uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z' };
let store: Store;
let routes: ReturnType<typeof policyHandlers>;
const put = async (key: string, value: unknown): Promise<void> => {
  await store.transact([], [{ op: 'put', key, value: renderJson(value) }]);
};
const rest = {
  params: {},
  query: {},
  body: undefined,
  bytes: process.stdin,
  signal: new AbortController().signal,
} as const;

const network = (id: string, name: string, internal = false): NetworkRecord => ({
  id: id.padEnd(64, '0'),
  name,
  options: {},
  internal,
  pools: [],
  gatewayIndex: 2,
  portMode: 'bridge',
  natOutgoing: true,
  createdBy: 'h1',
  createdAt: '2026-01-01T00:00:00Z',
});
const app = network('a1', 'app');
const side = network('b2', 'side');
const inner = network('c3', 'inner', true);

const endpoint = (
  name: string,
  on: NetworkRecord,
  ipv4: string,
  labels: Readonly<Record<string, string>>,
): EndpointRecord => ({
  id: `${name}${on.name}`.padEnd(64, '0'),
  network: on.id,
  node: 'h1',
  state: 'joined',
  interface: `cali${name}`.slice(0, 15),
  mac: '02:42:0a:32:00:0b',
  ipv4,
  published: [],
  exposed: [],
  gateway: 'routed',
  options: {},
  dns: [],
  container: { id: name.padEnd(64, '1'), name, labels, aliases: [] },
  createdAt: '2026-01-01T00:00:00Z',
});

beforeEach(async () => {
  store = openMemoryStore({ clock: systemStoreClock });
  routes = policyHandlers({ store });
  for (const one of [app, side, inner]) {
    await put(networkKey(one.id), one);
    const profile = profileOf(one.id, metadata);
    await put(profileKey(profile.metadata.name), profile);
  }
  const endpoints = [
    endpoint('web', app, '10.0.0.1', { role: 'web' }),
    endpoint('db', app, '10.0.0.2', { role: 'db' }),
    endpoint('far', side, '10.0.1.1', { role: 'web' }),
    endpoint('both', app, '10.0.0.3', {}),
    endpoint('both', side, '10.0.1.3', {}),
    endpoint('hidden', inner, '10.0.2.1', { role: 'db' }),
  ];
  for (const one of endpoints) {
    await put(endpointKey(one.node, one.id), one);
    await put(workloadEndpointKey(workloadEndpointName(one.node, one.id)), workloadEndpointOf(one, 'u'));
  }
  await put(nodeKey('h1'), { kind: 'Node', metadata: { name: 'h1' }, spec: { bgp: { ipv4Address: '192.0.2.1/24' } } });
});
afterEach(() => store.close());

const apply = (...resources: readonly unknown[]) => routes.applyPolicies({ ...rest, body: { resources } });
const policy = (name: string, spec: object) => ({
  kind: 'GlobalNetworkPolicy',
  apiVersion: 'projectcalico.org/v3',
  metadata: { name },
  spec,
});
const onlyWeb = policy('db', {
  order: 5,
  selector: "role == 'db'",
  ingress: [
    { action: 'Log' },
    { action: 'Allow', protocol: 'TCP', source: { selector: "role == 'web'" }, destination: { ports: [5432] } },
  ],
});
const ask = (from: string, to: string, more: Partial<BodyOf<'testPolicy'>> = {}) =>
  routes.testPolicy({ ...rest, body: { from, to, protocol: 'tcp', port: 5432, ...more } });

describe('applying', () => {
  test('tells what became of each', async () => {
    expect(await apply(onlyWeb)).toEqual([{ kind: 'GlobalNetworkPolicy', name: 'db', change: 'created' }]);
    expect(await apply(onlyWeb)).toMatchObject([{ change: 'unchanged' }]);
    expect(await apply(policy('db', { ...onlyWeb.spec, order: 6 }))).toMatchObject([{ change: 'changed' }]);
    expect(await routes.listPolicies(rest)).toMatchObject([
      { name: 'db', order: 6, tier: 'default', types: ['ingress'], ingress: 2, selector: "role == 'db'" },
    ]);
  });
  test('is all or nothing', async () => {
    await expect(apply(onlyWeb, policy('bad', { selector: 'x =' }))).rejects.toMatchObject({ code: 'request-invalid' });
    await expect(apply(onlyWeb, { kind: 'Secret' })).rejects.toMatchObject({ code: 'request-invalid' });
    expect(await routes.listPolicies(rest)).toEqual([]);
  });
  test('lists in the order in which they are asked, and what nobody can read', async () => {
    await apply(
      policy('b', { selector: 'all()', order: 1 }),
      policy('a', { selector: 'all()' }),
      policy('c', { selector: 'all()', order: 1 }),
    );
    await store.transact(
      [],
      [{ op: 'put', key: '/calico/resources/v3/projectcalico.org/globalnetworkpolicies/default.z', value: '{}' }],
    );
    expect((await routes.listPolicies(rest)).map(({ name, isUsable }) => [name, isUsable])).toEqual([
      ['b', true],
      ['c', true],
      ['a', true],
      ['z', false],
    ]);
  });
  test('is shown and removed by name', async () => {
    await apply(onlyWeb, { ...policy('db', { order: 1 }), kind: 'Tier' });
    await expect(routes.getPolicy({ ...rest, params: { name: 'db' } })).rejects.toMatchObject({
      code: 'request-invalid',
    });
    expect(await routes.getPolicy({ ...rest, params: { name: 'GlobalNetworkPolicy/db' } })).toMatchObject({
      metadata: { name: 'default.db' },
    });
    await routes.removePolicy({ ...rest, params: { name: 'GlobalNetworkPolicy/db' } });
    expect(await routes.listPolicies(rest)).toEqual([]);
    await expect(routes.removePolicy({ ...rest, params: { name: 'nobody' } })).rejects.toMatchObject({
      code: 'policy-unknown',
    });
  });
});

describe('asking', () => {
  test('without policies, networks decide', async () => {
    expect(await ask('web', 'db')).toMatchObject({
      verdict: 'allow',
      from: 'app/web (10.0.0.1)',
      to: 'app/db (10.0.0.2)',
    });
    expect(await ask('far', 'db')).toMatchObject({
      verdict: 'deny',
      by: 'no policy allows ingress, and they are not on one network',
    });
    expect(await ask('web', '198.51.100.1')).toMatchObject({ verdict: 'allow' });
    expect(await ask('198.51.100.1', 'db')).toMatchObject({ verdict: 'deny' });
    expect(await ask('192.0.2.1', 'db')).toMatchObject({
      verdict: 'allow',
      by: 'a host always reaches its own containers',
    });
  });
  test('tells the rule that decides', async () => {
    await apply(onlyWeb);
    expect(await ask('web', 'db')).toMatchObject({
      verdict: 'allow',
      by: 'GlobalNetworkPolicy db, ingress rule 2 (Allow)',
      policy: 'db',
      rule: 2,
      direction: 'ingress',
      logged: ['GlobalNetworkPolicy db, ingress rule 1 (Log)'],
    });
    expect(await ask('web', 'db', { port: 80 })).toMatchObject({
      verdict: 'deny',
      by: 'no ingress rule matches of GlobalNetworkPolicy db, and tier default denies the rest',
    });
    expect(await ask('far', 'db')).toMatchObject({ verdict: 'allow' });
    expect(await ask('far', 'hidden')).toMatchObject({
      verdict: 'deny',
      by: 'the network inner is internal, whatever policies allow',
    });
  });
  test('finds the network two share', async () => {
    expect(await ask('both', 'db')).toMatchObject({ from: 'app/both (10.0.0.3)', verdict: 'allow' });
    expect(await ask('far', 'both')).toMatchObject({ to: 'side/both (10.0.1.3)', verdict: 'allow' });
    expect(await ask('side/both', 'db')).toMatchObject({ from: 'side/both (10.0.1.3)', verdict: 'deny' });
  });
  test('refuses what makes no sense', async () => {
    await expect(ask('nobody', 'db')).rejects.toMatchObject({ code: 'endpoint-unknown' });
    await expect(ask('web', 'db', { protocol: 'ftp' })).rejects.toMatchObject({ code: 'request-invalid' });
    await expect(
      routes.testPolicy({ ...rest, body: { from: 'web', to: 'db', protocol: 'tcp' } }),
    ).rejects.toMatchObject({ code: 'request-invalid' });
    await expect(ask('web', 'fd00::1')).rejects.toMatchObject({ code: 'request-invalid' });
    expect(
      await routes.testPolicy({ ...rest, body: { from: 'web', to: 'db', protocol: 'icmp', icmpType: 8 } }),
    ).toMatchObject({ verdict: 'allow' });
  });
});
