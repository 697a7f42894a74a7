/** `repositories` of a file, in both notations. */
import type { MapNode } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import type { Repository } from './unit.ts';

export function readRepositories(root: MapNode): ReadonlyMap<string, Repository> {
  const section = valueOf(root, 'repositories');
  const found = new Map<string, Repository>();
  for (const { key, value } of section?.kind === 'map' ? section.entries : []) {
    const url = value.kind === 'scalar' ? value : valueOf(value, 'url');
    if (key.kind !== 'scalar') continue;
    // One without a URL is a mistake told elsewhere; its name is known all the same.
    const address = url?.kind === 'scalar' && typeof url.value === 'string' ? url.value : '';
    found.set(String(key.value), { url: address, at: key.span });
  }
  return found;
}
