import { expect, test } from 'vitest';
import { valueOf } from '../../src/document/node.ts';
import type { Node } from '../../src/document/node.ts';
import { parseDocument, parseDocuments } from '../../src/document/parse.ts';
import type { YamlSchema } from '../../src/document/scalars.ts';
import { places, valueOfNode } from './outline.ts';

const parse = (text: string, schema: YamlSchema = 'go-yaml') => {
  const { value, problems } = parseDocument(text, 'f.yml', { schema });
  return { value: valueOfNode(value), problems: places(problems), node: value };
};

/** What every parser of the libyaml family reads, in the forms people write. */
const readings: readonly (readonly [string, string, unknown])[] = [
  ['an empty text', '', null],
  ['only a comment', '# nothing\n', null],
  ['a scalar', 'just text', 'just text'],
  ['maps and lists', 'a:\n  b: 1\n  c: [x, y]\nd: {e: f}\n', { a: { b: 1, c: ['x', 'y'] }, d: { e: 'f' } }],
  ['a list in the column of its key', 'a:\n- b\n- c: 1\n  d: 2\ne: f', { a: ['b', { c: 1, d: 2 }], e: 'f' }],
  ['nested lists', '- - a\n  - b\n-\n  - c\n- \n- d', [['a', 'b'], ['c'], null, 'd']],
  ['empty values', 'a:\nb: \nc:\n  d:\n', { a: null, b: null, c: { d: null } }],
  ['a plain scalar over lines', 'a: b\n  c\n\n  d\ne: f', { a: 'b c\nd', e: 'f' }],
  ['comments everywhere', 'a: b # c\n# d\nc: "#e" # f\ng: h#i\n', { a: 'b', c: '#e', g: 'h#i' }],
  ['single quotes', "a: 'it''s'\nb: 'x\n  y\n\n  z'", { a: "it's", b: 'x y\nz' }],
  ['double quotes', 'a: "\\t\\x41\\u263a\\U0001F600\\"\\\\\\/"\nb: "x\\\n   y"', { a: '\tA☺😀"\\/', b: 'xy' }],
  ['a quoted text that goes on at the margin', 'a:\n  b: "x\ny"\n', { a: { b: 'x y' } }],
  ['literal and folded', 'a: |\n  x\n   y\n\nb: >\n  x\n  y\n\n  z\n', { a: 'x\n y\n', b: 'x y\nz\n' }],
  ['chomping', 'a: |-\n  x\n\nb: |+\n  x\n\nc: >-\n  x\n', { a: 'x', b: 'x\n\n', c: 'x' }],
  ['an indentation indicator', 'a: |2\n    x\n   y\n', { a: '  x\n y\n' }],
  ['a literal that is more indented first', 'a: >\n  x\n    y\n  z\n', { a: 'x\n  y\nz\n' }],
  ['flow over lines', 'a: [\n  b, # c\n  {d: e,\n  f},\n]\n', { a: ['b', { d: 'e', f: null }] }],
  ['JSON', '{"a":1,"b":[true,null,"c"]}', { a: 1, b: [true, null, 'c'] }],
  ['a pair in a flow sequence', '[a: b, c]', [{ a: 'b' }, 'c']],
  ['colons inside words', 'a: http://x:80/y\nb: [c:d, "e":f]\n', { a: 'http://x:80/y', b: ['c:d', { e: 'f' }] }],
  [
    'explicit keys',
    '? a\n: b\n? - c\n: - d\n',
    [
      ['a', 'b'],
      [['c'], ['d']],
    ],
  ],
  ['CR LF', 'a:\r\n  - b\r\n  - |\r\n    c\r\n    d\r\n', { a: ['b', 'c\nd\n'] }],
  ['a byte order mark', '\ufeffa: b', { a: 'b' }],
  ['tabs behind a value and inside text', 'a:\tb\t\nc: d\te\t# f', { a: 'b', c: 'd\te' }],
  ['keys of every prototype', '__proto__: 1\nconstructor: 2\ntoString: 3', undefined],
  [
    'anchors and aliases',
    'a: &x [1]\nb: *x\n*x : c',
    [
      ['a', [1]],
      ['b', [1]],
      [[1], 'c'],
    ],
  ],
  ['an anchor set anew', '- &a 1\n- *a\n- &a 2\n- *a', [1, 1, 2, 2]],
  [
    'core tags',
    '- !!str 1\n- !!int "0x1F"\n- !!float 1\n- !!bool "true"\n- ! 1\n- !!str\n- !<tag:yaml.org,2002:str> 2',
    ['1', 31, 1, true, '1', '', '2'],
  ],
  ['a tag handle', '%TAG !e! tag:example.com,2000:\n---\n!e!x a', 'a'],
  // TOSCA 2.0 §15, and the continuation lines of OASIS's own cases: npm's YAML 1.2 parser refuses both.
  [
    'flow sequences as keys of nested maps',
    'a:\n  b:\n    [CAPABILITY, endpoint, port]: port\n    [x]: y\n',
    {
      a: {
        b: [
          [['CAPABILITY', 'endpoint', 'port'], 'port'],
          [['x'], 'y'],
        ],
      },
    },
  ],
  [
    'flow maps as keys',
    'a:\n  {concat: [x, y]}: v\n  {b: c}: d\n',
    {
      a: [
        [{ concat: ['x', 'y'] }, 'v'],
        [{ b: 'c' }, 'd'],
      ],
    },
  ],
];

