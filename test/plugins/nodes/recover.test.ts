import { describe, expect, test } from 'vitest';
import { createRecovery } from '../../../plugins/nodes/recover.ts';
import { lossOf } from '../../../plugins/nodes/loss.ts';
import { createNotices } from '../../../plugins/nodes/notices.ts';
import { openMirror } from '../../../src/store/mirror/open.ts';
import {
  openMemoryStore,
  systemStoreClock,
  type Entry,
  type Store,
  type WatchBatch,
} from '../../../src/store/index.ts';
import {
  affinityKey,
  aliveKey,
  blockKey,
  endpointKey,
  ipamConfigKey,
  nodeKey,
} from '../../../src/model/network/keys.ts';
import { decodeNotice, noticesPrefix } from '../../../src/model/network/notices.ts';

const put = (store: Store, key: string, value: string) => store.transact([], [{ op: 'put', key, value }]);
const network = (name: string, createdBy: string, createdAt = '2026-01-01T00:00:00.000Z') =>
  JSON.stringify({
    id: name,
    name,
    options: {},
    internal: false,
    pools: [],
    gatewayIndex: 2,
    portMode: 'bridge',
    natOutgoing: true,
    createdBy,
    createdAt,
  });
const block = (cidr: string, owner: string, note = '') =>
  JSON.stringify({ cidr, affinity: `host:${owner}`, allocations: [], unallocated: [], attributes: [], note });
const own = blockKey('198.19.8.0/29');
const dead = blockKey('198.19.8.8/29');
const alive = blockKey('198.19.8.16/29');
const policy = '/calico/resources/v3/projectcalico.org/globalnetworkpolicies/default.one';

/** What three hosts had written; h2 is dead, h3 is not. */
async function installation(store: Store): Promise<void> {
  for (const node of ['h1', 'h2', 'h3']) await put(store, nodeKey(node), JSON.stringify({ metadata: { name: node } }));
  await put(store, own, block('198.19.8.0/29', 'h1', 'early'));
  await put(store, ipamConfigKey, '{"auto_allocate_blocks":true}');
  await put(store, '/clocker/v1/networks/kept', network('kept', 'h1'));
  await put(store, '/clocker/v1/networks/removed', network('removed', 'h1'));
}

async function later(store: Store): Promise<void> {
  await put(store, own, block('198.19.8.0/29', 'h1', 'late'));
  await put(store, affinityKey('h1', '198.19.8.0/29'), '{"state":"confirmed"}');
  await put(store, endpointKey('h1', 'e1'), '{"id":"e1"}');
  await put(store, dead, block('198.19.8.8/29', 'h2'));
  await put(store, '/clocker/v1/addresses/198.19.8.9', '{"endpoint":"e2","node":"h2"}');
  await put(store, alive, block('198.19.8.16/29', 'h3'));
  await put(store, '/clocker/v1/networks/new', network('new', 'h2'));
  await store.transact([], [{ op: 'delete', key: '/clocker/v1/networks/removed' }]);
  await put(store, policy, '{"mine":true}');
  const lease = await store.lease(60);
  for (const node of ['h1', 'h3'])
    await store.transact([], [{ op: 'put', key: aliveKey(node), value: '{}', lease: lease.id }]);
}

const listed = async (store: Store): Promise<readonly Entry[]> => (await store.list('')).entries;

function guardOf(store: Store) {
  const lines: string[] = [];
  const now = () => Date.parse('2026-01-01T01:00:00Z');
  const log = (_level: string, message: string): void => void lines.push(message);
  return createRecovery({
    store,
    node: 'h1',
    now,
    pause: async () => undefined,
    isAttached: () => true,
    isDeleting: () => false,
    notices: createNotices({ store, node: 'h1', now, log }),
    log,
    onRecovered: () => undefined,
  });
}

const signal = new AbortController().signal;
const valuesOf = async (store: Store) =>
  Object.fromEntries((await listed(store)).map(({ key, value }) => [key, value]));

