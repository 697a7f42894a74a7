import { expect, test } from 'vitest';
import { contains, parsePrefix } from '../../../src/ip/prefix.ts';
import { parseAddress } from '../../../src/ip/address.ts';
import {
  containerInterface,
  gatewayAddress,
  gatewayAddressV6,
  hostInterface,
  mostGateways,
  poolNameOf,
} from '../../../src/model/network/names.ts';

test('every network has a gateway of its own, link-local, never the metadata service, never .0 or .255', () => {
  const linkLocal = parsePrefix('169.254.0.0/16');
  const seen = new Set<string>();
  for (let index = 1; index <= mostGateways; index++) {
    const address = gatewayAddress(index);
    seen.add(address);
    const parsed = parseAddress(address);
    if (parsed === undefined || linkLocal === undefined || !contains(linkLocal, parsed)) throw new Error(address);
    if (/\.(?:0|255)$/.test(address)) throw new Error(address);
  }
  expect(seen.size).toBe(mostGateways);
  expect(seen.has('169.254.169.254')).toBe(false);
  expect(gatewayAddress(1)).toBe('169.254.1.1');
  expect(gatewayAddress(2)).toBe('169.254.1.2');
});

test('the IPv6 gateways are link-local addresses, one each', () => {
  const seen = new Set([1, 2, 255, 256, mostGateways].map(gatewayAddressV6));
  expect(seen.size).toBe(5);
  for (const address of seen) expect(parseAddress(address)).toBeDefined();
  expect(gatewayAddressV6(2)).toBe('fe80::1:2');
});

test('interface names fit the kernel (IFNAMSIZ)', () => {
  const id = 'f'.repeat(64);
  expect(hostInterface(id)).toBe('cali' + 'f'.repeat(11));
  for (const name of [hostInterface(id), containerInterface(id)]) expect(name.length).toBeLessThanOrEqual(15);
});

test('no two prefixes have one pool name', () => {
  const cidrs = ['198.19.8.0/24', 'fd00:1::2:0/112', 'fd00::1:2:0/112', 'fd63:6c6f:636b::/64', 'fd63:6c6f::636b:0/112'];
  expect(new Set(cidrs.map(poolNameOf)).size).toBe(cidrs.length);
  expect(poolNameOf('198.19.8.0/24')).toBe('clk-198-19-8-0-24');
});
