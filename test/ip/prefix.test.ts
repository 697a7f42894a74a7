import fc from 'fast-check';
import { Address4, Address6 } from 'ip-address';
import { expect, test } from 'vitest';
import { formatAddress, parseAddress } from '../../src/ip/address.ts';
import type { Address } from '../../src/ip/address.ts';
import {
  addressAt,
  comparePrefixes,
  contains,
  covers,
  formatPrefix,
  indexIn,
  lastOf,
  maskLength,
  maskOf,
  overlaps,
  parseCidr,
  parsePrefix,
  prefixOf,
  samePrefix,
  sizeOf,
  subnetsOf,
} from '../../src/ip/prefix.ts';
import type { Prefix } from '../../src/ip/prefix.ts';

const v4: fc.Arbitrary<Address> = fc.integer({ min: 0, max: 0xffffffff }).map((value) => ({ family: 4, value }));
const v6: fc.Arbitrary<Address> = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }).map((value) => ({ family: 6, value }));
const prefix: fc.Arbitrary<Prefix> = fc.oneof(
  fc.tuple(v4, fc.integer({ min: 0, max: 32 })).map(([address, length]) => prefixOf(address, length)),
  fc.tuple(v6, fc.integer({ min: 0, max: 128 })).map(([address, length]) => prefixOf(address, length)),
);

const read = (text: string): Prefix => {
  const found = parsePrefix(text);
  if (found === undefined) throw new Error(text);
  return found;
};
const address = (text: string): Address => {
  const found = parseAddress(text);
  if (found === undefined) throw new Error(text);
  return found;
};

const theirs = (one: Prefix) =>
  one.first.family === 4 ? new Address4(formatPrefix(one)) : new Address6(formatPrefix(one));

test('first, last and containment are those of ip-address', () => {
  fc.assert(
    fc.property(prefix, fc.oneof(v4, v6), (one, other) => {
      expect(parsePrefix(formatPrefix(one))).toEqual(one);
      expect(theirs(one).startAddress().bigInt()).toBe(BigInt(one.first.value));
      expect(theirs(one).endAddress().bigInt()).toBe(BigInt(lastOf(one).value));
      const expected =
        one.first.family === other.family &&
        (one.first.family === 4
          ? new Address4(formatAddress(other)).isInSubnet(new Address4(formatPrefix(one)))
          : new Address6(formatAddress(other)).isInSubnet(new Address6(formatPrefix(one))));
      expect(contains(one, other)).toBe(expected);
    }),
  );
});

test('two prefixes overlap exactly when one covers the other', () => {
  fc.assert(
    fc.property(prefix, prefix, (a, b) => {
      const isNested = covers(a, b) || covers(b, a);
      expect(overlaps(a, b)).toBe(isNested);
      expect(overlaps(b, a)).toBe(isNested);
      expect(isNested).toBe(contains(a, b.first) || contains(b, a.first));
      expect(overlaps(a, a)).toBe(true);
    }),
  );
});

test.each([
  ['10.0.0.0/8', 'a00::1'],
  ['::/0', '1.2.3.4'],
  ['0.0.0.0/0', '::1'],
])('never across families: %s and %s', (outer, inner) => {
  expect(contains(read(outer), address(inner))).toBe(false);
  expect(overlaps(read(outer), prefixOf(address(inner), 32))).toBe(false);
});

test('places in a prefix', () => {
  fc.assert(
    fc.property(prefix, fc.bigInt({ min: 0n, max: 1n << 130n }), (one, index) => {
      const at = addressAt(one, index);
      expect(at !== undefined).toBe(index < sizeOf(one));
      if (at !== undefined) expect(indexIn(one, at)).toBe(index);
    }),
  );
  const one = read('198.19.8.0/24');
  expect(addressAt(one, -1)).toEqual(lastOf(one));
  expect(addressAt(one, -257)).toBeUndefined();
  expect(indexIn(one, address('198.19.9.0'))).toBeUndefined();
});

test.each([
  '10.0.0.1/8',
  '10.0.0.0',
  '10.0.0.0/33',
  '10.0.0.0/08',
  '10.0.0.0/',
  '10.0.0.0/-1',
  '10.0.0/8',
  '::1/64',
  '::/129',
  '10.0.0.0/8/8',
])('no prefix: %s', (text) => {
  expect(parsePrefix(text)).toBeUndefined();
});

test('an address in its prefix', () => {
  const cidr = parseCidr('198.19.8.5/24');
  expect(cidr && [formatAddress(cidr.address), formatPrefix(cidr.prefix)]).toEqual(['198.19.8.5', '198.19.8.0/24']);
  expect(parseCidr('2001:db8::1')?.prefix.length).toBe(128);
  expect(parseCidr('0.0.0.0/0')?.prefix.length).toBe(0);
});

test('subnets', () => {
  expect([...subnetsOf(read('198.19.8.0/22'), 24)].map(formatPrefix)).toEqual([
    '198.19.8.0/24',
    '198.19.9.0/24',
    '198.19.10.0/24',
    '198.19.11.0/24',
  ]);
  expect([...subnetsOf(read('10.0.0.0/24'), 24)]).toHaveLength(1);
  expect([...subnetsOf(read('10.0.0.0/24'), 23)]).toEqual([]);
  expect([...subnetsOf(read('10.0.0.0/24'), 33)]).toEqual([]);
  const many = subnetsOf(read('2001:db8::/32'), 64);
  many.next();
  expect(formatPrefix(many.next().value ?? read('::/0'))).toBe('2001:db8:0:1::/64');
});

test('masks', () => {
  expect(formatAddress(maskOf(4, 20))).toBe('255.255.240.0');
  expect(formatAddress(maskOf(6, 10))).toBe('ffc0::');
  for (let length = 0; length <= 32; length++) expect(maskLength(maskOf(4, length))).toBe(length);
  expect(maskLength(address('255.0.255.0'))).toBeUndefined();
});

test('order and identity', () => {
  const sorted = ['10.1.0.0/16', '::/0', '10.0.0.0/16', '10.0.0.0/8'].map(read).sort(comparePrefixes);
  expect(sorted.map(formatPrefix)).toEqual(['10.0.0.0/8', '10.0.0.0/16', '10.1.0.0/16', '::/0']);
  expect(samePrefix(read('10.0.0.0/8'), read('10.0.0.0/8'))).toBe(true);
  expect(samePrefix(read('10.0.0.0/8'), read('10.0.0.0/9'))).toBe(false);
});
