import { expect, test } from 'vitest';
import { parseDsl, parseDslSteps } from '../../src/blueprint/dsl/parse.ts';
import { renderDsl } from '../../src/blueprint/dsl/render.ts';

/** The expression, written as we write it. */
function rewritten(text: string): string {
  const parsed = parseDsl(text);
  return parsed.kind === 'chain' ? (renderDsl(parsed.chain) ?? 'not as text') : `${parsed.offset}: ${parsed.message}`;
}

test.each([
  ['$brooklyn:self()', '$brooklyn:self()'],
  ['self()', '$brooklyn:self()'],
  ['$brooklyn:entity("a b")', '$brooklyn:entity("a b")'],
  ['$brooklyn:entity( "a" , "b" )', '$brooklyn:entity("a", "b")'],
  ['$brooklyn:entity("a").config("b")', '$brooklyn:entity("a").config("b")'],
  ['$brooklyn:entity("a")\n  .\n  config("b")\n', '$brooklyn:entity("a").config("b")'],
  ['$brooklyn:f($brooklyn:g(h("x")), "y")', '$brooklyn:f(g(h("x")), "y")'],
  ['$brooklyn:f(a.b, 1)', '$brooklyn:f(a.b, 1)'],
  ['$brooklyn:root', '$brooklyn:root'],
  ['$brooklyn:config("x")["a b"] [ 3 ].c', '$brooklyn:config("x")["a b"][3].c'],
  ['$brooklyn:f("\\"\\\\\\n\\u0041\\q")', '$brooklyn:f("\\"\\\\\\nAq")'],
  ['$brooklyn:f("ünïcode")', '$brooklyn:f("ünïcode")'],
  ['$brooklyn:f()', '$brooklyn:f()'],
])('%s', (text, wanted) => {
  expect(rewritten(text)).toBe(wanted);
});

test('bare words are properties, never numbers', () => {
  expect(parseDsl('location(0)')).toEqual({
    kind: 'chain',
    chain: {
      kind: 'dsl',
      steps: [
        { kind: 'call', name: 'location', arguments: [{ kind: 'dsl', steps: [{ kind: 'property', name: '0' }] }] },
      ],
    },
  });
});

test.each([
  ['$brooklyn:', 10],
  ['$brooklyn: ', 11],
  ['$brooklyn:f("x"', 11],
  ['$brooklyn:f("x', 12],
  ['$brooklyn:f("x" "y")', 16],
  ['$brooklyn:f("x",)', 16],
  ['$brooklyn:f(,)', 12],
  ['$brooklyn:f("x").', 17],
  ['$brooklyn:f("x") and more', 17],
  ['$brooklyn:f("x")[1', 16],
  ['$brooklyn:f("\\u12")', 13],
  ["$brooklyn:f('x')", 12],
  ['$brooklyn:a-b', 11],
  [`$brooklyn:${'f('.repeat(100_000)}`, 110],
])('%s is wrong at %i', (text, offset) => {
  expect(parseDsl(text)).toMatchObject({ kind: 'error', offset });
});

test('links of a chain', () => {
  const steps = (text: string) => {
    const parsed = parseDslSteps(text);
    return parsed.kind === 'chain' ? parsed.chain.steps : parsed.message;
  };
  expect(steps('.size')).toEqual([{ kind: 'property', name: 'size' }]);
  expect(steps('size')).toEqual(steps('.size'));
  expect(steps('["a"][2]')).toEqual([
    { kind: 'index', index: 'a' },
    { kind: 'index', index: 2 },
  ]);
  expect(steps('[')).toBeTypeOf('string');
});

test('arguments that are no texts can not be written as text', () => {
  expect(renderDsl({ kind: 'dsl', steps: [{ kind: 'call', name: 'f', arguments: [1] }] })).toBeUndefined();
});
