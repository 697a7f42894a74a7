/** Broken texts: every mistake is found, at its place, without a flood of consequences, and the rest is still read. */
import { expect, test } from 'vitest';
import { parseDocument } from '../../src/document/parse.ts';
import { places, valueOfNode } from './outline.ts';

const cases: readonly (readonly [name: string, text: string, problems: readonly string[], value: unknown])[] = [
  ['a second colon', 'a: b: c\nd: e', ['1:5 yaml-syntax'], { a: 'b', d: 'e' }],
  ['a value that goes on as a key', 'a: b\n  c: d\ne: f', ['2:4 yaml-syntax'], { a: 'b c', e: 'f' }],
  ['a missing colon', 'a: 1\nb\nc: 3', ['2:1 yaml-syntax'], { a: 1, c: 3 }],
  ['deeper under a finished value', 'a: "x"\n  b: c\nd: e', ['2:3 yaml-syntax'], { a: 'x', d: 'e' }],
  ['an item among keys', 'a: 1\n- b\nc: 2', ['2:1 yaml-syntax'], { a: 1, c: 2 }],
  ['a key among items', '- a\nb: 1\n- c', ['2:1 yaml-syntax'], ['a', 'c']],
  ['an item behind a key', 'a: - b\nc: d', ['1:4 yaml-syntax'], { a: null, c: 'd' }],
  ['an open quote', 'a: "b\nc: d\n', ['1:4 yaml-syntax'], { a: 'b', c: 'd' }],
  ['an open bracket', 'a: [b, c\nd: e\nf: g', ['1:4 yaml-syntax'], { a: ['b', 'c d'], d: 'e', f: 'g' }],
  [
    'an open brace in a list',
    'x:\n  - a: {b: c\n  - d\ny: z',
    ['2:8 yaml-syntax'],
    { x: [{ a: { b: 'c - d y' } }, 'd'], y: 'z' },
  ],
  ['a missing comma', 'a: ["b" c]\nd: e', ['1:9 yaml-syntax'], { a: ['b'], d: 'e' }],
  ['two brackets too many', 'a: [b]]\nc: d', ['1:7 yaml-syntax'], { a: ['b'], c: 'd' }],
  [
    'characters that begin no value',
    'a: @b\nc: `d`\ne: %f',
    ['1:4 yaml-syntax', '2:4 yaml-syntax', '3:4 yaml-syntax'],
    { a: '@b', c: '`d`', e: '%f' },
  ],
  ['tabs as indentation', 'a:\n\tb: 1\n', ['2:1 yaml-syntax'], { a: { b: 1 } }],
  [
    'unknown escapes',
    'a: "\\q"\nb: "\\u12"\nc: "\\ud800"',
    ['1:5 yaml-syntax', '2:5 yaml-syntax', '3:5 yaml-syntax'],
    undefined,
  ],
  [
    'an alias without anchor, one without name',
    'a: *x\nb: * y',
    ['1:4 yaml-alias-unknown', '2:4 yaml-syntax'],
    undefined,
  ],
  ['an alias inside its anchor', 'a: &x [*x, b]', ['1:8 yaml-alias-cycle'], { a: [null, 'b'] }],
  ['a merge of no map', 'x: &x [1]\na: {<<: *x, b: c}', ['2:9 yaml-merge-value'], { x: [1], a: { b: 'c' } }],
  ['a second merge key', 'a: {<<: {b: 1}, <<: {c: 2}}', ['1:17 yaml-duplicate-key'], { a: { b: 1, c: 2 } }],
  ['a tag that lies', 'a: !!int b', ['1:10 yaml-tag-value'], { a: 'b' }],
  ['an unknown tag handle', 'a: !x!y b', ['1:4 yaml-syntax'], { a: 'b' }],
  ['a tag on an alias', 'a: &x 1\nb: !t *x', ['2:7 yaml-syntax'], { a: 1, b: 1 }],
  ['a bad block header', 'a: |x\n  b\nc: d', ['1:4 yaml-syntax'], { a: 'b\n', c: 'd' }],
  ['the first line indented more', '  a: 1\nb: 2\n', ['2:1 yaml-syntax'], { a: 1, b: 2 }],
  ['NUL', 'a: b\0c', ['1:5 yaml-character'], { a: 'b\ufffdc' }],
  [
    'several at once',
    'a: b: c\nd: [e\nf: "g\nh: *i\nj: k',
    ['1:5 yaml-syntax', '2:4 yaml-syntax', '3:4 yaml-syntax', '4:4 yaml-alias-unknown'],
    undefined,
  ],
];

test.each(cases)('%s', (_name, text, problems, value) => {
  const read = parseDocument(text, 'f.yml', { schema: 'go-yaml' });
  expect(places(read.problems)).toEqual(problems);
  if (value !== undefined) expect(valueOfNode(read.value)).toEqual(value);
});
