/** What attributes say where the file says nothing (compose-go, transform/defaults.go). */
import type { MapNode, Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { scalarNode, textOf, withValue } from '../nodes.ts';
import type { Origins } from '../origin.ts';
import type { Default, Row } from '../rows/row.ts';
import { changeTree } from './walk.ts';

export type Defaulting = { readonly origins: Origins };

export function withDefault(map: MapNode, key: string, value: string | boolean, { origins }: Defaulting): MapNode {
  if (valueOf(map, key) !== undefined) return map;
  const node = scalarNode(value, map.span);
  origins.add(node, { kind: 'default' });
  return withValue(map, key, node);
}

const defaults = {
  build: (map, defaulting) => withDefault(map, 'context', '.', defaulting),
  secret: (map, defaulting) =>
    withDefault(map, 'target', `/run/secrets/${textOf(valueOf(map, 'source')) ?? ''}`, defaulting),
  port: (map, defaulting) =>
    withDefault(withDefault(map, 'protocol', 'tcp', defaulting), 'mode', 'ingress', defaulting),
  'device-request': (map, defaulting) =>
    valueOf(map, 'device_ids') === undefined ? withDefault(map, 'count', 'all', defaulting) : map,
} as const satisfies Readonly<Record<Default, (map: MapNode, defaulting: Defaulting) => MapNode>>;

export const setDefaults = (tree: MapNode, row: Row, defaulting: Defaulting): MapNode =>
  changeTree(tree, row, (node: Node, { default: name }) =>
    node.kind === 'map' && name !== undefined ? defaults[name](node, defaulting) : node,
  );
