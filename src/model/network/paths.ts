/**
 * What hosts found out about the ways to each other (`/clocker/v1/paths/<host>`): some networks drop packets of addresses
 * they don't know. Either host's word counts for both, so that both always send the same way.
 */
import { dictionary, readShape, record, text } from '../../shape/index.ts';

export const pathsPrefix = '/clocker/v1/paths/';
export const pathsKey = (node: string): string => `${pathsPrefix}${node}`;

/** Peer -> why packets of containers don't get through without a tunnel. */
export type BlockedPaths = Readonly<Record<string, string>>;

const shape = record({ blocked: dictionary(text({ longest: 512 }), 65_536) }, { unknownKeys: 'ignored' });

export function decodePaths(value: string): BlockedPaths | undefined {
  const read = readShape(shape, JSON.parse(value));
  return read.kind === 'value' ? read.value.blocked : undefined;
}

/** The hosts this one must not send to without a tunnel. `records`: by key. */
export function blocksOfPaths(node: string, records: Iterable<readonly [string, BlockedPaths]>): ReadonlySet<string> {
  const blocked = new Set<string>();
  for (const [key, paths] of records) {
    const teller = key.slice(pathsPrefix.length);
    if (teller === node) for (const peer of Object.keys(paths)) blocked.add(peer);
    else if (Object.hasOwn(paths, node)) blocked.add(teller);
  }
  return blocked;
}
