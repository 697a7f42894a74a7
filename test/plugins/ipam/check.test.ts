import { describe, expect, test } from 'vitest';
import { checkIpam, type IpamCheck } from '../../../plugins/ipam/index.ts';
import { decodeBlock, decodeEndpoint } from '../../../src/model/network/decode.ts';
import { renderJson } from '../../../src/model/network/json.ts';
import {
  affinitiesPrefix,
  addressOwnerKey,
  affinityKey,
  blocksPrefix,
  endpointKey,
  handleKey,
  handlesPrefix,
  networkKey,
  poolKey,
  poolsPrefix,
  poolUsePrefix,
  workloadEndpointsPrefix,
} from '../../../src/model/network/keys.ts';
import type { Block } from '../../../src/model/network/block.ts';
import type { MemoryStore, Operation } from '../../../src/store/index.ts';
import { memoryStore, now, serveHost } from './served.ts';

const grace = 60_000;
const address = '198.19.8.5';

/** One host, one network, one container at 198.19.8.5. */
async function sound(): Promise<MemoryStore> {
  const store = memoryStore();
  const host = await serveHost(store);
  const pool = await host.pool('198.19.8.0/28');
  await host.network('ab12', '198.19.8.0/28');
  await host.attach('ab12', 'cd34', await host.address(pool, address));
  return store;
}

const put = (store: MemoryStore, ...operations: readonly Operation[]): Promise<unknown> =>
  store.transact([], operations);

async function changeBlock(store: MemoryStore, change: (block: Block) => Block): Promise<void> {
  const [entry] = (await store.list(blocksPrefix)).entries;
  const block = decodeBlock(entry?.value ?? '');
  if (entry === undefined || block === undefined) throw new Error('There is no block.');
  await put(store, { op: 'put', key: entry.key, value: renderJson(change(block)) });
}

async function copyEndpoint(store: MemoryStore, id: string, change: object = {}): Promise<void> {
  const endpoint = decodeEndpoint((await store.get(endpointKey('host1', 'cd34')))?.value ?? '');
  await put(store, { op: 'put', key: endpointKey('host1', id), value: renderJson({ ...endpoint, id, ...change }) });
}

/** Belongs to no address. */
const spare = { handle_id: null, secondary: {} };

const check = (store: MemoryStore, later = grace): Promise<IpamCheck> => checkIpam(store, now + later, grace);

test('what the drivers write is sound', async () => {
  expect(await check(await sound())).toEqual({ blocks: 1, allocated: 1, endpoints: 1, problems: [] });
  expect(await check(memoryStore())).toEqual({ blocks: 0, allocated: 0, endpoints: 0, problems: [] });
});

