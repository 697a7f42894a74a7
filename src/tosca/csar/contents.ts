/** What is in an archive: files by their names, which lead nowhere but into it, and what one may hold at most. */
import type { Files } from '../../document/files.ts';

export type Contents = ReadonlyMap<string, Buffer>;

export type Limits = {
  readonly files: number;
  /** Bytes of all files together, and of one. */
  readonly total: number;
  readonly one: number;
};

/** Far above what a template needs; an archive that holds more is a bomb, or no CSAR. */
export const limits: Limits = { files: 20_000, total: 512 * 2 ** 20, one: 256 * 2 ** 20 };

const longestName = 1024;

/** Why a name can't be that of a file in an archive; `undefined` for a good one. */
export function badName(name: string): string | undefined {
  if (name === '' || name.length > longestName) return 'it is empty or too long';
  if (name.includes('\\')) return 'it has a backslash';

  if (/[\u0000-\u001f\u007f]/.test(name)) return 'it has a control character';
  if (name.startsWith('/') || /^[A-Za-z]:/.test(name)) return 'it is absolute';
  if (name.split('/').some((part) => part === '..' || part === '.' || part === '')) return 'it leads out of its folder';
  return undefined;
}

/** Names that are in use while an archive is read: of a file, or of a folder because something is in it. */
export type TakenNames = { isTaken(name: string): boolean; take(name: string): void };

export function takenNames(): TakenNames {
  const files = new Set<string>();
  const folders = new Set<string>();
  const above = (name: string): readonly string[] => {
    const parts = name.split('/');
    return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
  };
  return {
    isTaken: (name) => files.has(name) || folders.has(name) || above(name).some((folder) => files.has(folder)),
    take(name) {
      files.add(name);
      for (const folder of above(name)) folders.add(folder);
    },
  };
}

/** Contents as translators read them, in the folder `root`, which need not exist. */
export function filesOfContents(contents: Contents, root: string): Files {
  const folders = foldersOf(contents);
  const nameOf = (path: string): string | undefined =>
    path === root ? '' : path.startsWith(`${root}/`) ? path.slice(root.length + 1).replace(/\/+$/, '') : undefined;
  return {
    read(path) {
      const name = nameOf(path);
      const bytes = name === undefined ? undefined : contents.get(name);
      if (bytes === undefined) return { kind: name !== undefined && folders.has(name) ? 'directory' : 'missing' };
      const text = decode(bytes);
      return text === undefined ? { kind: 'binary' } : { kind: 'text', text };
    },
    kindOf(path) {
      const name = nameOf(path);
      if (name === undefined) return 'missing';
      return contents.has(name) ? 'file' : folders.has(name) ? 'directory' : 'missing';
    },
    bytes: (path) => contents.get(nameOf(path) ?? ''),
    list: (path) => [...(folders.get(nameOf(path) ?? '/') ?? [])].sort(),
  };
}

/** Folder, `''` the root -> names in it. */
function foldersOf(contents: Contents): ReadonlyMap<string, ReadonlySet<string>> {
  const folders = new Map<string, Set<string>>([['', new Set()]]);
  for (const name of contents.keys()) {
    const parts = name.split('/');
    for (const [depth, part] of parts.entries()) {
      const folder = parts.slice(0, depth).join('/');
      const known = folders.get(folder) ?? new Set<string>();
      known.add(part);
      folders.set(folder, known);
    }
  }
  return folders;
}

/** UTF-8 text, or `undefined`. */
export function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
