/** The selector language, judged by what Calico's own tests say of each operator. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judge, matches, parseSelector, renderSelector, type Selector } from '../../../plugins/policy/index.ts';

const labels = (pairs: Readonly<Record<string, string>>) => new Map(Object.entries(pairs));

function read(text: string): Selector {
  const parsed = parseSelector(text);
  if (parsed.kind === 'error') throw new Error(`${text}: ${parsed.message} at ${parsed.at}`);
  return parsed.selector;
}

/** Selector, labels it selects, labels it does not. */
const rows: readonly (readonly [string, readonly Record<string, string>[], readonly Record<string, string>[]])[] = [
  ['', [{}, { a: 'b' }], []],
  ['all()', [{}, { a: 'b' }], []],
  ['all( )', [{}], []],
  ["a == 'b'", [{ a: 'b' }, { a: 'b', c: 'd' }], [{}, { a: 'c' }, { b: 'b' }]],
  ['a=="b"', [{ a: 'b' }], [{ a: "'b'" }]],
  ["a != 'b'", [{}, { a: 'c' }], [{ a: 'b' }]],
  ['has(a)', [{ a: '' }, { a: 'x' }], [{}, { b: 'a' }]],
  ['!has(a)', [{}, { b: 'a' }], [{ a: '' }]],
  ['!!has(a)', [{ a: 'x' }], [{}]],
  ['a in {\'x\', "y"}', [{ a: 'x' }, { a: 'y' }], [{}, { a: 'z' }]],
  ["a in {'x',}", [{ a: 'x' }], [{ a: '' }]],
  ['a in {}', [], [{}, { a: '' }]],
  ["a not in {'x'}", [{}, { a: 'y' }], [{ a: 'x' }]],
  ["a notin{'x'}", [{}], [{ a: 'x' }]],
  ["a contains 'b'", [{ a: 'abc' }, { a: 'b' }], [{}, { a: 'ac' }]],
  ["a starts with 'ab'", [{ a: 'abc' }], [{}, { a: 'cab' }]],
  ["a ends   with 'ab'", [{ a: 'cab' }], [{}, { a: 'abc' }]],
  ["a == 'b' && c == 'd'", [{ a: 'b', c: 'd' }], [{ a: 'b' }, { c: 'd' }]],
  ["a == 'b' || c == 'd'", [{ a: 'b' }, { c: 'd' }], [{}]],
  ["a == 'b' || c == 'd' && e == 'f'", [{ a: 'b' }, { c: 'd', e: 'f' }], [{ c: 'd' }, { e: 'f' }]],
  ["(a == 'b' || c == 'd') && e == 'f'", [{ a: 'b', e: 'f' }], [{ a: 'b' }]],
  ["! (a == 'b' || has(c))", [{}, { a: 'c' }], [{ a: 'b' }, { c: '' }]],
  ["!a == 'b' && has(c)", [{ c: '' }], [{ a: 'b', c: '' }, {}]],
  ["projectcalico.org/namespace == 'x'", [{ 'projectcalico.org/namespace': 'x' }], [{}]],
  ["com.docker.compose.service == 'web-1_a'", [{ 'com.docker.compose.service': 'web-1_a' }], [{}]],
  ["in == 'a'", [{ in: 'a' }], [{}]],
  ["has == 'a'", [{ has: 'a' }], [{}]],
  ['has(constructor)', [{ constructor: '' }], [{}]],
  ["a\t==\t'b && c'", [{ a: 'b && c' }], [{ a: 'b' }]],
];

describe('each operator selects what Calico’s does', () => {
  for (const [text, selected, others] of rows)
    test(text === '' ? '(empty)' : text, () => {
      const selector = read(text);
      for (const one of selected) expect(matches(selector, labels(one)), JSON.stringify(one)).toBe(true);
      for (const one of others) expect(matches(selector, labels(one)), JSON.stringify(one)).toBe(false);
    });
});

