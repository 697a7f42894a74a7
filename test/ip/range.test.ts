import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatAddress, parseAddress } from '../../src/ip/address.ts';
import { eui64Address, formatMac, parseMac } from '../../src/ip/mac.ts';
import { contains, formatPrefix, parsePrefix } from '../../src/ip/prefix.ts';
import {
  addressesOf,
  formatRange,
  parseRange,
  prefixesOf,
  rangeContains,
  rangeFrom,
  rangeOf,
  rangesOverlap,
} from '../../src/ip/range.ts';
import type { Range } from '../../src/ip/range.ts';

const read = (text: string): Range => {
  const found = parseRange(text);
  if (found === undefined) throw new Error(text);
  return found;
};

test('reading and writing', () => {
  expect(formatRange(read('198.19.8.10 - 198.19.8.20'))).toBe('198.19.8.10-198.19.8.20');
  expect(formatRange(read('::1'))).toBe('::1-::1');
  for (const wrong of ['', '10.0.0.2-10.0.0.1', '10.0.0.1-::1', '10.0.0.1-', '1.1.1.1-1.1.1.2-1.1.1.3'])
    expect(parseRange(wrong)).toBeUndefined();
});

test('addresses in order, to the very end of the family', () => {
  expect([...addressesOf(read('255.255.255.254-255.255.255.255'))].map(formatAddress)).toEqual([
    '255.255.255.254',
    '255.255.255.255',
  ]);
  expect([...addressesOf(read('::ffff-::1:1'))].map(formatAddress)).toEqual(['::ffff', '::1:0', '::1:1']);
});

test('containment and overlap', () => {
  expect(rangeContains(read('10.0.0.1-10.0.0.9'), read('10.0.0.9').first)).toBe(true);
  expect(rangeContains(read('10.0.0.1-10.0.0.9'), read('10.0.0.10').first)).toBe(false);
  expect(rangeContains(read('0.0.0.0-255.255.255.255'), read('::1').first)).toBe(false);
  expect(rangesOverlap(read('10.0.0.1-10.0.0.9'), read('10.0.0.9-10.0.0.20'))).toBe(true);
  expect(rangesOverlap(read('10.0.0.1-10.0.0.9'), read('10.0.0.10-10.0.0.20'))).toBe(false);
});

test('a range is exactly the prefixes it is split into', () => {
  expect(prefixesOf(read('10.0.0.1-10.0.0.6')).map(formatPrefix)).toEqual([
    '10.0.0.1/32',
    '10.0.0.2/31',
    '10.0.0.4/31',
    '10.0.0.6/32',
  ]);
  expect(prefixesOf(read('0.0.0.0-255.255.255.255')).map(formatPrefix)).toEqual(['0.0.0.0/0']);
  const v4 = fc.integer({ min: 0, max: 0xffffffff }).map((value) => ({ family: 4 as const, value }));
  fc.assert(
    fc.property(v4, v4, v4, (a, b, probe) => {
      const range = rangeFrom(a, b) ?? rangeFrom(b, a);
      if (range === undefined) throw new Error('no range');
      const prefixes = prefixesOf(range);
      expect(prefixes.length).toBeLessThanOrEqual(62);
      expect(prefixes.some((prefix) => contains(prefix, probe))).toBe(rangeContains(range, probe));
      expect(prefixes.reduce((sum, prefix) => sum + 2 ** (32 - prefix.length), 0)).toBe(
        Number(range.last.value) - Number(range.first.value) + 1,
      );
    }),
  );
});

test('the range of a prefix', () => {
  const prefix = parsePrefix('198.19.8.0/24');
  expect(prefix && formatRange(rangeOf(prefix))).toBe('198.19.8.0-198.19.8.255');
});

test('MAC addresses and EUI-64', () => {
  expect(parseMac('02:42:ac:11:00:02')).toBe(0x0242ac110002);
  expect(formatMac(0x0242ac110002)).toBe('02:42:ac:11:00:02');
  for (const wrong of ['', '02-42-ac-11-00-02', '02:42:ac:11:00', '0242ac110002', 'g2:42:ac:11:00:02'])
    expect(parseMac(wrong)).toBeUndefined();
  const prefix = parsePrefix('fe80::/64');
  const made = prefix && eui64Address(prefix, 0x0242ac110002);
  expect(made).toEqual(parseAddress('fe80::42:acff:fe11:2'));
  const v4 = parsePrefix('10.0.0.0/8');
  expect(v4 && eui64Address(v4, 1)).toBeUndefined();
});