describe('each inconsistency is found', () => {
  type Kind = IpamCheck['problems'][number]['kind'];
  test.each<[string, Kind, string, (store: MemoryStore) => Promise<unknown>]>([
    [
      'an address nobody has',
      'leaked',
      address,
      (store) => put(store, { op: 'delete', key: endpointKey('host1', 'cd34') }),
    ],
    [
      'an endpoint whose address is not given out',
      'unallocated',
      '198.19.8.9',
      (store) => copyEndpoint(store, 'ef56', { ipv4: '198.19.8.9' }),
    ],
    ['two endpoints with one address', 'duplicate', address, (store) => copyEndpoint(store, 'ef56')],
    [
      'an address without its handle',
      'handle',
      address,
      async (store) => {
        const [handle] = (await store.list(handlesPrefix)).entries;
        await put(store, { op: 'delete', key: handle?.key ?? '' });
      },
    ],
    [
      'a handle without an address',
      'handle',
      'clk.198.19.8.9',
      (store) => put(store, { op: 'put', key: handleKey('clk.198.19.8.9'), value: '{"block":{"198.19.8.4/30":1}}' }),
    ],
    ['a block in no pool', 'pool', '198.19.8.4/30', (store) => put(store, { op: 'deletePrefix', prefix: poolsPrefix })],
    [
      'an affinity without a block',
      'affinity',
      affinityKey('host1', '198.19.8.12/30'),
      (store) =>
        put(store, {
          op: 'put',
          key: affinityKey('host1', '198.19.8.12/30'),
          value: '{"state":"confirmed","deleted":false}',
        }),
    ],
    [
      'an affinity that was never confirmed',
      'affinity',
      affinityKey('host1', '198.19.8.4/30'),
      (store) =>
        put(store, {
          op: 'put',
          key: affinityKey('host1', '198.19.8.4/30'),
          value: '{"state":"pending","deleted":false}',
        }),
    ],
    [
      'a broken block',
      'block',
      '198.19.8.4/30',
      (store) => changeBlock(store, (block) => ({ ...block, attributes: [...block.attributes, spare] })),
    ],
    [
      'an affinity of another host',
      'affinity',
      affinityKey('host2', '198.19.8.4/30'),
      (store) =>
        put(store, {
          op: 'put',
          key: affinityKey('host2', '198.19.8.4/30'),
          value: '{"state":"confirmed","deleted":false}',
        }),
    ],
    [
      'a block whose host does not know of it',
      'affinity',
      '198.19.8.4/30',
      (store) => put(store, { op: 'delete', key: affinityKey('host1', '198.19.8.4/30') }),
    ],
    [
      'a handle that counts more than there are',
      'handle',
      'clk.198.19.8.5',
      (store) => put(store, { op: 'put', key: handleKey('clk.198.19.8.5'), value: '{"block":{"198.19.8.4/30":2}}' }),
    ],
    [
      'an endpoint without its WorkloadEndpoint',
      'endpoint',
      endpointKey('host1', 'cd34'),
      (store) => put(store, { op: 'deletePrefix', prefix: workloadEndpointsPrefix }),
    ],
    [
      'an endpoint that has not claimed its address',
      'endpoint',
      endpointKey('host1', 'cd34'),
      (store) => put(store, { op: 'delete', key: addressOwnerKey(address) }),
    ],
    [
      'a claim of an endpoint that is not there',
      'endpoint',
      '198.19.8.9',
      (store) =>
        put(store, { op: 'put', key: addressOwnerKey('198.19.8.9'), value: '{"endpoint":"ef56","node":"host1"}' }),
    ],
    [
      'a pool of a network that is not there',
      'pool',
      '198.19.8.0/28',
      (store) => put(store, { op: 'delete', key: networkKey('ab12') }),
    ],
    [
      'a network whose pool is not its own',
      'network',
      'ab12',
      (store) => put(store, { op: 'deletePrefix', prefix: poolUsePrefix }),
    ],
    [
      'pools that overlap',
      'pool',
      'clk-198-19-8-0-28',
      (store) =>
        put(store, {
          op: 'put',
          key: poolKey('theirs'),
          value: '{"metadata":{"name":"theirs"},"spec":{"cidr":"198.19.0.0/16"}}',
        }),
    ],
    [
      'a record nobody can read',
      'unreadable',
      endpointKey('host1', 'ef56'),
      (store) => put(store, { op: 'put', key: endpointKey('host1', 'ef56'), value: '{' }),
    ],
    [
      'a record under the key of another',
      'unreadable',
      endpointKey('host1', 'ef56'),
      (store) => copyEndpoint(store, 'ef56', { id: 'other', ipv4: undefined }),
    ],
  ])('%s', async (_what, kind, subject, plant) => {
    const store = await sound();
    await plant(store);
    const { problems } = await check(store);
    expect(problems.map((problem) => [problem.kind, problem.subject])).toContainEqual([kind, subject]);
    for (const { message } of problems) expect(message).toMatch(/\.$/);
  });

  test('a block nobody can read, and what hangs on it', async () => {
    const store = await sound();
    const [block] = (await store.list(blocksPrefix)).entries;
    await put(store, { op: 'put', key: block?.key ?? '', value: '{' });
    const { problems } = await check(store);
    expect(problems.map(({ kind }) => kind)).toContain('unreadable');
  });
});

test('an address that was taken a moment ago is no leak', async () => {
  const store = await sound();
  const host = await serveHost(store);
  await host.address('198.19.8.0/28');
  expect((await check(store, grace - 1)).problems).toEqual([]);
  expect((await check(store, grace)).problems.map(({ kind }) => kind)).toEqual(['leaked']);
});

test('§9.23 blocks, handles and affinities are Calico’s to the byte', async () => {
  const store = await sound();
  const shown = async (prefix: string): Promise<readonly string[]> =>
    (await store.list(prefix)).entries.map(({ key, value }) => `${key} ${value}`);
  expect(await shown(affinitiesPrefix)).toEqual([
    '/calico/ipam/v2/host/host1/ipv4/block/198.19.8.4-30 {"state":"confirmed","deleted":false}',
  ]);
  expect(await shown(handlesPrefix)).toEqual([
    '/calico/ipam/v2/handle/clk.198.19.8.5 {"block":{"198.19.8.4/30":1},"deleted":false}',
  ]);
});
