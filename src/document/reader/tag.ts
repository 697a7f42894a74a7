/** Tags as written -> whole tags: `!!str` is `tag:yaml.org,2002:str`, `!reset` stays. */
import type { Position } from '../../diagnostic/problem.ts';
import { report } from './composer.ts';
import type { Composer } from './composer.ts';

export function resolveTag(c: Composer, text: string, start: Position, end: Position): string {
  if (text.startsWith('!<')) return text.slice(2, -1);
  const handle = /^!(?:[-\w]*!)?/.exec(text)?.[0] ?? '!';
  const suffix = decode(text.slice(handle.length));
  const prefix = c.handles.get(handle) ?? (handle === '!!' ? 'tag:yaml.org,2002:' : handle === '!' ? '!' : undefined);
  if (prefix !== undefined) return prefix + suffix;
  report(c, 'yaml-syntax', `No %TAG directive says what "${handle}" is.`, start, end);
  return text;
}

function decode(suffix: string): string {
  try {
    return decodeURIComponent(suffix);
  } catch {
    return suffix;
  }
}
