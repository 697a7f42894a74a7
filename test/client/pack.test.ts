import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, lstat, mkdir, readdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { extract } from 'tar-stream';
import { expect, test } from 'vitest';
import { packContext } from '../../src/client/context/pack.ts';
import type { ContextFolder } from '../../src/client/index.ts';
import { run } from '../../src/host/process.ts';
import { like } from '../support/like.ts';
import { temporaryDirectory } from '../support/temporary.ts';

async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await temporaryDirectory();
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

type Unpacked = { readonly type: string; readonly text: string; readonly link: string; readonly mode: number };

/** Unpacked by the same library that packed, and its digest counted anew. */
async function packed(context: ContextFolder) {
  const archived = await packContext(context);
  const { digest, bytes, skipped } = archived;
  const archive = extract();
  const hash = createHash('sha256');
  const source = await archived.read();
  source.on('data', (chunk: Buffer) => hash.update(chunk));
  source.pipe(archive);
  const entries = new Map<string, Unpacked>();
  for await (const entry of archive) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry) chunks.push(chunk as Uint8Array);
    const { name, type, linkname, mode, uid, gid } = entry.header;
    expect([uid, gid]).toEqual([0, 0]);
    entries.set(name, { type, text: Buffer.concat(chunks).toString(), link: linkname, mode });
  }
  await archived.remove();
  expect(hash.digest('hex')).toBe(digest);
  return { entries, bytes, skipped, digest };
}

const names = (entries: ReadonlyMap<string, unknown>): readonly string[] => [...entries.keys()].sort();

test('carries files, folders, modes and links', async () => {
  const folder = await folderOf({ Dockerfile: 'FROM scratch\n', 'a/b.txt': 'b', 'a/empty': '' });
  await chmod(join(folder, 'a/b.txt'), 0o755);
  await symlink('a/b.txt', join(folder, 'link'));
  await symlink('/etc/passwd', join(folder, 'absolute'));
  const long = `${'n'.repeat(120)}/${'m'.repeat(120)}`;
  await mkdir(dirname(join(folder, long)));
  await writeFile(join(folder, long), 'long');
  const { entries, bytes } = await packed({ folder, dockerfile: 'Dockerfile' });
  expect(entries.get('a/b.txt')).toMatchObject({ type: 'file', text: 'b', mode: 0o755 });
  expect(entries.get('a/empty')).toMatchObject({ type: 'file', text: '' });
  expect(entries.get('link')).toMatchObject({ type: 'symlink', link: 'a/b.txt' });
  expect(entries.get('absolute')).toMatchObject({ type: 'symlink', link: '/etc/passwd', text: '' });
  expect(entries.get(long)).toMatchObject({ text: 'long' });
  expect(bytes % 512).toBe(0);
});

test('follows no link to a folder', async () => {
  const secret = await folderOf({ 'key.pem': 'secret' });
  const folder = await folderOf({ Dockerfile: '' });
  await symlink(secret, join(folder, 'outside'));
  const { entries } = await packed({ folder, dockerfile: 'Dockerfile' });
  expect(names(entries)).toEqual(['Dockerfile', 'outside']);
});

test('leaves at home what .dockerignore names, but never what the engine needs', async () => {
  const folder = await folderOf({
    Dockerfile: 'FROM scratch\n',
    '.dockerignore': '*\n!src\nsrc/*.log\n!src/kept.log\n',
    'secret.env': 'x',
    'src/main.c': '',
    'src/a.log': '',
    'src/kept.log': '',
    'deep/in/it/file': '',
  });
  const { entries } = await packed({ folder, dockerfile: 'Dockerfile' });
  expect(names(entries)).toEqual(['.dockerignore', 'Dockerfile', 'src/', 'src/kept.log', 'src/main.c']);
});

test('a Dockerfile in a folder that is ignored goes along, and its own .dockerignore wins', async () => {
  const folder = await folderOf({
    'docker/web': 'FROM scratch\n',
    'docker/web.dockerignore': 'docker\nb',
    '.dockerignore': 'a',
    a: '',
    b: '',
  });
  const { entries } = await packed({ folder, dockerfile: 'docker/web' });
  expect(names(entries)).toEqual(['.dockerignore', 'a', 'docker/web']);
});

test('puts in a Dockerfile that is not in the folder', async () => {
  const folder = await folderOf({ a: 'a', '.clocker-1.Dockerfile': 'mine' });
  const { entries } = await packed({ folder, dockerfile: '.clocker-1.Dockerfile', content: 'FROM scratch' });
  expect(entries.get('.clocker-1.Dockerfile')).toMatchObject({ text: 'FROM scratch' });
});

test('the same folder has the same digest; a change gives another', async () => {
  const folder = await folderOf({ Dockerfile: '', a: '1', b: '2' });
  const first = await packed({ folder, dockerfile: 'Dockerfile' });
  const second = await packed({ folder, dockerfile: 'Dockerfile' });
  expect(second.digest).toBe(first.digest);
  await writeFile(join(folder, 'a'), '3');
  await utimes(join(folder, 'a'), 1, 1);
  expect((await packed({ folder, dockerfile: 'Dockerfile' })).digest).not.toBe(first.digest);
});

test('a link out of the folder is no Dockerfile', async () => {
  const outside = await folderOf({ shadow: 'root:x' });
  const folder = await folderOf({ a: '' });
  await symlink(join(outside, 'shadow'), join(folder, 'Dockerfile'));
  const packing = packContext({ folder, dockerfile: 'Dockerfile' });
  await expect(packing).rejects.toMatchObject({
    code: 'file-unreadable',
    message: like(/link leads out of the folder/),
  });
});

test('tells what is missing, and leaves nothing behind', async () => {
  const folder = await folderOf({ a: '' });
  const archives = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('clocker-context-'));
  const before = await archives();
  await expect(packContext({ folder, dockerfile: 'Dockerfile' })).rejects.toMatchObject({
    message: like(/Dockerfile.*not there/),
  });
  await expect(packContext({ folder: join(folder, 'no'), dockerfile: 'Dockerfile' })).rejects.toMatchObject({
    code: 'file-unreadable',
    hint: like(/is a folder/),
  });
  await expect(packContext({ folder: join(folder, 'a'), dockerfile: 'Dockerfile' })).rejects.toMatchObject({
    message: like(/it is no folder/),
  });
  expect(await archives()).toEqual(before);
});

test('sockets are left out and told; a pipe is refused and nobody waits for it', async () => {
  const folder = await folderOf({ Dockerfile: '' });
  const server = createServer().listen(join(folder, 'sock'));
  await once(server, 'listening');
  const { entries, skipped } = await packed({ folder, dockerfile: 'Dockerfile' });
  expect([names(entries), skipped]).toEqual([['Dockerfile'], ['sock']]);
  server.close();
  await run(['mkfifo', join(folder, 'pipe')]);
  expect((await lstat(join(folder, 'pipe'))).isFIFO()).toBe(true);
  await expect(packContext({ folder, dockerfile: 'Dockerfile' })).rejects.toMatchObject({
    message: like(/device or a pipe/),
  });
});
