import { expect, test } from 'vitest';
import { imageOfType, parseImageReference, renderImageReference } from '../../src/model/image-reference.ts';

const digest = `sha256:${'0'.repeat(64)}`;

test.each([
  ['redis', { name: 'redis' }],
  ['redis:7', { name: 'redis', tag: '7' }],
  ['host:5000/img', { name: 'host:5000/img' }],
  ['host:5000/team/img:1.2', { name: 'host:5000/team/img', tag: '1.2' }],
  [`host:5000/img:tag@${digest}`, { name: 'host:5000/img', tag: 'tag', digest }],
  [`redis@${digest}`, { name: 'redis', digest }],
  ['', { name: '' }],
  ['a b:', { name: 'a b', tag: '' }],
])('%s', (text, parts) => {
  expect(parseImageReference(text)).toEqual(parts);
  expect(renderImageReference(parts)).toBe(text);
  expect(imageOfType(`docker:${text}`)).toEqual(parts);
});

test('other types have no image', () => {
  expect(imageOfType('docker-container')).toBeUndefined();
});