test.each(readings)('%s', (_name, text, wanted) => {
  const { value, problems } = parse(text);
  expect(problems).toEqual([]);
  if (wanted !== undefined) expect(value).toEqual(wanted);
});

test('names of prototypes are keys like any other', () => {
  const { node } = parse('__proto__: 1\nconstructor: 2');
  expect(valueOfNode(valueOf(node, '__proto__') ?? node)).toBe(1);
  expect(node.kind === 'map' && node.entries.map((entry) => entry.key.kind === 'scalar' && entry.key.value)).toEqual([
    '__proto__',
    'constructor',
  ]);
});

const scalars: readonly (readonly [string, unknown, unknown])[] = [
  // text, as go-yaml reads it, as the core schema reads it
  ['0440', 288, 440],
  ['0o17', 15, 15],
  ['-0o17', -15, '-0o17'],
  ['0x1F', 31, 31],
  ['0b101', 5, '0b101'],
  ['1_000', 1000, '1_000'],
  ['08', 8, 8],
  ['+5', 5, 5],
  ['1.10', 1.1, 1.1],
  ['1e3', 1000, 1000],
  ['.5', 0.5, 0.5],
  ['9007199254740993', 9007199254740993n, 9007199254740993n],
  ['18446744073709551615', 18446744073709551615n, 18446744073709551615n],
  ['18446744073709551616', 18446744073709552000, 18446744073709551616n],
  ['.inf', Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
  ['-.INF', Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
  ['1e999', '1e999', Number.POSITIVE_INFINITY],
  ['22:22', '22:22', '22:22'],
  ['1.2.3', '1.2.3', '1.2.3'],
  ['.', '.', '.'],
  ['-', '-', '-'],
  ['yes', 'yes', 'yes'],
  ['on', 'on', 'on'],
  ['True', true, true],
  ['tRUE', 'tRUE', 'tRUE'],
  ['FALSE', false, false],
  ['~', null, null],
  ['Null', null, null],
  ['2020-01-01', '2020-01-01', '2020-01-01'],
  ['<<', '<<', '<<'],
];

test.each(scalars)('plain scalar %s', (text, go, core) => {
  if (text === '-') return;
  expect(parse(`[ ${text} ]`, 'go-yaml').value).toEqual([go]);
  expect(parse(`[ ${text} ]`, 'core').value).toEqual([core]);
  expect(parse(`[ "${text}" ]`).value).toEqual([text]);
  expect(parse(`[ !x ${text} ]`).value).toEqual([go]);
});

test('dates are marked for go-yaml, which has a type for them', () => {
  const marked = (text: string, schema: YamlSchema) => {
    const { node } = parse(text, schema);
    return node.kind === 'scalar' && node.timestamp === true;
  };
  expect(marked('2020-01-01', 'go-yaml')).toBe(true);
  expect(marked('2001-12-14t21:59:43.10-05:00', 'go-yaml')).toBe(true);
  expect(marked('2020-01-01', 'core')).toBe(false);
  expect(marked('"2020-01-01"', 'go-yaml')).toBe(false);
  expect(marked('2020-01', 'go-yaml')).toBe(false);
});

test('tags stay on their nodes', () => {
  const { node, problems } = parse('a: !reset null\nb: !override\n  - x\nc: !reset\nd: !!str 5\n');
  expect(problems).toEqual([]);
  const tagOf = (key: string): string | undefined => valueOf(node, key)?.tag;
  expect([tagOf('a'), tagOf('b'), tagOf('c'), tagOf('d')]).toEqual([
    '!reset',
    '!override',
    '!reset',
    'tag:yaml.org,2002:str',
  ]);
});

test.each([
  ['a map', 'x: &x {a: 1, b: 2}\ny:\n  b: 3\n  <<: *x\n  c: 4', { b: 3, c: 4, a: 1 }],
  ['a list of maps, the first wins', 'x: &x {a: 1}\nz: &z {a: 2, b: 2}\ny: {<<: [*x, *z]}', { a: 1, b: 2 }],
  ['in place', 'y:\n  <<:\n    a: 1\n  b: 2', { b: 2, a: 1 }],
  ['of a map that merges', 'x: &x {a: 1}\nz: &z {<<: *x, b: 2}\ny: {<<: *z}', { b: 2, a: 1 }],
  ['a quoted << is a key', 'y: {"<<": {a: 1}}', { '<<': { a: 1 } }],
])('merge keys: %s', (_name, text, wanted) => {
  const { node, problems } = parse(text);
  expect(problems).toEqual([]);
  expect(valueOfNode(valueOf(node, 'y') ?? node)).toEqual(wanted);
});

test('an alias is the node of its anchor, and says where it stands', () => {
  const { node } = parse('a: &x {b: 1}\nc: *x\nd:\n  <<: *x\n');
  if (node.kind !== 'map') throw new Error('no map');
  const [a, c, d] = node.entries;
  expect(c?.value).toBe(a?.value);
  expect(a?.via).toBeUndefined();
  expect(c?.via?.start).toEqual({ offset: 16, line: 2, column: 4 });
  const merged = d?.value.kind === 'map' ? d.value.entries[0] : undefined;
  expect(merged?.via?.start).toEqual({ offset: 28, line: 4, column: 7 });
  expect(merged?.value.span.start).toEqual({ offset: 10, line: 1, column: 11 });
});

/** Every node of a text with the piece of the text its span holds. */
function pieces(text: string): readonly string[] {
  const found: string[] = [];
  const visit = (node: Node): void => {
    const { start, end } = node.span;
    const lineStart = text.lastIndexOf('\n', start.offset - 1) + 1;
    expect(start).toEqual({
      offset: start.offset,
      line: text.slice(0, start.offset).split('\n').length,
      column: start.offset - lineStart + 1,
    });
    found.push(text.slice(start.offset, end.offset));
    if (node.kind === 'list') node.items.forEach(visit);
    if (node.kind === 'map')
      node.entries.forEach((entry) => {
        visit(entry.key);
        visit(entry.value);
      });
  };
  parseDocuments(text, 'f', { schema: 'core' }).value.forEach(visit);
  return found;
}

test('spans hold exactly what was written', () => {
  expect(pieces('a: !t "b"  # c\nd:\n  - e f\n  - [g, {h: i}]\nj: |\n  k\n  l\n\nm:\n')).toEqual([
    'a: !t "b"  # c\nd:\n  - e f\n  - [g, {h: i}]\nj: |\n  k\n  l\n\nm:',
    'a',
    '"b"',
    'd',
    '- e f\n  - [g, {h: i}]',
    'e f',
    '[g, {h: i}]',
    'g',
    '{h: i}',
    'h',
    'i',
    'j',
    '|\n  k\n  l',
    'm',
    '',
  ]);
});

test('documents of a stream', () => {
  const read = (text: string) => {
    const { value, problems } = parseDocuments(text, 'f', { schema: 'core' });
    return { values: value.map(valueOfNode), problems: places(problems) };
  };
  expect(read('')).toEqual({ values: [], problems: [] });
  expect(read('---\n')).toEqual({ values: [null], problems: [] });
  expect(read('a\n---\nb: |\n  c\n--- d\n...\n')).toEqual({ values: ['a', { b: 'c\n' }, 'd'], problems: [] });
  expect(read('a: &x 1\n---\nb: *x').problems).toEqual(['3:4 yaml-alias-unknown']);
  expect(parse('a\n---\nb')).toMatchObject({ value: 'a', problems: ['3:1 yaml-multiple-documents'] });
});

test('duplicate keys: the first one stays, or the last one wins where the language says so', () => {
  const text = 'a: 1\nb: 2\n"a": 3\n1: x\n"1": y\n';
  expect(parse(text)).toMatchObject({
    value: [
      ['a', 1],
      ['b', 2],
      [1, 'x'],
      ['1', 'y'],
    ],
    problems: ['3:1 yaml-duplicate-key'],
  });
  const lenient = parseDocument(text, 'f', { schema: 'core', duplicateKeys: 'last-wins' });
  expect(lenient.problems.map((problem) => problem.severity)).toEqual(['warning']);
  expect(lenient.problems[0]?.related?.[0]?.at.start.line).toBe(1);
  expect(valueOfNode(lenient.value)).toEqual([
    ['a', 3],
    ['b', 2],
    [1, 'x'],
    ['1', 'y'],
  ]);
});

test('duplicates are found in large maps and among keys that are collections', () => {
  const lines = Array.from({ length: 100 }, (_, index) => `k${index}: ${index}`);
  expect(parse([...lines, 'k50: x'].join('\n')).problems).toEqual(['101:1 yaml-duplicate-key']);
  expect(parse('[a, b]: 1\n[a, c]: 2\n{d: e}: 3').problems).toEqual([]);
  expect(parse('[a, b]: 1\n["a", b]: 2').problems).toEqual(['2:1 yaml-duplicate-key']);
});
