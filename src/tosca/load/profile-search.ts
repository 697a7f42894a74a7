/** Files that nothing names: they lie beside the template, or below, and what is in them tells what they are. */
import { joinPath } from './locate.ts';
import type { Loading } from './load.ts';

const mostFolders = 100;
const mostFiles = 1000;
const longestText = 2_000_000;

/** A profile that does not come with Clocker: a file that says `profile: name`. */
export const findProfileFile = (name: string, importer: string, loading: Loading): string | undefined =>
  findFiles(loading, (text) => declares(text, name), importer)[0];

/** Paths of texts like it, the nearest first, without `except`. Every bound holds against a huge tree. */
export function findFiles(loading: Loading, isWanted: (text: string) => boolean, except?: string): readonly string[] {
  const { files, archive } = loading.options;
  const root = archive?.root ?? loading.root;
  const folders = [root === '' ? '.' : root];
  const found: string[] = [];
  let looked = 0;
  // The list grows while it is walked.
  for (let index = 0; index < folders.length && index < mostFolders; index++) {
    const folder = folders[index] ?? '';
    for (const child of files.list(folder)) {
      const path = folder === '.' ? child : joinPath(folder, child);
      const kind = files.kindOf(path);
      if (kind === 'directory' && child !== 'node_modules' && !child.startsWith('.')) folders.push(path);
      if (kind !== 'file' || path === except || looked >= mostFiles || !mayBeTosca(child)) continue;
      looked++;
      const content = files.read(path);
      if (content.kind === 'text' && content.text.length <= longestText && isWanted(content.text)) found.push(path);
    }
  }
  return found;
}

const mayBeTosca = (name: string): boolean => /(?:\.ya?ml|\.tosca|^[^.]*\.[a-z]+)$/i.test(name);

function declares(text: string, name: string): boolean {
  for (const match of text.matchAll(/^profile:[ \t]*(["']?)([^"'#\r\n]*?)\1[ \t]*(?:#.*)?$/gm))
    if (match[2] === name) return true;
  return false;
}