test.each([
  ['a', 1, 'ends where'],
  ['a =', 2, 'Write =='],
  ["a = 'b'", 2, 'Write =='],
  ['a == b', 5, 'a text in quotes'],
  ["a == 'b", 5, 'no closing quote'],
  ["a == 'b' c == 'd'", 9, '&& or ||'],
  ["a == 'b' &", 9, 'Write &&'],
  ["a == 'b' &&", 11, 'ends where'],
  ["(a == 'b'", 9, 'ends where ) should follow'],
  [')', 0, 'a label'],
  ['has()', 4, 'has() takes'],
  ['has(a b)', 0, 'no closing parenthesis'],
  ["a in 'b'", 5, 'a list'],
  ["a in {'b' 'c'}", 10, ', or }'],
  ['a in {b}', 6, 'a text in quotes'],
  ["a like 'b'", 2, 'After a label'],
  ["a == 'b'\n", 8, 'may not stand'],
  ['ä == "b"', 0, 'may not stand'],
  [`${'('.repeat(70)}has(a)${')'.repeat(70)}`, 64, 'nested'],
  ['x'.repeat(513), 0, 'at most 512'],
  ['x'.repeat(70_000), 0, 'at most 65536'],
])('%s is refused where the mistake is', (text, at, message) => {
  const parsed = parseSelector(text);
  if (parsed.kind !== 'error') throw new Error('It was read.');
  expect(parsed.message).toContain(message);
  expect(parsed.at).toBe(at);
});

const name = fc.constantFrom('a', 'b', 'app', 'projectcalico.org/namespace');
const value = fc.constantFrom('', 'x', 'y', 'xy', 'in', "it's", 'a && b');
const leaf: fc.Arbitrary<Selector> = fc.oneof(
  fc.constant<Selector>({ kind: 'all' }),
  fc.record({ kind: fc.constant('has' as const), label: name }),
  fc.record({
    kind: fc.constantFrom('equals', 'differs', 'contains', 'starts-with', 'ends-with'),
    label: name,
    value,
  }),
  fc.record({ kind: fc.constantFrom('in', 'not-in'), label: name, values: fc.array(value, { maxLength: 3 }) }),
);
const { selector: anySelector } = fc.letrec<{ selector: Selector }>((tie) => ({
  selector: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.record({ kind: fc.constant('not' as const), operand: tie('selector') }),
    fc.record({
      kind: fc.constantFrom('and', 'or'),
      operands: fc.array(tie('selector'), { minLength: 2, maxLength: 3 }),
    }),
  ),
}));
const anyLabels = fc.dictionary(name, value).map((pairs) => labels({ ...pairs }));

test('what is written means the same when it is read again', () => {
  fc.assert(
    fc.property(anySelector, anyLabels, (selector, has) => {
      const again = read(renderSelector(selector));
      expect(matches(again, has)).toBe(matches(selector, has));
      expect(renderSelector(again)).toBe(renderSelector(read(renderSelector(again))));
    }),
  );
});

test('a verdict on part of the labels holds for all of them', () => {
  fc.assert(
    fc.property(anySelector, anyLabels, anyLabels, (selector, known, more) => {
      const early = judge(selector, known, false);
      const whole = new Map([...more, ...known]);
      if (early !== undefined) expect(matches(selector, whole)).toBe(early);
    }),
  );
});

test('hostile text never takes long and never throws', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', '(', ')', '{', '}', '!', '&&', '||', "'", '"', ' in ', '==', ',', ' ') }),
      (text) => {
        expect(['selector', 'error']).toContain(parseSelector(text).kind);
      },
    ),
    { numRuns: 500 },
  );
  const began = performance.now();
  expect(parseSelector(`a${' '.repeat(60_000)}`).kind).toBe('error');
  expect(parseSelector(`${'!'.repeat(60_000)}has(a)`).kind).toBe('selector');
  expect(parseSelector(Array.from({ length: 6000 }, () => 'has(a)').join('&&')).kind).toBe('selector');
  expect(performance.now() - began).toBeLessThan(2000);
});
