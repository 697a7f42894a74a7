/** Words for files in problems. */
import { posix } from 'node:path';
import type { FileContent } from '../document/files.ts';

/** A path as a person knows it: relative where it is below the current directory. */
export function nameOfPath(path: string, currentDirectory: string): string {
  const relative = posix.relative(currentDirectory, path);
  return relative === '' || relative.startsWith('..') ? path : relative;
}

export function whyNot(content: Exclude<FileContent, { readonly kind: 'text' }>): string {
  switch (content.kind) {
    case 'missing':
      return 'is not there';
    case 'binary':
      return 'is no text';
    case 'directory':
      return 'is a directory';
    case 'unreadable':
      return `can’t be read: ${content.reason}`;
  }
}
