import { expect, test } from 'vitest';
import { readResolvers } from '../../../plugins/dns/resolvers.ts';
import { renderRenewal, renderSteered } from '../../../plugins/dns/steer.ts';

test('nothing that is no address gets into the rules', () => {
  const text = renderSteered({
    servers: ['192.0.2.53', '192.0.2.53', '2001:db8::53', '1.1.1.1; drop'],
    loopback: [],
    own: [
      ['198.19.8.1', '192.0.2.54'],
      ['198.19.8.1', '} accept'],
    ],
    askers: ['172.18.0.2'],
  });
  expect(text).toBe(`flush set inet clocker_dns servers
add element inet clocker_dns servers { 192.0.2.53 }
flush set inet clocker_dns loopback
flush set inet clocker_dns own
add element inet clocker_dns own { 198.19.8.1 . 192.0.2.54 }
flush set inet clocker_dns askers
add element inet clocker_dns askers { 172.18.0.2 }
`);
});

test('a new term costs the same however many are steered', () => {
  expect(renderRenewal(10)).toBe(`flush set inet clocker_dns alive
add element inet clocker_dns alive { tcp timeout 10s, udp timeout 10s }
`);
});

test.each([
  ['nameserver 192.0.2.1\n# nameserver 192.0.2.2\nnameserver\t192.0.2.3 \n', '', ['192.0.2.1', '192.0.2.3']],
  ['nameserver 127.0.0.53\n', 'nameserver 192.0.2.9\n', ['192.0.2.9']],
  ['nameserver 127.0.0.53\n', '', ['127.0.0.53']],
  ['nameserver 127.0.0.1\n', 'nameserver 192.0.2.9\n', ['127.0.0.1']],
  ['nameserver 127.0.0.53\nnameserver 192.0.2.1\n', 'nameserver 192.0.2.9\n', ['127.0.0.53', '192.0.2.1']],
  ['nameserver somewhere\n', '', []],
])('the host’s nameservers of %j and %j', (first, second, expected) => {
  expect(readResolvers((path) => (path === '/etc/resolv.conf' ? first : second))).toEqual(expected);
});
