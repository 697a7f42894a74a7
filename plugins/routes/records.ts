/** The records routes follow. Most changes of a block are nobody's business but its owner's, and wake nobody here. */
import { decodeNetwork } from '../../src/model/network/decode.ts';
import { blocksPrefix, felixConfigurationKey, networksPrefix, nodesPrefix } from '../../src/model/network/keys.ts';
import { decodeNode, type NodeFacts } from '../../src/model/network/node.ts';
import { blocksOfPaths, decodePaths, pathsPrefix } from '../../src/model/network/paths.ts';
import { decodeTunnel, usualTunnel, type TunnelSettings } from '../../src/model/network/tunnel.ts';
import type { ItemChange, Mirror } from '../../src/store/index.ts';
import { decodeBlockFacts, isSameBlock, type BlockFacts } from '../../src/model/network/block-facts.ts';
import type { RoutedPool, RouteFacts } from './desired.ts';

export type RouteRecords = {
  facts(): RouteFacts;
  tunnel(): TunnelSettings;
  onChange(listener: () => void): void;
};

function decodePools(value: string): readonly RoutedPool[] | undefined {
  const network = decodeNetwork(value);
  return network?.pools.map(({ cidr }) => ({ cidr, mode: network.routeMode ?? 'auto' }));
}

const isTelling = (changes: readonly ItemChange<BlockFacts>[]): boolean =>
  changes.some(({ before, after }) => !isSameBlock(before?.value, after?.value));

export function keepRouteRecords(mirror: Pick<Mirror, 'view'>, node: string): RouteRecords {
  const nodes = mirror.view<NodeFacts>(nodesPrefix, ({ value }) => decodeNode(value));
  const pools = mirror.view(networksPrefix, ({ value }) => decodePools(value));
  const paths = mirror.view(pathsPrefix, ({ value }) => decodePaths(value));
  const felix = mirror.view(felixConfigurationKey, ({ value }) => decodeTunnel(value));
  const blocks = mirror.view<BlockFacts>(blocksPrefix, ({ value }) => decodeBlockFacts(value));
  function* values<T>(items: ReadonlyMap<string, { readonly value: T }>): Iterable<T> {
    for (const { value } of items.values()) yield value;
  }
  return {
    facts: () => ({
      node,
      nodes: new Map([...values(nodes.items)].map((one) => [one.name, one])),
      pools: [...values(pools.items)].flat(),
      blocks: values(blocks.items),
      blocked: blocksOfPaths(
        node,
        [...paths.items].map(([key, { value }]) => [key, value]),
      ),
    }),
    tunnel: () => felix.items.get(felixConfigurationKey)?.value ?? usualTunnel,
    onChange: (listener) => {
      for (const view of [nodes, pools, paths, felix]) view.onChange(listener);
      blocks.onChange((changes) => {
        if (isTelling(changes)) listener();
      });
    },
  };
}
