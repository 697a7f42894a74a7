/** A profile that does not come with Clocker: a file beside the template, or below, that says `profile: name`. */
import { joinPath } from './locate.ts';
import type { Loading } from './load.ts';
import type { Unit } from './unit.ts';

const mostFolders = 100;
const mostFiles = 1000;
const longestText = 2_000_000;

export function findProfileFile(name: string, unit: Unit, loading: Loading): string | undefined {
  const { files } = loading.options;
  const folders = [loading.root === '' ? '.' : loading.root];
  let looked = 0;
  // The list grows while it is walked; both bounds hold against a huge tree.
  for (let index = 0; index < folders.length && index < mostFolders; index++) {
    const folder = folders[index] ?? '';
    for (const child of files.list(folder)) {
      const path = folder === '.' ? child : joinPath(folder, child);
      const kind = files.kindOf(path);
      if (kind === 'directory' && child !== 'node_modules' && !child.startsWith('.')) folders.push(path);
      if (
        kind !== 'file' ||
        path === unit.file ||
        looked >= mostFiles ||
        !/(?:\.ya?ml|\.tosca|^[^.]*\.[a-z]+)$/i.test(child)
      )
        continue;
      looked++;
      const content = files.read(path);
      if (content.kind === 'text' && content.text.length <= longestText && declares(content.text, name)) return path;
    }
  }
  return undefined;
}

function declares(text: string, name: string): boolean {
  for (const match of text.matchAll(/^profile:[ \t]*(["']?)([^"'#\r\n]*?)\1[ \t]*(?:#.*)?$/gm))
    if (match[2] === name) return true;
  return false;
}
