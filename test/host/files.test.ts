import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultMaxBytes, filesOfHost } from '../../src/host/files.ts';

const folder = mkdtempSync(join(tmpdir(), 'clocker-files-'));
const path = (name: string): string => join(folder, name);
const files = filesOfHost(1024);

beforeAll(() => {
  writeFileSync(path('text'), '\ufeffhäl\0lo');
  writeFileSync(path('empty'), '');
  writeFileSync(path('binary'), Buffer.from([0x68, 0xff, 0xfe]));
  writeFileSync(path('large'), 'x'.repeat(1025));
  mkdirSync(path('folder'));
  writeFileSync(path('folder/b'), '');
  writeFileSync(path('folder/a'), '');
  symlinkSync('text', path('link'));
  symlinkSync('nowhere', path('broken'));
  symlinkSync('circle', path('circle'));
  execFileSync('mkfifo', [path('pipe')]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ['text', { kind: 'text', text: '\ufeffhäl\0lo' }],
  ['link', { kind: 'text', text: '\ufeffhäl\0lo' }],
  ['empty', { kind: 'text', text: '' }],
  ['binary', { kind: 'binary' }],
  ['folder', { kind: 'directory' }],
  ['nothing', { kind: 'missing' }],
  ['text/below', { kind: 'missing' }],
  ['\0', { kind: 'missing' }],
  ['x'.repeat(10_000), { kind: 'missing' }],
])('reads %s', (name, content) => {
  expect(files.read(path(name))).toEqual(content);
});

test.each(['large', 'broken', 'circle', 'pipe'])('does not read %s, and says why', (name) => {
  const content = files.read(path(name));
  expect(content.kind).toBe('unreadable');
  expect(content.kind === 'unreadable' && content.reason.length).toBeGreaterThan(5);
});

test('devices and sockets', async () => {
  expect(files.read('/dev/zero').kind).toBe('unreadable');
  expect(files.kindOf('/dev/zero')).toBe('missing');
  const server = createServer().listen(path('socket'));
  await new Promise((resolve) => server.once('listening', resolve));
  expect(files.read(path('socket')).kind).toBe('unreadable');
  await new Promise((resolve) => server.close(resolve));
});

test('files of /proc say they have no size and have content', () => {
  const content = filesOfHost(defaultMaxBytes).read('/proc/self/status');
  expect(content.kind === 'text' && content.text).toContain('Pid:');
});

test.skipIf(process.getuid?.() === 0)('no permission', () => {
  writeFileSync(path('secret'), 'x');
  chmodSync(path('secret'), 0);
  expect(files.read(path('secret')).kind).toBe('unreadable');
});

test('kinds and folders', () => {
  expect(['text', 'link', 'folder', 'broken', 'pipe', 'nothing'].map((name) => files.kindOf(path(name)))).toEqual([
    'file',
    'file',
    'directory',
    'missing',
    'missing',
    'missing',
  ]);
  expect(files.list(path('folder'))).toEqual(['a', 'b']);
  expect(files.list(path('text'))).toEqual([]);
});
