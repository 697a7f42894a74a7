import { describe, expect, test } from 'vitest';
import { parseAddress } from '../../src/ip/address.ts';
import { parseCidr } from '../../src/ip/prefix.ts';
import type { Link } from '../../src/host/ip.ts';
import { chooseAddresses, whenChanged } from '../../src/host/reached.ts';

const link = (name: string, ...addresses: readonly string[]): Link => ({
  name,
  index: 1,
  isUp: true,
  mtu: 1500,
  group: 'default',
  addresses: addresses.flatMap((one) => parseCidr(one) ?? []),
});
const links = [
  link('lo', '127.0.0.1/8', '::1/128'),
  link('eth0', '198.18.0.11/24', 'fd00:1::11/64', 'fe80::1/64'),
  link('eth1', '203.0.113.5/29', '2001:db8:1::5/64'),
  link('docker0', '172.17.0.1/16'),
];

describe('the addresses by which a host is reached', () => {
  test.each<[string, readonly Link[], readonly string[], object]>([
    ['are the ones it sends from', links, ['203.0.113.5'], { ipv4: '203.0.113.5/29', ipv6: '2001:db8:1::5/64' }],
    [
      'of the first peer that has a way',
      links,
      ['198.18.0.11', '203.0.113.5'],
      { ipv4: '198.18.0.11/24', ipv6: 'fd00:1::11/64' },
    ],
    [
      'of both families where both have a way',
      links,
      ['198.18.0.11', '2001:db8:1::5'],
      { ipv4: '198.18.0.11/24', ipv6: '2001:db8:1::5/64' },
    ],
    [
      'are those of the first interface where no way is known',
      links,
      [],
      { ipv4: '198.18.0.11/24', ipv6: 'fd00:1::11/64' },
    ],
    ['are never those of containers', links, ['172.17.0.1'], { ipv4: '198.18.0.11/24', ipv6: 'fd00:1::11/64' }],
    [
      'are IPv6 alone where there is nothing else',
      [link('eth0', 'fd00:1::11/64')],
      ['fd00:1::11'],
      { ipv6: 'fd00:1::11/64' },
    ],
    ['are none where the host has none', [link('lo', '127.0.0.1/8'), link('eth0', 'fe80::1/64')], [], {}],
  ])('%s', (_name, given, sources, wanted) => {
    expect(
      chooseAddresses(
        given,
        sources.flatMap((one) => parseAddress(one) ?? []),
      ),
    ).toEqual(wanted);
  });
});

test('asks again after a while, and not before, as long as the interfaces are the same', async () => {
  let asked = 0;
  let now = 0;
  const addresses = whenChanged(
    () => Promise.resolve({ ipv4: `198.18.0.${++asked}/24` }),
    () => now,
  );
  expect(await addresses()).toEqual({ ipv4: '198.18.0.1/24' });
  now = 59_999;
  expect(await addresses()).toEqual({ ipv4: '198.18.0.1/24' });
  now = 60_000;
  expect(await addresses()).toEqual({ ipv4: '198.18.0.2/24' });
});
