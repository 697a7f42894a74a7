/** The files of this machine, for translators: read-only, regular files only, bounded in size, text checked. */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  statSync,
} from 'node:fs';
import type { FileContent, FileKind, Files } from '../document/files.ts';

/** Beyond what any of our readers takes, so that they and not we say "too large" of a text. */
export const defaultMaxBytes = 64 * 1024 * 1024;

/** Larger files are unreadable. Paths are as `node:fs` takes them. */
export const filesOfHost = (maxBytes: number): Files => ({
  read: (path) => read(path, maxBytes),
  kindOf,
  list,
});

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** Nothing can have such a name, or nothing has it. */
const absent: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE']);

const reasons: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'no permission to read it'],
  ['EPERM', 'no permission to read it'],
  ['ELOOP', 'its links lead in a circle'],
  ['EIO', 'the disk fails to read it'],
]);

const unreadable = (reason: string): FileContent => ({ kind: 'unreadable', reason });

function read(path: string, maxBytes: number): FileContent {
  try {
    const kind = kindOrThrow(path);
    if (kind === 'directory') return { kind };
    return kind === 'file' ? readRegular(path, maxBytes) : unreadable('it is a device, a socket or a pipe');
  } catch (error) {
    const code = codeOf(error);
    if (absent.has(code)) return isLink(path) ? unreadable('its link leads nowhere') : { kind: 'missing' };
    const reason = reasons.get(code);
    if (reason === undefined && code === '') throw error;
    return unreadable(reason ?? code);
  }
}

/** An archive's bytes; `undefined` for what is no regular file, can't be read, or is larger. */
export function bytesOfHost(path: string, maxBytes: number): Buffer | undefined {
  try {
    if (kindOrThrow(path) !== 'file' || statSync(path).size > maxBytes) return undefined;
    return readFileSync(path);
  } catch (error) {
    if (codeOf(error) === '') throw error;
    return undefined;
  }
}

function kindOrThrow(path: string): 'file' | 'directory' | 'other' {
  const found = statSync(path);
  return found.isFile() ? 'file' : found.isDirectory() ? 'directory' : 'other';
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}

/** Opened without waiting, and judged again once open: between the two looks a pipe may have taken its place. */
function readRegular(path: string, maxBytes: number): FileContent {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    const { size } = fstatSync(file);
    if (!fstatSync(file).isFile()) return unreadable('it is a device, a socket or a pipe');
    if (size > maxBytes) return unreadable(`it is larger than ${Math.floor(maxBytes / 1024 / 1024)} MiB`);
    return decode(readAll(file, Math.min(maxBytes, Math.max(size, 64 * 1024))));
  } finally {
    closeSync(file);
  }
}

/** Files of /proc say they are empty and are not; none is read beyond `most` bytes. */
function readAll(file: number, most: number): Uint8Array {
  const bytes = new Uint8Array(most);
  let length = 0;
  for (let read = -1; read !== 0 && length < most; length += read)
    read = readSync(file, bytes, length, most - length, null);
  return bytes.subarray(0, length);
}

function decode(bytes: Uint8Array): FileContent {
  try {
    return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { kind: 'binary' };
  }
}

function kindOf(path: string): FileKind {
  try {
    const kind = kindOrThrow(path);
    return kind === 'other' ? 'missing' : kind;
  } catch {
    return 'missing';
  }
}

function list(path: string): readonly string[] {
  try {
    return readdirSync(path).sort();
  } catch {
    return [];
  }
}
