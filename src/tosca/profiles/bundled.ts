/** The profiles built into Clocker, each loaded when the first template needs it. */
import type { MapNode } from '../../document/node.ts';
import type { PackedProfile } from './nodes.ts';
import { unpackProfile } from './nodes.ts';

const sources: ReadonlyMap<string, () => Promise<{ readonly default: string }>> = new Map([
  ['simple-1.0', () => import('../../../tosca/simple-1.0.yaml')],
  ['simple-1.1', () => import('../../../tosca/simple-1.1.yaml')],
  ['simple-1.2', () => import('../../../tosca/simple-1.2.yaml')],
  ['simple-1.3', () => import('../../../tosca/simple-1.3.yaml')],
  ['simple-2.0', () => import('../../../tosca/simple-2.0.yaml')],
  ['docker-2.0', () => import('../../../tosca/docker-2.0.yaml')],
  ['nonnormative-1.0', () => import('../../../tosca/nonnormative-1.0.yaml')],
  ['nonnormative-1.2', () => import('../../../tosca/nonnormative-1.2.yaml')],
]);

const read = new Map<string, MapNode>();

/** `undefined` for a name that is none of ours. */
export async function readBundledProfile(name: string): Promise<MapNode | undefined> {
  const known = read.get(name);
  if (known !== undefined) return known;
  const source = await sources.get(name)?.();
  if (source === undefined) return undefined;
  const root = unpackProfile(parsePacked(source.default));
  read.set(name, root);
  return root;
}

/** Our own build wrote it, so it is not checked again. */
function parsePacked(text: string): PackedProfile {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-return -- our own build wrote it, in this shape
  return JSON.parse(text);
}
