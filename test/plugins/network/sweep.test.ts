import { describe, expect, test } from 'vitest';
import {
  applySweep,
  planSweep,
  readSweepState,
  twice,
  type EngineNetworkView,
  type SweepPlan,
} from '../../../plugins/network/index.ts';
import { grace, type SweepState } from '../../../plugins/network/sweep.ts';
import { networkKey } from '../../../src/model/network/keys.ts';
import type { PoolUse } from '../../../src/model/network/records.ts';
import { createNetwork, endpointId, networkId, now, serveNetworks, withAddress, type Served } from './served.ts';

const late = now + grace + 1;
const engineNetwork = (change: Partial<EngineNetworkView> = {}): EngineNetworkView => ({
  id: networkId,
  name: 'net1',
  labels: {},
  endpoints: [endpointId(5)],
  ...change,
});

async function served(): Promise<Served> {
  const one = await serveNetworks();
  await one.ok('NetworkDriver.CreateNetwork', createNetwork());
  await one.ok('NetworkDriver.CreateEndpoint', withAddress(5));
  return one;
}

const stateOf = ({ store }: Served, ...networks: readonly EngineNetworkView[]): Promise<SweepState> =>
  readSweepState(store, 'host1', { networks: () => Promise.resolve(networks) });

const shown = (plan: SweepPlan): object => ({
  endpoints: plan.endpoints.map(({ id }) => id),
  networks: plan.networks.map(({ id }) => id),
  pools: plan.pools.map(({ pool }) => pool),
  addresses: plan.addresses,
  rename: plan.rename.map(({ name }) => name),
});
const nothing = { endpoints: [], networks: [], pools: [], addresses: [], rename: [] };

const pool = (change: Partial<PoolUse> = {}): PoolUse => ({
  pool: 'clk-1',
  cidr: '198.19.8.0/24',
  nodes: ['host1'],
  requestedAt: new Date(now).toISOString(),
  ...change,
});

describe('what looks abandoned', () => {
  test.each<[string, readonly EngineNetworkView[], number, object]>([
    ['what the engine knows stays', [engineNetwork()], late, { rename: ['net1'] }],
    ['what is young stays', [], now + grace, {}],
    ['what the engine does not know goes', [], late, { endpoints: [endpointId(5)], networks: [networkId] }],
    [
      'an endpoint without a container goes, its network stays',
      [engineNetwork({ endpoints: [] })],
      late,
      { endpoints: [endpointId(5)], rename: ['net1'] },
    ],
    [
      'an endpoint alive on another network stays',
      [engineNetwork(), engineNetwork({ id: 'other' })],
      late,
      { rename: ['net1'] },
    ],
  ])('%s', async (_what, engine, when, plan) => {
    expect(shown(planSweep(await stateOf(await served(), ...engine), when))).toEqual({ ...nothing, ...plan });
  });

  test.each<[string, PoolUse, boolean]>([
    ['a young one', pool({ requestedAt: new Date(late).toISOString() }), false],
    ['one whose network never came', pool(), true],
    ['one of a network the engine has', pool({ network: networkId }), false],
    ['one of a network the engine lost', pool({ network: 'gone' }), true],
  ])('of pools: %s', (_what, use, goes) => {
    const state: SweepState = { networks: [], endpoints: [], leaked: [], pools: [use], engine: [engineNetwork()] };
    expect(planSweep(state, late).pools).toHaveLength(goes ? 1 : 0);
  });

  test('of addresses: those taken long enough ago', () => {
    const leaked = [
      { address: '198.19.8.1', takenAt: now },
      { address: '198.19.8.2', takenAt: late },
    ];
    const state: SweepState = { networks: [], endpoints: [], pools: [], leaked, engine: [] };
    expect(planSweep(state, late).addresses).toEqual(['198.19.8.1']);
  });

  test('a name that is known is not written again', async () => {
    const one = await served();
    const first = planSweep(await stateOf(one, engineNetwork({ labels: { a: 'b' } })), late);
    await applySweep(first, one.store, never);
    expect(await one.network(networkId)).toMatchObject({ name: 'net1', labels: { a: 'b' } });
    const second = planSweep(await stateOf(one, engineNetwork({ labels: { a: 'b' } })), late);
    expect(second.rename).toEqual([]);
  });
});

const fail = (): Promise<never> => Promise.reject(new Error('Nothing was to be done.'));
const never = { closeEndpoint: fail, releaseAddress: fail, forgetNetwork: fail, dropPool: fail };

test('only what looked abandoned twice goes', async () => {
  const one = await served();
  const plan = planSweep(await stateOf(one), late);
  expect(shown(twice(undefined, plan))).toEqual(nothing);
  expect(shown(twice(plan, plan))).toEqual(shown(plan));
  const meanwhile = planSweep(await stateOf(one, engineNetwork()), late);
  expect(shown(twice(plan, meanwhile))).toEqual({ ...nothing, rename: ['net1'] });
});

test('each kind of leftover is taken away in order, an endpoint made anew is left', async () => {
  const one = await served();
  await one.ok('NetworkDriver.CreateEndpoint', withAddress(6));
  const found = planSweep(await stateOf(one), late);
  const stale = { ...found.endpoints.find(({ id }) => id === endpointId(6)) } as SweepPlan['endpoints'][number];
  const told: string[] = [];
  const tell =
    (what: string) =>
    (subject: { readonly id: string } | string): Promise<void> => {
      told.push(`${what} ${typeof subject === 'string' ? subject : subject.id}`);
      return Promise.resolve();
    };
  const endpoints = found.endpoints.map((each) =>
    each.id === endpointId(6) ? { ...stale, createdAt: '2025-01-01T00:00:00.000Z' } : each,
  );
  await applySweep({ ...found, endpoints, pools: [pool()], addresses: ['198.19.8.9'] }, one.store, {
    closeEndpoint: tell('close'),
    releaseAddress: tell('release'),
    forgetNetwork: tell('forget'),
    dropPool: tell('drop'),
  });
  expect(told).toEqual([
    `close ${endpointId(5)}`,
    'release 198.19.8.5',
    'release 198.19.8.9',
    `forget ${networkId}`,
    'drop 198.19.8.0/24',
  ]);
});

test('nothing is swept while the engine does not answer', async () => {
  const { store } = await served();
  const engine = { networks: () => Promise.reject(new Error('no engine')) };
  await expect(readSweepState(store, 'host1', engine)).rejects.toThrow('no engine');
});

test('another host’s network and a record that can’t be read are left alone', async () => {
  const one = await served();
  await one.store.transact([], [{ op: 'put', key: networkKey('broken'), value: '{' }]);
  const state = await readSweepState(one.store, 'host2', { networks: () => Promise.resolve([]) });
  expect(shown(planSweep(state, late))).toEqual(nothing);
});
