import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { renderYaml } from '../../src/document/render.ts';
import type { Renderable } from '../../src/document/render.ts';

/** Texts some parser or other has taken for something else. */
const treacherous = [
  'yes no on off y n Y N true null ~ NULL .inf -.Inf .nan = <<',
  '0440 0o17 0x1F 0b11 1_000 1:30 190:20:30 1e3 1E-3 +1 -1 .5 5. 1,000 08 09.5 - -- --- ... ---a 2020-01-01',
  'a:b a: :a a#b #a a,b [a] {a} &a *a !a %a @a `a |a >a ?a -a \'a "a a\\b a"b it\'s',
]
  .join(' ')
  .split(' ')
  .concat([
    '',
    ' ',
    ' a',
    'a ',
    'a: b',
    'a #b',
    '- a',
    '? a',
    'a\tb',
    '\ta',
    '2001-12-14 21:59:43.10 -5',
    '\u0085',
    '\u2028',
    '\ufeff',
  ])
  .concat([
    '\n',
    '\n\n',
    'a\n',
    'a\nb',
    'a\n\n',
    '\na',
    ' a\nb',
    'a\n b\n',
    '\ta\n',
    'a\n  \nb',
    '\n  \n a\n',
    'a\r\nb',
    '\0',
    '\u{1f600}',
    '#!/bin/sh\nset -e\n',
    '---\n',
    '---\na: b\n...\n',
  ]);

const text = fc.oneof(
  fc.constantFrom(...treacherous),
  fc.string(),
  fc.string({ unit: fc.constantFrom(' ', '\n', '\t', 'a', ':', '-', '#', "'", '"', '1', '.', '\\') }),
);

const value: fc.Arbitrary<Renderable> = fc.letrec<{ value: Renderable }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.constantFrom<Renderable>(null, true, false, -0, Number.POSITIVE_INFINITY),
    fc.integer(),
    fc.double({ noNaN: true }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(text, tie('value')), { maxLength: 4 }).map((entries) => new Map(entries)),
  ),
})).value;

for (const version of ['1.1', '1.2'] as const)
  test(`a YAML ${version} parser reads back what was written`, () => {
    fc.assert(
      fc.property(value, (written) => {
        expect(parse(renderYaml(written), { version, mapAsMap: true })).toEqual(written);
      }),
      { numRuns: 2000 },
    );
  });

test('a plain scalar in YAML 1.1 is a string where it was one', () => {
  for (const written of treacherous) expect(parse(renderYaml([written]), { version: '1.1' })).toEqual([written]);
});

test('what is easy to read stays unquoted', () => {
  const written = {
    image: 'redis:7-alpine',
    command: ['sh', '-c', 'echo "hello, world" && exit'],
    ports: ['8080:80'],
    script: '#!/bin/sh\necho hi\n',
    empty: {},
    none: [],
    left: undefined,
    matrix: [[1, 2n ** 70n], [{ a: 1, b: null }]],
  };
  expect(renderYaml(written)).toBe(
    `image: redis:7-alpine
command:
  - sh
  - -c
  - echo "hello, world" && exit
ports:
  - '8080:80'
script: |
  #!/bin/sh
  echo hi
empty: {}
none: []
matrix:
  - - 1
    - 1180591620717411303424
  - - a: 1
      b: null
`,
  );
});

test('keys that are not strings and keys too long for an implicit key are written explicitly', () => {
  const long = 'k'.repeat(2000);
  const written = new Map<Renderable, Renderable>([
    [['a', 'b'], 1],
    [long, [2]],
    [1, { x: 3 }],
  ]);
  const read: unknown = parse(renderYaml(written), { mapAsMap: true });
  expect(read).toEqual(
    new Map<unknown, unknown>([
      [['a', 'b'], 1],
      [long, [2]],
      [1, new Map([['x', 3]])],
    ]),
  );
});
