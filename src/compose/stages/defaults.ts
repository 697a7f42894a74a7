/** What attributes say where the file says nothing (compose-go, transform/defaults.go). */
import type { MapNode } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { scalarNode, textOf, withValue } from '../nodes.ts';
import type { Default, Row } from '../rows/row.ts';
import { changeTree, interestIn } from './walk.ts';

export function withDefault(map: MapNode, key: string, value: string | boolean): MapNode {
  if (valueOf(map, key) !== undefined) return map;
  // Without a text of its own it is known to be implied.
  return withValue(map, key, { ...scalarNode(value, map.span), text: '' });
}

const defaults = {
  build: (map) => withDefault(map, 'context', '.'),
  secret: (map) => withDefault(map, 'target', `/run/secrets/${textOf(valueOf(map, 'source')) ?? ''}`),
  port: (map) => withDefault(withDefault(map, 'protocol', 'tcp'), 'mode', 'ingress'),
  'device-request': (map) => (valueOf(map, 'device_ids') === undefined ? withDefault(map, 'count', 'all') : map),
} as const satisfies Readonly<Record<Default, (map: MapNode) => MapNode>>;

const interest = interestIn((row) => row.default !== undefined);

export const setDefaults = (tree: MapNode, row: Row): MapNode =>
  changeTree(tree, row, {
    interest,
    change: (node, { default: name }) => (node.kind === 'map' && name !== undefined ? defaults[name](node) : node),
  });
