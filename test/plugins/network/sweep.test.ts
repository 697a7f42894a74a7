import { describe, expect, test } from 'vitest';
import type { EngineNetworkView } from '../../../plugins/network/index.ts';
import {
  grace,
  planSweep,
  readSweepState,
  twice,
  type SweepPlan,
  type SweepState,
} from '../../../plugins/network/sweep.ts';
import { renderJson } from '../../../src/model/network/json.ts';
import { engineNetworkKey, networkKey } from '../../../src/model/network/keys.ts';
import { createNetwork, endpointId, networkId, now, serveNetworks, withAddress, type Served } from './served.ts';

const late = now + grace + 1;
const container = { id: 'c1', name: 'web', labels: { app: 'x' }, aliases: [] };
const engineNetwork = (change: Partial<EngineNetworkView> = {}): EngineNetworkView => ({
  id: networkId,
  name: 'net1',
  labels: {},
  endpoints: [{ id: endpointId(5) }],
  ...change,
});

async function served(): Promise<Served> {
  const one = await serveNetworks();
  await one.ok('NetworkDriver.CreateNetwork', createNetwork());
  await one.ok('NetworkDriver.CreateEndpoint', withAddress(5));
  return one;
}

const stateOf = ({ store }: Served, ...networks: readonly EngineNetworkView[]): Promise<SweepState> =>
  readSweepState(
    {
      store,
      node: 'host1',
      engine: { networks: () => Promise.resolve(networks), listId: () => Promise.resolve('list-1') },
    },
    AbortSignal.timeout(5000),
  );

const shown = (plan: SweepPlan): object => ({
  endpoints: plan.endpoints,
  networks: plan.networks,
  renamed: plan.renamed.map(({ name }) => name),
  named: plan.named.map((endpoint) => endpoint.container?.name),
});
const nothing = { endpoints: [], networks: [], renamed: [], named: [] };
const dead = (): boolean => false;

describe('what looks abandoned', () => {
  test.each<[string, readonly EngineNetworkView[], number, object]>([
    ['what the engine knows stays', [engineNetwork()], late, { renamed: ['net1'] }],
    ['what is young stays', [], now + grace, {}],
    ['what the engine does not know goes', [], late, { endpoints: [endpointId(5)], networks: [networkId] }],
    [
      'an endpoint without a container goes, its network stays',
      [engineNetwork({ endpoints: [] })],
      late,
      { endpoints: [endpointId(5)], renamed: ['net1'] },
    ],
    [
      'an endpoint alive on another network stays',
      [engineNetwork({ endpoints: [] }), engineNetwork({ id: 'other' })],
      late,
      { renamed: ['net1'] },
    ],
    [
      'a container has a name',
      [engineNetwork({ endpoints: [{ id: endpointId(5), container }] })],
      late,
      { renamed: ['net1'], named: ['web'] },
    ],
  ])('%s', async (_what, engine, when, plan) => {
    expect(shown(planSweep(await stateOf(await served(), ...engine), when, dead))).toEqual({ ...nothing, ...plan });
  });

  test('an endpoint whose container may be alive stays, whatever the engine says', async () => {
    const plan = planSweep(await stateOf(await served()), late, () => true);
    expect(plan.endpoints).toEqual([]);
  });
});

test('only what looked abandoned twice goes', async () => {
  const one = await served();
  const plan = planSweep(await stateOf(one), late, dead);
  expect(shown(twice(undefined, plan))).toEqual(nothing);
  expect(shown(twice(plan, plan))).toEqual(shown(plan));
  const meanwhile = planSweep(await stateOf(one, engineNetwork()), late, dead);
  expect(shown(twice(plan, meanwhile))).toEqual({ ...nothing, renamed: ['net1'] });
});

describe('the sweeper', () => {
  test('learns names and labels once', async () => {
    const one = await served();
    one.world.engine = [engineNetwork({ labels: { a: 'b' }, endpoints: [{ id: endpointId(5), container }] })];
    await one.sweep();
    expect(await one.network(networkId)).toMatchObject({ name: 'net1', labels: { a: 'b' } });
    expect(await one.endpoint(endpointId(5))).toMatchObject({ container, state: 'created' });
    const { revision } = one.store;
    await one.sweep();
    expect(one.store.revision).toBe(revision);
  });

  test('takes endpoint, network, address and pool away after two looks', async () => {
    const one = await served();
    one.world.now = now + 3_600_000;
    await one.sweep();
    expect(await one.endpoint(endpointId(5))).toBeDefined();
    expect(await one.network(networkId)).toBeDefined();
    for (const _look of [2, 3]) await one.sweep();
    const left = (await one.store.list('/')).entries.map(({ key }) => key);
    expect(left).toEqual(['/clocker/v1/pool-turn']);
    expect(one.gate).toContain(`close ${endpointId(5)}`);
  });

  const seenIn = async (one: Served, list: string): Promise<void> => {
    const value = renderJson({ network: networkId, at: new Date(now).toISOString(), seenIn: list });
    await one.store.transact([], [{ op: 'put', key: engineNetworkKey('host1', networkId), value }]);
  };
  const onTwoHosts = async (): Promise<Served> => {
    const one = await serveNetworks();
    await one.ok('NetworkDriver.CreateNetwork', createNetwork());
    const two = await serveNetworks({ store: one.store, node: 'host2' });
    const copy = createNetwork({ 'clocker.network': networkId }, { NetworkID: 'c1'.padEnd(64, '0') });
    await two.ok('NetworkDriver.CreateNetwork', copy);
    return one;
  };

  test.each<[string, string | undefined, boolean]>([
    ['the list that showed it: removed for all, at once', 'list-1', true],
    ['a list begun anew: only here', 'list-0', false],
    ['no list ever: half made, only here', undefined, false],
  ])('a network that is missing from %s', async (_what, list, isForAll) => {
    const one = await onTwoHosts();
    if (list !== undefined) await seenIn(one, list);
    if (!isForAll) one.world.now = now + grace + 1;
    for (const _look of [1, 2]) await one.sweep();
    expect((await one.network(networkId))?.removedAt !== undefined).toBe(isForAll);
    expect(await one.store.get(engineNetworkKey('host1', networkId))).toBeUndefined();
  });

  test('leaves an endpoint alone whose interface is there', async () => {
    const one = await served();
    await one.ok('NetworkDriver.Join', { NetworkID: networkId, EndpointID: endpointId(5), Options: {} });
    one.world.engine = [engineNetwork({ endpoints: [] })];
    one.world.now = now + 3_600_000;
    for (const _look of [1, 2, 3]) await one.sweep();
    expect(await one.endpoint(endpointId(5))).toMatchObject({ state: 'joined' });
  });

  test('does nothing while the engine does not answer', async () => {
    const one = await served();
    one.world.engine = undefined;
    one.world.subnets = undefined;
    one.world.now = now + 3_600_000;
    const { revision } = one.store;
    for (const _look of [1, 2, 3]) await expect(one.sweep()).rejects.toThrow('no engine');
    expect(one.store.revision).toBe(revision);
  });

  test('leaves what belongs to another host, and what it can not read', async () => {
    const one = await served();
    await one.store.transact([], [{ op: 'put', key: networkKey('broken'), value: '{' }]);
    const state = await readSweepState(
      {
        store: one.store,
        node: 'host2',
        engine: { networks: () => Promise.resolve([]), listId: () => Promise.resolve('list-1') },
      },
      AbortSignal.timeout(5000),
    );
    expect(shown(planSweep(state, late, dead))).toEqual(nothing);
  });
});
