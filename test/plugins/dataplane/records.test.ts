/** Which attachments the kernel is to have, whatever becomes of their records. */
import { afterEach, describe, expect, test } from 'vitest';
import { keepRecords } from '../../../plugins/dataplane/records.ts';
import { renderJson } from '../../../src/model/network/json.ts';
import { endpointKey, networkKey } from '../../../src/model/network/keys.ts';
import type { EndpointRecord, NetworkRecord } from '../../../src/model/network/records.ts';
import { openMemoryStore, openMirror, systemStoreClock } from '../../../src/store/index.ts';

const network: NetworkRecord = {
  id: 'n1',
  name: 'app',
  options: {},
  internal: false,
  pools: [{ pool: 'clk-198-19-8-0-24', cidr: '198.19.8.0/24' }],
  gatewayIndex: 2,
  portMode: 'bridge',
  natOutgoing: true,
  createdBy: 'h1',
  createdAt: '2026-01-01T00:00:00Z',
};
const endpoint: EndpointRecord = {
  id: 'e1',
  network: 'n1',
  node: 'h1',
  state: 'joined',
  interface: 'cali0123456789a',
  mac: '02:42:c6:13:08:05',
  ipv4: '198.19.8.5',
  published: [],
  exposed: [],
  gateway: 'routed',
  options: {},
  dns: [],
  createdAt: '2026-01-01T00:00:00Z',
};

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

async function keeperOver(texts: Readonly<Record<string, string>>) {
  const store = openMemoryStore();
  const write = (key: string, value: string) => store.transact([], [{ op: 'put', key, value }]);
  for (const [key, value] of Object.entries(texts)) await write(key, value);
  const mirror = openMirror(store, ['/clocker/v1/', '/calico/'], { clock: systemStoreClock });
  opened.push(async () => {
    await mirror.close();
    await store.close();
  });
  await mirror.ready;
  return { keeper: keepRecords(mirror, 'h1'), mirror, write };
}

const good = { [networkKey('n1')]: renderJson(network), [endpointKey('h1', 'e1')]: renderJson(endpoint) };

describe('records of a host', () => {
  test('those that are joined are wanted', async () => {
    const { keeper } = await keeperOver(good);
    expect(keeper.records().attachments.map((one) => one.endpoint.id)).toEqual(['e1']);
  });

  test.each([
    { what: 'an endpoint', key: endpointKey('h1', 'e1') },
    { what: 'the network of an endpoint', key: networkKey('n1') },
  ])('$what that can’t be read stops everything, and is named', async ({ key }) => {
    const { keeper } = await keeperOver({ ...good, [key]: '{"id":' });
    expect(() => keeper.records()).toThrow(expect.objectContaining({ code: 'store-corrupt' }));
    expect(() => keeper.records()).toThrow(key);
  });

  test('a network nothing here hangs on may be unreadable', async () => {
    const { keeper } = await keeperOver({ ...good, [networkKey('n2')]: '{' });
    expect(keeper.records().attachments).toHaveLength(1);
  });

  test('an endpoint that becomes unreadable later goes on as it was', async () => {
    const { keeper, mirror, write } = await keeperOver(good);
    keeper.records();
    const key = endpointKey('h1', 'e1');
    const { revision } = await write(key, '{');
    await mirror.reached(key, revision, AbortSignal.timeout(5000));
    expect(keeper.records().attachments.map((one) => one.endpoint.ipv4)).toEqual(['198.19.8.5']);
  });
});
