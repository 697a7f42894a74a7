import { expect, onTestFinished, test } from 'vitest';
import { openAdjacency } from '../../../plugins/routes/adjacency.ts';
import type { Neighbour } from '../../../src/host/neighbour.ts';
import { clockOfHost } from '../../../src/host/clock.ts';
import { aliveKey, nodeKey } from '../../../src/model/network/keys.ts';
import { pathsKey } from '../../../src/model/network/paths.ts';
import { openMemoryStore, openMirror, systemStoreClock } from '../../../src/store/index.ts';

test('hosts that do not answer, or are behind a router, are told of; those that are down prove nothing', async () => {
  const store = openMemoryStore();
  const put = (key: string, value: string) => store.transact([], [{ op: 'put', key, value }]);
  const hosts = { h1: 11, near: 12, routed: 13, silent: 14, down: 15, far: 16 };
  for (const [name, last] of Object.entries(hosts)) {
    const ipv4Address = name === 'far' ? '198.18.1.16/24' : `198.18.0.${last}/24`;
    await put(nodeKey(name), JSON.stringify({ metadata: { name }, spec: { bgp: { ipv4Address } } }));
    if (name !== 'down') await put(aliveKey(name), '{}');
  }
  const world = new Map<string, Neighbour>([
    ['198.18.0.12', { answers: 'yes' }],
    ['198.18.0.13', { via: '198.18.0.1', answers: 'unknown' }],
    ['198.18.0.14', { answers: 'silent' }],
  ]);
  const ending = new AbortController();
  const mirror = openMirror(store, ['/calico/', '/clocker/v1/'], { clock: systemStoreClock });
  const adjacency = openAdjacency({
    mirror,
    store,
    node: 'h1',
    look: async (address) => {
      const found = world.get(address);
      if (found === undefined) throw new Error(`${address} is not to be asked.`);
      return found;
    },
    clock: clockOfHost,
    log: () => undefined,
    signal: ending.signal,
  });
  onTestFinished(async () => {
    ending.abort();
    await adjacency.stopped;
    await mirror.close();
  });
  const said = async () => (await store.get(pathsKey('h1')))?.value;
  await expect
    .poll(said, { timeout: 5000 })
    .toBe(
      '{"blocked":{"routed":"198.18.0.13 is reached by the router 198.18.0.1","silent":"198.18.0.14 does not answer on the network of this host"}}',
    );
  world.set('198.18.0.13', { answers: 'yes' });
  world.set('198.18.0.14', { answers: 'unknown' });
  await put(aliveKey('near'), '{"again":true}');
  await expect
    .poll(said, { timeout: 5000 })
    .toBe('{"blocked":{"silent":"198.18.0.14 does not answer on the network of this host"}}');
  world.set('198.18.0.14', { answers: 'yes' });
  await put(aliveKey('near'), '{}');
  await expect.poll(said, { timeout: 5000 }).toBeUndefined();
});
