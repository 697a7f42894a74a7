/** Whole folders: read as names and bytes, and written so that nothing that is there is touched. */
import { constants, closeSync, fstatSync, mkdirSync, openSync, readFileSync, readdirSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault } from '../diagnostic/fault.ts';

export type FolderLimits = { readonly files: number /** Of all together. */; readonly bytes: number };

/** Names relative to the folder, parts joined by `/`, in order. Throws `file-unreadable` on a link, a device, or too much. */
export function readFolder(folder: string, limits: FolderLimits): ReadonlyMap<string, Buffer> {
  const files = new Map<string, Buffer>();
  let bytes = 0;
  const walk = (below: string): void => {
    for (const entry of entriesOf(join(folder, below))) {
      const name = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) walk(name);
      else if (!entry.isFile()) throw unreadable(join(folder, name), 'it is neither a file nor a folder');
      else {
        const content = readOne(join(folder, name));
        bytes += content.length;
        files.set(name, content);
        if (files.size > limits.files || bytes > limits.bytes) throw unreadable(folder, 'it holds too much');
      }
    }
  };
  walk('');
  return files;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (cause) {
    throw unreadable(folder, messageOf(cause), cause);
  }
}

/** A link that took the file's place since it was listed is not followed. */
function readOne(path: string): Buffer {
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if (!fstatSync(file).isFile()) throw new Error('it is no file');
    return readFileSync(file);
  } catch (cause) {
    throw unreadable(path, messageOf(cause), cause);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Into a folder that is new or empty. Names lead nowhere else: whoever read them has seen to it. Throws `file-unwritable`. */
export function writeFolder(folder: string, files: ReadonlyMap<string, Uint8Array>): void {
  try {
    mkdirSync(folder, { recursive: true });
    if (readdirSync(folder).length > 0) throw new Error('there is something in it');
    for (const [name, bytes] of files) {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeNew(path, bytes);
    }
  } catch (cause) {
    throw new Fault('file-unwritable', `The folder ${folder} can't be written: ${messageOf(cause)}.`, {
      cause,
      hint: 'Name a folder that is not there yet.',
    });
  }
}

/** Nothing is written through a link, nor over a file. */
function writeNew(path: string, bytes: Uint8Array): void {
  const file = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o644);
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
  } finally {
    closeSync(file);
  }
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

const unreadable = (path: string, reason: string, cause?: unknown): Fault =>
  new Fault('file-unreadable', `${path} can't be read: ${reason}.`, { cause });
