/** Texts made to hurt: a clear problem, in bounded time and memory, never a crash. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDocuments } from '../../src/document/parse.ts';

const letters = 'abcdefghij';

const laughs = [
  'a: &a [x,x,x,x,x,x,x,x,x]',
  ...[...letters.slice(1)].map((name, index) => `${name}: &${name} [${`*${letters.charAt(index)},`.repeat(9)}]`),
].join('\n');

const manyMerges = [
  `a: &a {${Array.from({ length: 1000 }, (_, index) => `k${index}: 1`).join(', ')}}`,
  ...Array.from({ length: 3000 }, (_, index) => `m${index}: {<<: [${'*a,'.repeat(20)}]}`),
].join('\n');

/** Generous beside the few milliseconds they take, because machines are shared; what is not linear takes minutes. */
const quickly = 10_000;

const bombs: readonly (readonly [string, string, string | undefined])[] = [
  ['aliases of aliases', laughs, 'yaml-too-many-nodes'],
  ['merges of merges', manyMerges, 'yaml-too-many-nodes'],
  ['100,000 flow sequences', '['.repeat(100_000), 'yaml-too-deep'],
  ['100,000 block sequences', '- '.repeat(100_000), 'yaml-too-deep'],
  ['100,000 explicit keys', '? '.repeat(100_000), 'yaml-too-deep'],
  ['1,000 nested maps', Array.from({ length: 1000 }, (_, n) => `${' '.repeat(n)}a:`).join('\n'), 'yaml-too-deep'],
  ['100 MB', 'a'.repeat(100_000_000), 'yaml-too-large'],
  ['NUL', '\0'.repeat(1_000_000), 'yaml-character'],
  ['brackets nobody closes', 'a: [b\n'.repeat(200_000), 'yaml-syntax'],
  ['quotes nobody closes', `'"\n`.repeat(200_000), 'yaml-syntax'],
  ['a document mark in every quote', `"a\n---\n`.repeat(200_000), 'yaml-syntax'],
  ['keys in keys', '{[a]: b, '.repeat(60), 'yaml-syntax'],
  ['anchors without end', '&a '.repeat(500_000), 'yaml-syntax'],
  ['a scalar of 1 MB', `a: ${'x'.repeat(1_000_000)}`, undefined],
  ['a number of 1 MB', `a: ${'1'.repeat(1_000_000)}`, undefined],
  ['empty lines', '\n'.repeat(4_000_000), undefined],
  [
    'a line of 300,000 pairs in braces',
    `{${Array.from({ length: 100_000 }, (_, n) => `k${n}: 1, `).join('')}}`,
    undefined,
  ],
  ['a million empty documents', '---\n'.repeat(1_200_000), 'yaml-too-many-nodes'],
];

test.each(bombs)('%s', (_name, text, code) => {
  const before = performance.now();
  const { problems } = parseDocuments(text, 'f', { schema: 'go-yaml' });
  expect(performance.now() - before).toBeLessThan(quickly);
  expect(problems.map((problem) => problem.code).at(0)).toBe(code);
  expect(problems.length).toBeLessThanOrEqual(500);
});

test('a real file may use thousands of aliases', () => {
  const text = `x: &x {a: 1, b: 2}\ny:\n${'- *x\n'.repeat(20_000)}`;
  expect(parseDocuments(text, 'f', { schema: 'go-yaml' }).problems).toEqual([]);
});

const fragments = [
  'a',
  'b: ',
  ': ',
  '- ',
  '? ',
  '\n',
  '\n  ',
  '\n    ',
  '[',
  ']',
  '{',
  '}',
  ', ',
  '"',
  "'",
  '|\n',
  '>\n',
  '#',
];
const morsel = fc.constantFrom(
  ...fragments,
  '&a ',
  '*a ',
  '!t ',
  '<<: ',
  '---\n',
  '...\n',
  '%x\n',
  '\t',
  '\r',
  '\0',
  '\u{1f600}',
  '\\',
);

test('any text is read in bounded time, and every place lies in it', () => {
  fc.assert(
    fc.property(fc.array(morsel, { maxLength: 60 }), (parts) => {
      const text = parts.join('');
      for (const { at } of parseDocuments(text, 'f', { schema: 'core' }).problems) {
        expect(at?.start.offset).toBeLessThanOrEqual(text.length);
        expect(at?.end.offset).toBeLessThanOrEqual(text.length + 1);
        expect(at?.end.offset).toBeGreaterThanOrEqual(at?.start.offset ?? 0);
      }
    }),
    { numRuns: 3000 },
  );
});
