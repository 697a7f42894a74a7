import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseJson, renderJson } from '../../../src/model/network/json.ts';

test('a sequence number of Calico comes back digit for digit', () => {
  const text = '{"sequenceNumber":1767225600000000123,"sequenceNumberForAllocation":{"0":1767225600000000124}}';
  expect(renderJson(parseJson(text))).toBe(text);
  expect(parseJson(text)).toMatchObject({ sequenceNumber: 1_767_225_600_000_000_123n });
});

test('integers of any size survive, in lists and objects, of either sign', () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt({ min: -(1n << 80n), max: 1n << 80n })), fc.bigInt(), (list, one) => {
      expect(renderJson(parseJson(renderJson({ list, one })))).toBe(renderJson({ list, one }));
      expect(renderJson({ one })).toBe(`{"one":${one}}`);
    }),
  );
});

test('everything else is as JSON itself has it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      fc.pre(!/(?<![.\d])\d{16,}(?![\d.eE])/.test(text));
      expect(parseJson(text)).toEqual(JSON.parse(text));
      expect(renderJson(parseJson(text))).toBe(JSON.stringify(JSON.parse(text)));
    }),
  );
});

test('digits inside a text are no number, and an escaped quote does not end it', () => {
  for (const value of ['1767225600000000123', 'a"1767225600000000123', '\\', '\\"12345678901234567890', '}{'])
    expect(parseJson(JSON.stringify({ [value]: value }))).toEqual({ [value]: value });
});

test('a text that looks like our own mark for a big integer stays a text', () => {
  const value = { text: '\u0000int:12', other: '\u0000int:x', key: ['\u0000int:99999999999999999999'] };
  expect(parseJson(JSON.stringify(value))).toEqual(value);
  expect(renderJson(value)).toBe(JSON.stringify(value));
});

test('a fraction or an exponent stays what it was', () => {
  for (const text of ['1234567890123456.5', '1e21', '0.12345678901234567', '12345678901234567e3'])
    expect(parseJson(text)).toBe(JSON.parse(text));
});

test('what is not JSON is refused', () => {
  for (const text of ['', '{', '12345678901234567890x', '"a']) expect(() => parseJson(text)).toThrow(SyntaxError);
});
