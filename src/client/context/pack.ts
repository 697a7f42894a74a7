/**
 * A folder as the tar archive of a build context, under the SHA-256 it is uploaded as. Links are carried as links and
 * never followed; owners are root's, as Docker's own client does it.
 */
import { createHash, randomUUID } from 'node:crypto';
import { constants, createWriteStream, type Stats } from 'node:fs';
import { lstat, open, readFile, readdir, readlink, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack, type Header, type Pack } from 'tar-stream';
import { Fault } from '../../diagnostic/fault.ts';
import { printable } from '../../diagnostic/printable.ts';
import { readIgnore, type Ignore } from './ignore.ts';

export type ContextFolder = {
  /** Absolute. */
  readonly folder: string;
  /** Name of the Dockerfile in the context. */
  readonly dockerfile: string;
  /** Of a Dockerfile that is not in the folder: put in under that name. */
  readonly content?: string;
};

type Entry = Partial<Header> & Pick<Header, 'name'>;

export type PackedContext = {
  /** SHA-256 in hexadecimal. */
  readonly digest: string;
  readonly bytes: number;
  readonly files: number;
  /** What is left out because no image can hold it: sockets. */
  readonly skipped: readonly string[];
  read(): Promise<Readable>;
  /** Takes the archive off the disk. */
  remove(): Promise<void>;
};

/** Throws `file-unreadable` with the path that can't be packed and why. */
export async function packContext(context: ContextFolder): Promise<PackedContext> {
  const root = await requireFolder(context.folder);
  const ignore = await readRules(root, context);
  if (context.content === undefined) await requireInside(root, context.dockerfile);
  const file = join(tmpdir(), `clocker-context-${randomUUID()}.tar`);
  const hash = createHash('sha256');
  let bytes = 0;
  const meter = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      hash.update(chunk);
      bytes += chunk.length;
      done(undefined, chunk);
    },
  });
  const archive = pack();
  const found = { files: 0, skipped: [] as string[] };
  try {
    const written = pipeline(archive, meter, createWriteStream(file, { flags: 'wx', mode: 0o600 }));
    await Promise.all([written, fill(archive, root, context, ignore, found)]);
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
  return {
    digest: hash.digest('hex'),
    bytes,
    ...found,
    read: async () => (await open(file, 'r')).createReadStream(),
    remove: () => rm(file, { force: true }),
  };
}

const reasonOf = (cause: unknown): string => {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'EACCES' || code === 'EPERM') return 'no permission to read it';
  if (code === 'ENOENT') return 'it is not there';
  if (code === 'ELOOP') return 'a link took its place while it was read';
  return cause instanceof Error ? cause.message : String(cause);
};

const unreadable = (path: string, reason: string, hint?: string): Fault =>
  new Fault('file-unreadable', `${printable(path, 500)} can't be sent as part of a build context: ${reason}.`, {
    hint: hint ?? 'Name it in .dockerignore if the build does not need it.',
  });

async function requireFolder(folder: string): Promise<string> {
  try {
    const root = await realpath(folder);
    if ((await stat(root)).isDirectory()) return root;
  } catch (cause) {
    throw unreadable(folder, reasonOf(cause), 'The build context of an image is a folder.');
  }
  throw unreadable(folder, 'it is no folder', 'The build context of an image is a folder.');
}

/** A Dockerfile that a link leads to outside of the folder would be read from a place nobody named. */
async function requireInside(root: string, dockerfile: string): Promise<void> {
  const path = join(root, dockerfile);
  const real = await realpath(path).catch((cause: unknown) => {
    throw unreadable(path, reasonOf(cause), 'The image is built from it: "dockerfile:" names another one.');
  });
  const inside = relative(root, real);
  if (inside === '..' || inside.startsWith(`..${sep}`))
    throw unreadable(
      path,
      `its link leads out of the folder, to ${printable(real, 500)}`,
      'Put the file itself there.',
    );
}

