/**
 * Files the daemon keeps for itself, readable by nobody else. Writing is atomic and durable: after a crash there is the
 * old content or the new. Names are hashes or are encoded, so that no name from outside is a path.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chown, chmod, mkdir, open, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Fault } from '../diagnostic/fault.ts';

export type StateDirectory = {
  read(kind: string, name: string): Promise<string | undefined>;
  write(kind: string, name: string, text: string): Promise<void>;
  remove(kind: string, name: string): Promise<void>;
  /** Stores what comes, up to `most` bytes, under the hex SHA-256 it must have. */
  receive(kind: string, digest: string, bytes: Readable, most: number): Promise<void>;
  has(kind: string, name: string): Promise<boolean>;
  open(kind: string, name: string): Promise<Readable | undefined>;
  /** Removes what is older than so many milliseconds and not among those to be kept. */
  sweep(kind: string, options: SweepOptions): Promise<void>;
  /** A file for others to mount, with an owner and a mode; answers its path. */
  place(kind: string, folder: string, content: Buffer, owner: Owner): Promise<string>;
  removeFolder(kind: string, folder: string): Promise<void>;
};

export type SweepOptions = {
  readonly olderThan: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Names. */
  readonly except: ReadonlySet<string>;
};

export type Owner = { readonly uid: number; readonly gid: number; readonly mode: number };

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

const unwritable = (path: string, cause: unknown): Fault =>
  new Fault('file-unwritable', `${path} can't be written: ${cause instanceof Error ? cause.message : String(cause)}`, {
    cause,
  });

/** Longer names than a file may have become hashes. */
const fileName = (name: string): string => {
  const encoded = encodeURIComponent(name).replaceAll('.', '%2E');
  return encoded.length <= 200 ? encoded : createHash('sha256').update(name).digest('hex');
};

export function openStateDirectory(root: string): StateDirectory {
  const folder = (kind: string): string => join(root, fileName(kind));
  const path = (kind: string, name: string): string => join(folder(kind), fileName(name));
  const prepare = async (directory: string): Promise<void> => {
    await mkdir(directory, { recursive: true, mode: 0o700 });
  };
  return {
    read: (kind, name) =>
      readFile(path(kind, name), 'utf8').catch((cause: unknown) => {
        if (codeOf(cause) === 'ENOENT') return undefined;
        throw new Fault('file-unreadable', `${path(kind, name)} can't be read.`, { cause });
      }),
    write: async (kind, name, text) => {
      await prepare(folder(kind));
      await replaceFile(path(kind, name), [Buffer.from(text)]);
    },
    remove: (kind, name) => rm(path(kind, name), { force: true }),
    receive: async (kind, digest, bytes, most) => {
      await prepare(folder(kind));
      await replaceFile(path(kind, digest), verified(bytes, digest, most));
    },
    has: (kind, name) =>
      stat(path(kind, name)).then(
        () => true,
        () => false,
      ),
    open: async (kind, name) => {
      const found = await stat(path(kind, name)).catch(() => undefined);
      return found?.isFile() === true ? createReadStream(path(kind, name)) : undefined;
    },
    sweep: async (kind, { olderThan, now, except }) => {
      const kept = new Set([...except].map(fileName));
      for (const name of await readdir(folder(kind)).catch(() => [])) {
        if (kept.has(name)) continue;
        const file = join(folder(kind), name);
        const found = await stat(file).catch(() => undefined);
        if (found !== undefined && now - found.mtimeMs > olderThan) await rm(file, { force: true });
      }
    },
    place: async (kind, inside, content, { uid, gid, mode }) => {
      const directory = join(folder(kind), fileName(inside));
      await prepare(directory);
      const file = join(directory, createHash('sha256').update(content).update(`${uid}:${gid}:${mode}`).digest('hex'));
      await replaceFile(file, [content]);
      await chown(file, uid, gid);
      await chmod(file, mode);
      return file;
    },
    removeFolder: (kind, inside) => rm(join(folder(kind), fileName(inside)), { recursive: true, force: true }),
  };
}

async function* verified(bytes: Readable, digest: string, most: number): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let length = 0;
  for await (const chunk of bytes) {
    if (!Buffer.isBuffer(chunk)) continue;
    length += chunk.length;
    if (length > most)
      throw new Fault('request-invalid', `A build context may have at most ${Math.floor(most / 1024 / 1024)} MiB.`, {
        hint: 'Leave out what the build does not need: name it in .dockerignore.',
      });
    hash.update(chunk);
    yield chunk;
  }
  if (hash.digest('hex') !== digest)
    throw new Fault(
      'request-invalid',
      'The content is not what its digest says: it was cut off or changed on the way.',
    );
}

async function replaceFile(path: string, chunks: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<void> {
  const temporary = `${path}.${randomUUID()}`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      for await (const chunk of chunks) await file.write(chunk);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw cause instanceof Fault ? cause : unwritable(path, cause);
  }
}
