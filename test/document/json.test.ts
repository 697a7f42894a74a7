import { expect, test } from 'vitest';
import { nodeToJson } from '../../src/document/json.ts';
import { parseDocument } from '../../src/document/parse.ts';

const json = (text: string) => nodeToJson(parseDocument(text, 'f', { schema: 'go-yaml' }).value);

test('values, keys of any kind, shared aliases', () => {
  expect(json('a: [1, true, null, x]\n1: y\ntrue: z\n[b, 2]: c')).toEqual({
    a: [1, true, null, 'x'],
    '1': 'y',
    true: 'z',
    '["b",2]': 'c',
  });
  const value = json('a: &x {b: c}\nd: *x');
  expect(JSON.stringify(value)).toBe('{"a":{"b":"c"},"d":{"b":"c"}}');
});

test('no key reaches a prototype', () => {
  const value = json('__proto__: {polluted: true}\nconstructor: 1');
  expect(JSON.stringify(value)).toBe('{"__proto__":{"polluted":true},"constructor":1}');
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

test('shared nodes stay shared', () => {
  const laughs = ['a: &a [x,x,x,x,x]', 'b: &b [*a,*a,*a,*a,*a]', 'c: [*b,*b,*b]'].join('\n');
  const value = json(laughs) as { c: unknown[] };
  expect(value.c[0]).toBe(value.c[1]);
});
