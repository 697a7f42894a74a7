import fc from 'fast-check';
import { Address4, Address6 } from 'ip-address';
import { expect, test } from 'vitest';
import { addressFrom, addressPlus, compareAddresses, formatAddress, parseAddress } from '../../src/ip/address.ts';

const v4 = fc.integer({ min: 0, max: 0xffffffff }).map((value) => ({ family: 4 as const, value }));
/** Random, but with the runs of zero groups that shortening is about. */
const v6 = fc
  .array(fc.oneof(fc.constant(0), fc.constant(0xffff), fc.integer({ min: 0, max: 0xffff })), {
    minLength: 8,
    maxLength: 8,
  })
  .map((groups) => ({ family: 6 as const, value: groups.reduce((value, part) => (value << 16n) | BigInt(part), 0n) }));

test('IPv4 reads and writes as ip-address does', () => {
  fc.assert(
    fc.property(v4, (address) => {
      const text = formatAddress(address);
      expect(new Address4(text).bigInt()).toBe(BigInt(address.value));
      expect(parseAddress(text)).toEqual(address);
    }),
  );
});

test('IPv6 reads and writes as ip-address does', () => {
  fc.assert(
    fc.property(v6, (address) => {
      const text = formatAddress(address);
      const theirs = new Address6(text);
      expect(theirs.bigInt()).toBe(address.value);
      if (address.value >> 32n !== 0xffffn) expect(text).toBe(theirs.correctForm());
      expect(parseAddress(text)).toEqual(address);
      expect(parseAddress(theirs.canonicalForm().toUpperCase())).toEqual(address);
    }),
  );
});

test.each([
  ['::', 0n],
  ['::1', 1n],
  ['1::', 1n << 112n],
  ['::ffff:192.0.2.1', 0xffffc0000201n],
  ['64:ff9b::192.0.2.33', 0x64ff9b0000000000000000c0000221n],
  ['1:2:3:4:5:6:7::', 0x00010002000300040005000600070000n],
  ['2001:DB8::A', 0x20010db800000000000000000000000an],
])('reads %s', (text, value) => {
  expect(parseAddress(text)).toEqual({ family: 6, value });
});

test.each([
  '',
  '1',
  '1.2.3',
  '1.2.3.4.5',
  '01.2.3.4',
  '1.2.3.04',
  '256.1.1.1',
  '1.2.3.',
  '.1.2.3',
  '1..2.3',
  '0x1.2.3.4',
  ' 1.2.3.4',
  '1.2.3.4 ',
  '+1.2.3.4',
  '1.2.3.4/24',
  ':',
  ':::',
  '1:::2',
  '1::2::3',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4:5:6:7:8::',
  '12345::',
  'g::',
  'fe80::1%eth0',
  '::1.2.3',
  '1.2.3.4::',
  '::1.2.3.4:5',
  '::01.2.3.4',
  ':1',
  '1:',
  '١.1.1.1',
  '1'.repeat(1_000_000),
])('refuses %s', (text) => {
  expect(parseAddress(text)).toBeUndefined();
});

test.each([
  ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
  ['1:0:0:2:3:0:0:4', '1::2:3:0:0:4'],
  ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
  ['0:0:0:0:0:ffff:c000:201', '::ffff:192.0.2.1'],
])('RFC 5952: %s is written %s', (written, short) => {
  const address = parseAddress(written);
  expect(address && formatAddress(address)).toBe(short);
});

test('steps stay inside the family', () => {
  expect(addressPlus({ family: 4, value: 0xffffffff }, 1)).toBeUndefined();
  expect(addressPlus({ family: 4, value: 0 }, -1)).toBeUndefined();
  expect(addressPlus({ family: 4, value: 255 }, 1)).toEqual({ family: 4, value: 256 });
  expect(addressPlus({ family: 6, value: 0n }, 1n << 64n)).toEqual({ family: 6, value: 1n << 64n });
  expect(addressFrom(6, 1n << 128n)).toBeUndefined();
});

test('order: IPv4 first, then by number', () => {
  const texts = ['::1', '10.0.0.1', '9.255.255.255', '::', '255.255.255.255'];
  const sorted = texts.flatMap((text) => parseAddress(text) ?? []).sort(compareAddresses);
  expect(sorted.map(formatAddress)).toEqual(['9.255.255.255', '10.0.0.1', '255.255.255.255', '::', '::1']);
});