describe('a store that was set back', () => {
  test('gets what is of this host, of all, and of hosts that are dead; what people wrote stays as it has it', async () => {
    const before = openMemoryStore();
    await installation(before);
    await later(before);
    const known = await listed(before);
    const copy = openMemoryStore();
    await installation(copy);
    await guardOf(copy).recover(known, signal);
    const values = await valuesOf(copy);
    const was = await valuesOf(before);
    for (const key of [own, dead, endpointKey('h1', 'e1'), affinityKey('h1', '198.19.8.0/29')])
      expect(values[key], key).toBe(was[key]);
    expect(values['/clocker/v1/addresses/198.19.8.9']).toBeDefined();
    expect(values['/clocker/v1/networks/new']).toBeDefined();
    expect(values[policy]).toBeUndefined();
    expect(values['/clocker/v1/networks/removed']).toContain('"removedAt":"2026-01-01T01:00:00.000Z"');
    // h3 never came, and was alive before: it is waited for, then done for it.
    expect(values[alive]).toBe(was[alive]);
    const [notice] = (await copy.list(noticesPrefix)).entries.map(({ value }) => decodeNotice(value));
    expect(notice).toMatchObject({ kind: 'store-lost', subject: 'h1' });
    expect(notice?.hint).toContain('1 records of people');
    expect(notice?.message).toContain('Those of h2, h3 were put back');
  });

  test('that is empty gets everything but what hung on leases', async () => {
    const before = openMemoryStore();
    await installation(before);
    await later(before);
    const known = await listed(before);
    const empty = openMemoryStore();
    await guardOf(empty).recover(known, signal);
    const { [aliveKey('h1')]: _one, [aliveKey('h3')]: _other, ...was } = await valuesOf(before);
    const values = Object.entries(await valuesOf(empty)).filter(([key]) => !key.startsWith(noticesPrefix));
    expect(Object.fromEntries(values)).toEqual(was);
  });

  test('leaves what another host has claimed since', async () => {
    const before = openMemoryStore();
    await later(before);
    const known = (await listed(before)).map((entry) => ({ ...entry, revision: 5 }));
    const now = openMemoryStore();
    await installation(now);
    for (let turn = 0; turn < 5; turn++) await put(now, own, block('198.19.8.0/29', 'h3', `turn ${turn}`));
    await guardOf(now).recover(known, signal);
    expect((await valuesOf(now))[own]).toContain('turn 4');
  });

  test('keeps what is known in the mirror until it is put back', async () => {
    const store = openMemoryStore();
    await installation(store);
    await later(store);
    const seen: string[] = [];
    const guard = guardOf(store);
    const mirror = openMirror(store, ['/calico/', '/clocker/v1/'], { clock: systemStoreClock, guard });
    await mirror.ready;
    const view = mirror.view('/calico/ipam/v2/assignment/', ({ value }) => value);
    view.onChange((changes) => {
      for (const { key, after } of changes) if (after === undefined) seen.push(key);
    });
    await store.transact([], [{ op: 'delete', key: aliveKey('h3') }]);
    await store.transact([], [{ op: 'deletePrefix', prefix: '/calico/' }]);
    await expect.poll(() => mirror.losses).toBe(1);
    await expect.poll(() => mirror.state).toBe('live');
    expect(seen).toEqual([]);
    expect(view.items.size).toBe(3);
    expect(await store.get(policy)).toBeDefined();
    await mirror.close();
  });
});

describe('a loss', () => {
  const entry = (key: string, value = '{}', revision = 7): readonly [string, Entry] => [
    key,
    { key, value, revision, created: revision },
  ];
  const known = new Map([
    entry(nodeKey('h1')),
    entry(nodeKey('h2')),
    entry(nodeKey('h3')),
    entry(endpointKey('h1', 'e')),
    entry(blockKey('198.19.8.0/29'), block('198.19.8.0/29', 'h1')),
    entry(blockKey('198.19.8.8/29'), block('198.19.8.8/29', 'h2')),
    entry(blockKey('198.19.8.16/29'), block('198.19.8.16/29', 'h2')),
  ]);
  const facts = { node: 'h1', isAttached: () => true, isDeleting: () => false };
  const gone = (...keys: readonly string[]): WatchBatch => ({
    kind: 'changes',
    revision: 9,
    changes: keys.map((key) => ({ kind: 'delete', key, revision: 9 })),
  });
  const snapshot = (revision: number, entries: readonly Entry[]): WatchBatch => ({
    kind: 'snapshot',
    revision,
    entries,
  });

  const cases: readonly (readonly [string, WatchBatch, string | undefined, Partial<typeof facts>?])[] = [
    ['this host’s own record', gone(nodeKey('h1')), 'the record of this host is gone'],
    ['one other host', gone(nodeKey('h2')), undefined],
    ['two other hosts', gone(nodeKey('h2'), nodeKey('h3')), 'records of several hosts are gone'],
    ['blocks of one host', gone(blockKey('198.19.8.8/29'), blockKey('198.19.8.16/29')), undefined],
    ['blocks of two', gone(blockKey('198.19.8.0/29'), blockKey('198.19.8.8/29')), 'blocks of several hosts are gone'],
    [
      'a container that is there',
      gone(endpointKey('h1', 'e')),
      `the record of a container that is attached is gone: ${endpointKey('h1', 'e')}`,
    ],
    ['a container that is gone', gone(endpointKey('h1', 'e')), undefined, { isAttached: () => false }],
    ['one this daemon takes away', gone(endpointKey('h1', 'e')), undefined, { isDeleting: () => true }],
    ['a store behind what is known', snapshot(6, [...known.values()]), 'the store was set back'],
    [
      'another value at one revision',
      snapshot(8, [{ key: nodeKey('h1'), value: 'x', revision: 7, created: 7 }]),
      'the store was set back',
    ],
    ['the same again', snapshot(8, [...known.values()]), undefined],
  ];
  for (const [what, batch, why, more = {}] of cases)
    test(what, () => {
      expect(lossOf(batch, known, { ...facts, ...more })).toBe(why);
    });
});
