/**
 * Files as translators see them: translators never touch the disk, they are given one of these. Paths are absolute or
 * relative to the working directory of whoever built it; `src/host/files.ts` gives the real one, tests a map.
 */
export type FileContent =
  | { readonly kind: 'text'; readonly text: string }
  /** Not UTF-8 text. */
  | { readonly kind: 'binary' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'directory' }
  /** Larger than the reader's limit, no permission, a device, a broken link; `reason` can be shown. */
  | { readonly kind: 'unreadable'; readonly reason: string };

export type FileKind = 'file' | 'directory' | 'missing';

export type Files = {
  read(path: string): FileContent;
  /** Follows links; a device or a socket is `missing`. */
  kindOf(path: string): FileKind;
  /** Names in a directory, sorted; empty when it is none. */
  list(path: string): readonly string[];
  /** Of what is no file on a disk, such as an entry of an archive: its bytes. */
  readonly bytes?: (path: string) => Buffer | undefined;
};

/** Files from a map of absolute path to text: for tests and for archives already read. */
export function filesFromMap(texts: ReadonlyMap<string, string>): Files {
  const paths = [...texts.keys()];
  const below = (path: string): string => (path.endsWith('/') ? path : `${path}/`);
  const isDirectory = (path: string): boolean => paths.some((known) => known.startsWith(below(path)));
  return {
    read(path) {
      const text = texts.get(path);
      if (text !== undefined) return { kind: 'text', text };
      return { kind: isDirectory(path) ? 'directory' : 'missing' };
    },
    kindOf: (path) => (texts.has(path) ? 'file' : isDirectory(path) ? 'directory' : 'missing'),
    list: (path) =>
      [
        ...new Set(
          paths
            .filter((known) => known.startsWith(below(path)))
            .map((known) => known.slice(below(path).length).split('/')[0] ?? ''),
        ),
      ].sort(),
  };
}