/** `<Dockerfile>.dockerignore` wins over `.dockerignore`. */
async function readRules(root: string, { dockerfile, content }: ContextFolder): Promise<Ignore> {
  const names = content === undefined ? [`${dockerfile}.dockerignore`, '.dockerignore'] : ['.dockerignore'];
  for (const name of names) {
    const found = await lstat(join(root, name)).catch(() => undefined);
    if (found?.isFile() === true) return readIgnore(await readFile(join(root, name), 'utf8'));
  }
  return readIgnore('');
}

type Found = { files: number; readonly skipped: string[] };

async function fill(archive: Pack, root: string, context: ContextFolder, ignore: Ignore, found: Found): Promise<void> {
  // The engine reads the Dockerfile, and what it is not to take into the image, from the context itself.
  const always = new Set([context.dockerfile, '.dockerignore']);
  const walk = async (folder: string): Promise<void> => {
    for (const name of await namesIn(join(root, folder))) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (path === context.dockerfile && context.content !== undefined) continue;
      const status = await lstat(join(root, path)).catch((cause: unknown) => {
        throw unreadable(join(root, path), reasonOf(cause));
      });
      const isOut = ignore.ignores(path) && !always.has(path);
      const holdsDockerfile = context.content === undefined && context.dockerfile.startsWith(`${path}/`);
      if (!isOut) await add(archive, root, path, status, found);
      if (status.isDirectory() && (!isOut || ignore.mayHold(path) || holdsDockerfile)) await walk(path);
    }
  };
  try {
    await walk('');
    if (context.content !== undefined) {
      found.files++;
      await entry(archive, { name: context.dockerfile, mode: 0o644, mtime: new Date(0) }, context.content);
    }
    archive.finalize();
  } catch (error) {
    archive.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}

/** In one order everywhere, so that the same folder has the same digest. */
async function namesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw unreadable(folder, reasonOf(cause));
  });
  return names.sort();
}

async function add(archive: Pack, root: string, path: string, status: Stats, found: Found): Promise<void> {
  const own = { mode: status.mode & 0o7777, uid: 0, gid: 0, mtime: new Date(Math.floor(status.mtimeMs / 1000) * 1000) };
  if (status.isDirectory()) return entry(archive, { ...own, name: `${path}/`, type: 'directory', size: 0 });
  if (status.isSymbolicLink()) {
    found.files++;
    return entry(archive, { ...own, name: path, type: 'symlink', linkname: await readlink(join(root, path)) });
  }
  if (status.isFile()) {
    found.files++;
    return addFile(archive, join(root, path), { ...own, name: path });
  }
  if (status.isSocket()) {
    found.skipped.push(path);
    return undefined;
  }
  throw unreadable(join(root, path), 'it is a device or a pipe');
}

/** Opened without following a link and without waiting, and judged again once open. */
async function addFile(archive: Pack, path: string, header: Entry): Promise<void> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch((cause: unknown) => {
    throw unreadable(path, reasonOf(cause));
  });
  try {
    const status = await file.stat();
    if (!status.isFile()) throw unreadable(path, 'something else took its place while it was read');
    // One that shrinks meanwhile is told by the archive; of one that grows, as much is taken as it had.
    await content(
      archive,
      { ...header, size: status.size },
      file.createReadStream({ end: Math.max(0, status.size - 1), autoClose: false }),
    ).catch((cause: unknown) => {
      throw unreadable(path, `it changed while it was read (${reasonOf(cause)})`);
    });
  } finally {
    await file.close();
  }
}

const entry = (archive: Pack, header: Entry, text = ''): Promise<void> =>
  new Promise((resolve, reject) => {
    archive.entry(header, text, (error) => (error ? reject(error) : resolve()));
  });

const content = (archive: Pack, header: Entry, bytes: Readable): Promise<void> =>
  new Promise((resolve, reject) => {
    const slot = archive.entry(header, (error) => (error ? reject(error) : resolve()));
    bytes.on('error', reject);
    if (header.size === 0) slot.end(undefined);
    else bytes.pipe(slot);
  });
