/** Where an import leads: a file, a URL or a profile. Pure: whether anything is there is asked later. */
import type { Repository } from './unit.ts';

export type Location =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'profile'; readonly name: string };

const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):(?=\/\/|.*\/)/;

export const isUrl = (text: string): boolean => {
  const match = scheme.exec(text);
  return match !== null && match[1]?.toLowerCase() !== 'file' && (match[1]?.length ?? 0) > 1;
};

/** `file:types/x`, `file:///srv/x` -> the path in it. */
export const pathOfFileUrl = (text: string): string | undefined =>
  /^file:/i.test(text) ? decode(text.replace(/^file:(?:\/\/[^/]*)?/i, '')) : undefined;

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** A file or URL written in `from` (a path or a URL). */
export function locate(target: string, from: string, root: string, repository?: Repository): Location {
  if (repository !== undefined) {
    const base = repository.url.endsWith('/') ? repository.url : `${repository.url}/`;
    if (isUrl(base)) return { kind: 'url', url: joinUrl(base, target) };
    const folder = pathOfFileUrl(base) ?? base;
    return { kind: 'path', path: resolvePath(`${folder}${target.replace(/^\/+/, '')}`, from, root) };
  }
  if (isUrl(target)) return { kind: 'url', url: target };
  if (isUrl(from)) return { kind: 'url', url: joinUrl(from, target) };
  return { kind: 'path', path: resolvePath(pathOfFileUrl(target) ?? target, from, root) };
}

function joinUrl(base: string, target: string): string {
  try {
    return new URL(target, base).href;
  } catch {
    return `${base}${target}`;
  }
}

/** `/x` counts from the root of the template or archive, anything else from the folder of `from`. */
function resolvePath(target: string, from: string, root: string): string {
  if (target.startsWith('/')) return joinPath(root, target.slice(1));
  return joinPath(folderOf(from), target);
}

export const folderOf = (path: string): string => {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : slash === 0 ? '/' : path.slice(0, slash);
};

export function joinPath(folder: string, path: string): string {
  const joined = folder === '' ? path : folder.endsWith('/') ? `${folder}${path}` : `${folder}/${path}`;
  return normalize(joined);
}

/** Takes `.` and `..` out; a relative path may still begin with `..`, an absolute one stops at `/`. */
function normalize(path: string): string {
  const absolute = path.startsWith('/');
  const out: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && out.length > 0 && out.at(-1) !== '..') out.pop();
    else if (part !== '..' || !absolute) out.push(part);
  }
  return `${absolute ? '/' : ''}${out.join('/')}`;
}

/** The same path, but no step above `root`: what leads out of it stops there (2.0 §6.8.2.2 knows no outside). */
export function clampPath(target: string, from: string, root: string): string {
  const folder = folderOf(from);
  const inside =
    folder === root
      ? ''
      : folder.startsWith(root === '' ? '' : `${root}/`)
        ? folder.slice(root === '' ? 0 : root.length + 1)
        : '';
  const relative = target.startsWith('/') ? target : `/${inside}/${target}`;
  return joinPath(root, normalize(relative).slice(1));
}
