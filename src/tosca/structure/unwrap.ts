import type { MapNode, Node } from '../../document/node.ts';
import type { Construct } from '../grammar/form.ts';

/** 1.x: `- name: file`, and `- name: {file: …}`: what stands behind a name that is no keyname of the construct. */
export function unwrapNamed(map: MapNode, construct: Construct): Node {
  const [only, second] = map.entries;
  if (only === undefined || second !== undefined || only.key.kind !== 'scalar') return map;
  return Object.hasOwn(construct.keys, String(only.key.value)) ? map : only.value;
}
