/** The table of moby's patternmatcher tests, as far as it is about what a .dockerignore says. */
import { expect, test } from 'vitest';
import { readIgnore } from '../../src/client/context/ignore.ts';

const rows: readonly (readonly [patterns: string, path: string, isIgnored: boolean])[] = [
  ['**', 'file', true],
  ['**', 'dir/file', true],
  ['**/', 'dir/file', true],
  ['**/**', 'dir/file', true],
  ['dir/**', 'dir/file', true],
  ['dir/**', 'dir/dir2/file', true],
  ['**/dir2/*', 'dir/dir2/file', true],
  ['**/dir2/*', 'dir/dir2/dir2/file', true],
  ['**file', 'file', true],
  ['**file', 'dir/file', true],
  ['**/file', 'dir/dir/file', true],
  ['**/file*', 'dir/dir/file.txt', true],
  ['**/file*txt', 'dir/dir/file.txt', true],
  ['**/**/*.txt', 'dir/dir/file.txt', true],
  ['**/**/*.txt2', 'dir/dir/file.txt', false],
  ['a**/*.txt', 'a/file.txt', true],
  ['a**/*.txt', 'a/dir/dir/file.txt', true],
  ['a/*.txt', 'a/dir/file.txt', false],
  ['a/*.txt', 'a/file.txt', true],
  ['a[b-d]e', 'ace', true],
  ['a[b-d]e', 'ae', false],
  ['a[^b-d]e', 'aze', true],
  ['a[^b-d]e', 'ace', false],
  ['a\\*b', 'a*b', true],
  ['a\\*b', 'axb', false],
  ['.*', '.foo', true],
  ['.*', 'foo', false],
  ['abc.def', 'abcdef', false],
  ['abc.def', 'abcZdef', false],
  ['**/foo/bar', 'foo/bar', true],
  ['**/foo/bar', 'dir/foo/bar', true],
  ['abc/**', 'abc', false],
  ['/abc', 'abc', true],
  ['./abc/', 'abc/x', true],
  ['abc', 'abc/deep/file', true],
  ['?at', 'cat', true],
  ['?at', '/at', false],
  ['*.md\n!README.md', 'README.md', false],
  ['*.md\n!README.md', 'NOTES.md', true],
  ['*.md\n!README*.md\nREADME-secret.md', 'README-secret.md', true],
  ['node_modules\n!node_modules/kept', 'node_modules/kept/index.js', false],
  ['# a comment\n  spaced  \n\n', 'spaced', true],
  ['#abc', '#abc', false],
  ['[unclosed', '[unclosed', true],
  ['../outside', 'outside', true],
];

test.each(rows)('%j on %j', (patterns, path, isIgnored) => {
  expect(readIgnore(patterns).ignores(path)).toBe(isIgnored);
});

test('a folder is looked into when something of it is taken back in', () => {
  const ignore = readIgnore('node_modules\nbuild\n!node_modules/kept');
  expect(ignore.mayHold('node_modules')).toBe(true);
  expect(ignore.mayHold('build')).toBe(false);
});

test('no pattern makes it slow', () => {
  const ignore = readIgnore(`${'**/*a'.repeat(40)}b\n${'*a'.repeat(60)}b`);
  const started = performance.now();
  expect(ignore.ignores(`${'a'.repeat(200)}/`.repeat(10))).toBe(false);
  expect(performance.now() - started).toBeLessThan(2000);
});
