import { expect, test } from 'vitest';
import { didYouMean, suggest } from '../../src/diagnostic/suggest.ts';

const keys = ['image', 'build', 'command', 'environment', 'env_file', 'ports', 'depends_on', 'cap_add', 'x'];

test.each([
  ['imgae', 'image'],
  ['Image', 'image'],
  ['enviroment', 'environment'],
  ['enviromnent', 'environment'],
  ['port', 'ports'],
  ['depends-on', 'depends_on'],
  ['comand', 'command'],
  ['zzzzz', undefined],
  ['y', undefined],
  ['environmentVariables', 'environment'],
  ['capa', undefined],
  ['depend', 'depends_on'],
  ['image', undefined],
  ['', undefined],
  ['i'.repeat(100_000), undefined],
])('%s -> %s', (word, nearest) => {
  expect(suggest(word, keys)).toBe(nearest);
});

test('the nearest wins, the first of two equally near', () => {
  expect(suggest('cat', ['cart', 'cut', 'cats'])).toBe('cart');
  expect(suggest('depend_on', ['depends', 'depends_on'])).toBe('depends_on');
  expect(didYouMean('imgae', keys)).toBe('Did you mean "image"?');
  expect(didYouMean('zzzzz', keys)).toBeUndefined();
});
