/** Where the file of an artifact is: from the file that names it, as imports are (2.0 §12.2.4.2, 1.3 §3.6.7). */
import type { Archive } from './load.ts';
import { clampPath, folderOf, isUrl, joinPath, pathOfFileUrl } from './locate.ts';

export type ArtifactPlace =
  /** Paths it may be at, the best first. */
  | { readonly kind: 'paths'; readonly paths: readonly string[] }
  /** On the network, or behind a repository: not here to be looked at. */
  | { readonly kind: 'elsewhere' };

/** `root`: the folder of the template. */
export function placeArtifact(file: string, from: string, root: string, archive: Archive | undefined): ArtifactPlace {
  if (isUrl(file) || isUrl(from)) return { kind: 'elsewhere' };
  const path = pathOfFileUrl(file) ?? file;
  const clamped = clampPath(path, from, root);
  if (archive !== undefined) return { kind: 'paths', paths: [clampPath(path, from, archive.root), clamped] };
  const near = path.startsWith('/') ? joinPath(root, path.slice(1)) : joinPath(folderOf(from), path);
  return { kind: 'paths', paths: [near, clamped, joinPath(root, path)] };
}
