/**
 * The routes of this host to the blocks of all others, and what a tunnel needs: from who the hosts are, who has which
 * block, and the mode of each pool. Pure: the same always gives the same.
 */
import { bitsOf, formatAddress, type Family } from '../../src/ip/address.ts';
import { formatPrefix, parsePrefix, prefixOf, type Prefix } from '../../src/ip/prefix.ts';
import type { NodeFacts } from '../../src/model/network/node.ts';
import type { RouteMode } from '../../src/model/network/records.ts';
import type { BlockFacts } from '../../src/model/network/block-facts.ts';
import { pathTo, underlayFamily, type Path, type TunnelPeer } from './path.ts';

export type RoutedPool = { readonly cidr: string; readonly mode: RouteMode };

export type RouteFacts = {
  /** This host's name. */
  readonly node: string;
  readonly nodes: ReadonlyMap<string, NodeFacts>;
  readonly pools: readonly RoutedPool[];
  readonly blocks: Iterable<BlockFacts>;
  /** Hosts whose containers' packets were found not to get through without a tunnel. */
  readonly blocked: ReadonlySet<string>;
};

export type WantedRoute = {
  readonly family: Family;
  /** `198.19.8.8/29` */
  readonly to: string;
  /** The next hop; absent: packets are answered with "unreachable". */
  readonly via?: string;
  /** Only through the tunnel; the kernel finds the device of other next hops itself. */
  readonly isTunnelled: boolean;
};

export type WantedTunnel = {
  readonly underlay: Family;
  /** This host's MAC address in it, and the address it sends from. */
  readonly mac: string;
  readonly local: string;
  readonly peers: readonly TunnelPeer[];
};

export type WantedRoutes = {
  readonly routes: readonly WantedRoute[];
  readonly tunnel: WantedTunnel | undefined;
  /** Hosts that have containers this one can't send to, and why. */
  readonly unreachable: readonly { readonly node: string; readonly why: string }[];
};

type Pools = { find(block: Prefix): RoutedPool | undefined };

/** Pools don't overlap, so a block is in one at most: looked for by each length a pool may have. */
function indexPools(pools: readonly RoutedPool[]): Pools {
  const byCidr = new Map<string, RoutedPool>();
  const lengths = { 4: new Set<number>(), 6: new Set<number>() };
  for (const pool of pools) {
    const prefix = parsePrefix(pool.cidr);
    if (prefix === undefined) continue;
    byCidr.set(formatPrefix(prefix), pool);
    lengths[prefix.first.family].add(prefix.length);
  }
  return {
    find: ({ first, length }) => {
      for (const shorter of lengths[first.family]) {
        const found = shorter > length ? undefined : byCidr.get(formatPrefix(prefixOf(first, shorter)));
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

export function wantedRoutes(facts: RouteFacts): WantedRoutes {
  const own = facts.nodes.get(facts.node);
  const pools = indexPools(facts.pools);
  const routes: WantedRoute[] = facts.pools.flatMap(({ cidr }) => {
    const prefix = parsePrefix(cidr);
    return prefix === undefined ? [] : [{ family: prefix.first.family, to: formatPrefix(prefix), isTunnelled: false }];
  });
  const peers = new Map<string, TunnelPeer>();
  const unreachable = new Map<string, string>();
  const paths = new Map<string, Path>();

  function pathOf(node: string, mode: RouteMode, family: Family): Path {
    const key = `${family} ${mode} ${node}`;
    const known = paths.get(key);
    if (known !== undefined) return known;
    const peer = facts.nodes.get(node);
    const path: Path =
      peer === undefined || own === undefined
        ? { kind: 'none', why: `the host ${peer === undefined ? node : facts.node} has no record` }
        : pathTo({ own, peer, mode, family, isBlocked: facts.blocked.has(node) });
    paths.set(key, path);
    return path;
  }

  function route(to: Prefix, node: string, mode: RouteMode): void {
    if (node === facts.node) return;
    const { family } = to.first;
    const path = pathOf(node, mode, family);
    switch (path.kind) {
      case 'learned':
        return;
      case 'none':
        // Before this host has a record of its own, all others would be told of one by one.
        if (own !== undefined) unreachable.set(node, path.why);
        return;
      case 'direct':
        routes.push({ family, to: formatPrefix(to), via: path.next, isTunnelled: false });
        return;
      case 'tunnel':
        peers.set(node, path.peer);
        routes.push({ family, to: formatPrefix(to), via: path.peer.next[family], isTunnelled: true });
    }
  }

  for (const { cidr, owner, borrowed } of facts.blocks) {
    const block = parsePrefix(cidr);
    const pool = block === undefined ? undefined : pools.find(block);
    if (block === undefined || pool === undefined) continue;
    if (owner !== undefined) route(block, owner, pool.mode);
    for (const { address, node } of borrowed) {
      const single = parsePrefix(`${address}/${bitsOf(block.first.family)}`);
      if (single !== undefined) route(single, node, pool.mode);
    }
  }
  return {
    routes,
    tunnel: own === undefined ? undefined : tunnelOf(own, [...peers.values()]),
    unreachable: [...unreachable].map(([node, why]) => ({ node, why })),
  };
}

function tunnelOf(own: NodeFacts, peers: readonly TunnelPeer[]): WantedTunnel | undefined {
  const underlay = underlayFamily(own);
  const local = (underlay === 4 ? own.ipv4 : own.ipv6)?.address;
  if (peers.length === 0 || own.vtepMac === undefined || local === undefined) return undefined;
  return { underlay, mac: own.vtepMac, local: formatAddress(local), peers };
}
