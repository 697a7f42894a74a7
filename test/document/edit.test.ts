import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDocument } from '../../src/document/edit.ts';
import type { Edit, Path } from '../../src/document/edit.ts';
import type { Renderable } from '../../src/document/render.ts';
import { renderYaml } from '../../src/document/render.ts';

const edit = (text: string, ...edits: readonly Edit[]) => editDocument(text, 'f.yml', edits, { schema: 'go-yaml' });
const set = (path: Path, value: Renderable): Edit => ({ kind: 'set', path, value });
const remove = (...path: Path): Edit => ({ kind: 'remove', path });

const file = `# The shop
services:   # all of it
  web:
    image: "nginx:1"  # pinned
    ports: [ "80:80", 443 ]
    command:
    # said so by ops
    - a
    - b   # second
    labels: &l {x: 1}

  db: { image: db, restart: always }
  copy:
    <<: *l
    script: |
      one
      two
    ref: *l
# the end
`;

test.each<[string, Edit, string, string]>([
  ['a scalar', set(['services', 'web', 'image'], 'nginx:2'), '"nginx:1"  # pinned', '"nginx:2"  # pinned'],
  ['a quoted scalar', set(['services', 'web', 'image'], 'a"b'), '"nginx:1"', '"a\\"b"'],
  ['a plain scalar to one that needs quotes', set(['services', 'web', 'command', 1], 'on'), '- b ', "- 'on' "],
  ['a scalar to a map', set(['services', 'web', 'image'], { a: 1 }), 'image: "nginx:1"', 'image:\n      a: 1'],
  ['in a flow sequence', set(['services', 'web', 'ports', 0], 'a, b'), '"80:80"', '"a, b"'],
  ['the end of a flow sequence', set(['services', 'web', 'ports', 2], 8080), '443 ]', '443, 8080 ]'],
  ['in a flow map', set(['services', 'db', 'image'], ['x']), 'image: db', 'image: [x]'],
  ['a new key of a flow map', set(['services', 'db', 'init'], true), 'always }', 'always, init: true }'],
  ['an item', set(['services', 'web', 'command', 1], 'c'), '- b   # second', '- c   # second'],
  [
    'a further item',
    set(['services', 'web', 'command', 2], { d: 1, e: 2 }),
    '- b   # second',
    '- b   # second\n    - d: 1\n      e: 2',
  ],
  ['a new key', set(['services', 'web', 'init'], true), '{x: 1}\n', '{x: 1}\n    init: true\n'],
  [
    'a new key with maps on the way',
    set(['services', 'new', 'deploy', 'replicas'], 2),
    'ref: *l\n',
    'ref: *l\n  new:\n    deploy:\n      replicas: 2\n',
  ],
  ['a key a merge brings', set(['services', 'copy', 'x'], 2), 'ref: *l\n', 'ref: *l\n    x: 2\n'],
  ['an alias', set(['services', 'copy', 'ref'], 'own'), 'ref: *l', 'ref: own'],
  ['a block scalar', set(['services', 'copy', 'script'], 'three\nfour\n'), 'one\n      two', 'three\n      four'],
  [
    'a list to another',
    set(['services', 'web', 'command'], ['x']),
    'command:\n    # said so by ops\n    - a\n    - b   # second',
    'command:\n      - x   # second',
  ],
  ['a key away', remove('services', 'web', 'image'), '    image: "nginx:1"  # pinned\n', ''],
  ['a key of a flow map away', remove('services', 'db', 'image'), 'image: db, ', ''],
  ['the last key of a flow map away', remove('services', 'db', 'restart'), ', restart: always', ''],
  ['an item away', remove('services', 'web', 'command', 0), '    - a\n', ''],
  ['a flow item away', remove('services', 'web', 'ports', 1), ', 443', ''],
  ['a service away', remove('services', 'db'), '  db: { image: db, restart: always }\n', ''],
  ['what is not there away', remove('services', 'nobody'), '', ''],
])('%s', (_name, one, before, after) => {
  expect(edit(file, one)).toEqual({ value: file.replace(before, after), problems: [] });
});

test('several changes, one after the other', () => {
  expect(edit('a: 1 # one\n', set(['b'], { c: 1 }), set(['b', 'd'], 2), remove('a')).value).toBe(
    'b:\n  c: 1\n  d: 2\n',
  );
});

test('an empty value takes what it is given, an emptied collection stays one', () => {
  expect(edit('a:\nb: 1\n', set(['a', 'c'], 2)).value).toBe('a:\n  c: 2\nb: 1\n');
  expect(edit('a: {}\n', set(['a', 'c'], 2)).value).toBe('a:\n  c: 2\n');
  expect(edit('a:\n  b: 1\n', remove('a', 'b')).value).toBe('a:\n  {}\n');
  expect(edit('- a: 1\n  b: 2\n', remove(0, 'a')).value).toBe('- b: 2\n');
});

test('CR LF stay', () => {
  expect(edit('a: 1\r\nb: 2\r\n', set(['a'], 3), remove('b'), set(['c'], [4])).value).toBe('a: 3\r\nc:\r\n  - 4\r\n');
});

test('what can not be done in place is refused, and a broken text is not touched', () => {
  const shared = 'a: &x {b: 1}\nc: *x\n';
  const refused = edit(shared, set(['c', 'b'], 2));
  expect(refused).toMatchObject({ value: shared, problems: [{ code: 'yaml-edit-impossible' }] });
  expect(edit('a: [', set(['b'], 1))).toMatchObject({ value: 'a: [', problems: [{ code: 'yaml-syntax' }] });
});

const json: fc.Arbitrary<Renderable> = fc.letrec<{ value: Renderable }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Renderable>(null, true, 1, 'a', 'b c', 'yes', '', 'x\ny\n', ' lead', '#no', '- no'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c d', '0'), tie('value'), { maxKeys: 3 }),
  ),
})).value;

test('a change comes out as meant, or the text stays', () => {
  let made = 0;
  fc.assert(
    fc.property(
      json,
      fc.array(fc.constantFrom<string | number>('a', 'b', 'c d', 0, 1), { minLength: 1, maxLength: 3 }),
      json,
      (before, path, value) => {
        const text = renderYaml(before);
        const { value: after, problems } = edit(text, set(path, value));
        if (problems.length === 0) made++;
        else expect(after).toBe(text);
      },
    ),
    { numRuns: 1000 },
  );
  expect(made).toBeGreaterThan(100);
});
