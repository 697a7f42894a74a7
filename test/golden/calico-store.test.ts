/** What stands in the store after Docker's calls, byte for byte: Calico's tools read it (reference: Calico's own client). */
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectGolden } from '../support/golden.ts';
import { gateway, memoryStore, serveHost } from '../plugins/ipam/served.ts';

const folder = fileURLToPath(new URL('calico-store', import.meta.url));
const id = (number: number): string => `e${number}`.padEnd(64, '0');

test('one host with a network of both families, reserved addresses, and an address given back', async () => {
  const store = memoryStore();
  const host = await serveHost(store);
  const four = await host.pool('198.19.8.0/24');
  const six = await host.pool('fd00:8::/64', '', true);
  await host.address(four, '198.19.8.1', gateway);
  await host.address(four, '198.19.8.5');
  await host.network('c0ffee', '198.19.8.0/24', 'fd00:8::/64');
  const given: string[] = [];
  for (const number of [1, 2, 3]) {
    given.push(await host.address(four));
    await host.attach('c0ffee', id(number), given.at(-1) ?? '');
  }
  given.push(await host.address(six), await host.address(four, '198.19.8.77'), await host.address(four));
  await host.release(four, (given.at(-1) ?? '').split('/')[0] ?? '');
  expect(new Set(given).size).toBe(given.length);
  const { entries } = await store.list('/calico/');
  expectGolden(join(folder, 'one-host'), 'store.txt', entries.map(({ key, value }) => `${key}\n${value}\n`).join('\n'));
});
