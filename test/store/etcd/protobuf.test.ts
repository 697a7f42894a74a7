import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeLease,
  decodeRange,
  decodeWatch,
  encodeLease,
  encodeRange,
  rangeOfPrefix,
} from '../../../src/store/etcd/messages.ts';
import { bytes, flag, integer, message, readFields, text } from '../../../src/store/etcd/protobuf.ts';

const read = (source: Buffer): readonly (readonly [number, number | string])[] => {
  const found: (readonly [number, number | string])[] = [];
  readFields(source, (arrived) =>
    found.push([arrived.field, arrived.bytes.length > 0 ? arrived.bytes.toString() : arrived.number]),
  );
  return found;
};

describe('the wire format', () => {
  // From the encoding guide of Protocol Buffers.
  test('is as its own guide has it', () => {
    expect(integer(1, 150).toString('hex')).toBe('089601');
    expect(text(2, 'testing').toString('hex')).toBe('120774657374696e67');
    expect(message(3, integer(1, 150)).toString('hex')).toBe('1a03089601');
    expect(integer(1, -2).toString('hex')).toBe('08feffffffffffffffff01');
    expect(flag(4, true).toString('hex')).toBe('2001');
    expect(integer(1, 0)).toHaveLength(0);
    expect(bytes(300, Buffer.from([7])).toString('hex')).toBe('e2120107');
  });

  test('numbers come back, exact beyond 2^53 where asked', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (number) => {
        readFields(integer(5, number), (arrived) => {
          expect(arrived.exact()).toBe(number);
          if (Number.isSafeInteger(Number(number))) expect(arrived.number).toBe(Number(number));
        });
      }),
    );
  });

  test('fields nobody knows are passed over, whatever their kind', () => {
    const fixed = Buffer.concat([Buffer.from([0x39]), Buffer.alloc(8, 1), Buffer.from([0x45]), Buffer.alloc(4, 1)]);
    expect(read(Buffer.concat([fixed, text(1, 'known')]))).toEqual([[1, 'known']]);
    expect(decodeRange(Buffer.concat([text(99, 'from the future'), integer(4, 1)]))).toEqual({
      revision: 0,
      entries: [],
      more: false,
    });
  });

  test('whatever bytes come, it ends, with an answer or an error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (source) => {
        for (const decode of [decodeRange, decodeWatch, decodeLease]) {
          try {
            decode(Buffer.from(source));
          } catch (error) {
            expect(error).toBeInstanceOf(Error);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('messages', () => {
  test('a lease keeps all its 64 bits', () => {
    for (const lease of ['1', '7fffffffffffffff', 'ffffffffffffffff', '694d9a2e5c3f8a01']) {
      const number = read(encodeLease(lease));
      expect(number).toHaveLength(1);
      readFields(encodeLease(lease), (arrived) => {
        expect(decodeLease(integer(2, arrived.exact())).lease).toBe(lease);
      });
    }
  });

  test('a range without an end names one key', () => {
    expect(read(encodeRange({ key: Buffer.from('k') }))).toEqual([[1, 'k']]);
  });

  test('a prefix ends where the next one would begin', () => {
    expect(rangeOfPrefix('/a/')).toEqual({ key: Buffer.from('/a/'), end: Buffer.from('/a0') });
    expect(rangeOfPrefix('')).toEqual({ key: Buffer.from([0]), end: Buffer.from([0]) });
    expect(rangeOfPrefix('\u{10FFFF}').end).toEqual(Buffer.from([0xf4, 0x8f, 0xbf, 0xc0]));
  });
});
