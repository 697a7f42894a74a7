/** Keeps a BIRD of this host as hosts, blocks and peers are, where a network's routes are learned by BGP. */
import { bitsOf, formatAddress, parseAddress, type Family } from '../../src/ip/address.ts';
import { covers, parsePrefix, type Prefix } from '../../src/ip/prefix.ts';
import { parseMac } from '../../src/ip/mac.ts';
import { birdIn, type Bird } from '../../src/host/bird.ts';
import { clockOfHost, type Clock } from '../../src/host/clock.ts';
import { decodeBlockFacts, isSameBlock, type BlockFacts } from '../../src/model/network/block-facts.ts';
import { decodeNetwork } from '../../src/model/network/decode.ts';
import {
  bgpConfigurationKey,
  bgpPeersPrefix,
  blocksPrefix,
  networksPrefix,
  nodesPrefix,
} from '../../src/model/network/keys.ts';
import { decodeNode, type NodeFacts } from '../../src/model/network/node.ts';
import { startLoop } from '../../src/reconcile/loop.ts';
import type { Mirror } from '../../src/store/index.ts';
import { decodePeer, decodeSettings, usualSettings } from './model.ts';
import { renderBird } from './render.ts';
import { sessionsOf } from './sessions.ts';

export type BgpOptions = {
  /** Holds `/calico/` and `/clocker/v1/`. */
  readonly mirror: Mirror;
  readonly node: string;
  /** Of BIRD's files, gone after a boot: `/run/clocker/bird`. */
  readonly directory: string;
  readonly log: (level: 'info' | 'warn', message: string, details?: Readonly<Record<string, unknown>>) => void;
  readonly signal: AbortSignal;
  readonly bird?: Bird;
  readonly clock?: Clock;
};

/** Undefined where no network's routes are learned, or this host is not known yet. */
export function openBgp(options: BgpOptions): { readonly stopped: Promise<void> } {
  const { mirror, node, log, signal } = options;
  const bird = options.bird ?? birdIn(options.directory);
  const networks = mirror.view(networksPrefix, ({ value }) => decodeNetwork(value));
  const nodes = mirror.view<NodeFacts>(nodesPrefix, ({ value }) => decodeNode(value));
  const blocks = mirror.view<BlockFacts>(blocksPrefix, ({ value }) => decodeBlockFacts(value));
  const settings = mirror.view(bgpConfigurationKey, ({ value }) => decodeSettings(value));
  const peers = mirror.view(bgpPeersPrefix, ({ value }) => decodePeer(value));
  const values = <T>(items: ReadonlyMap<string, { readonly value: T }>): readonly T[] =>
    [...items.values()].map(({ value }) => value);
  let applied: string | undefined;

  function wanted(): string | undefined {
    const pools = values(networks.items)
      .filter(({ routeMode }) => routeMode === 'bgp')
      .flatMap((network) => network.pools)
      .flatMap(({ cidr }) => parsePrefix(cidr) ?? []);
    const all = values(nodes.items);
    const own = all.find(({ name }) => name === node);
    if (pools.length === 0 || own === undefined) return undefined;
    const cidrs = (family: Family): readonly string[] =>
      pools
        .filter(({ first }) => first.family === family)
        .map(({ first, length }) => `${formatAddress(first)}/${length}`);
    const announced = values(blocks.items).flatMap((block) => announcedOf(block, node, pools));
    return renderBird({
      routerId: routerId(own),
      pools: { 4: cidrs(4), 6: cidrs(6) },
      own: {
        4: announced.filter((one) => !one.includes(':')).sort(),
        6: announced.filter((one) => one.includes(':')).sort(),
      },
      sessions: sessionsOf({
        own,
        others: all.filter(({ name }) => name !== node),
        settings: settings.items.get(bgpConfigurationKey)?.value ?? usualSettings,
        peers: values(peers.items),
      }),
    });
  }

  const loop = startLoop({
    sync: async () => {
      await mirror.ready;
      const want = wanted();
      if (want === undefined) {
        if (applied !== undefined) await bird.stop();
        applied = undefined;
        return;
      }
      if (want === applied && (await bird.isRunning())) return;
      const isFirst = applied === undefined;
      await bird.configure(want);
      applied = want;
      if (isFirst) log('info', 'BIRD learns the routes to other hosts', { directory: options.directory });
    },
    clock: options.clock ?? clockOfHost,
    minDelay: 20,
    firstBackoff: 500,
    maxBackoff: 10_000,
    resync: 10_000,
    signal,
    onFailure: (error, retryIn) => {
      if (!signal.aborted)
        log('warn', 'BIRD could not be told of the routes', {
          error: error instanceof Error ? error.message : String(error),
          retryIn,
        });
    },
  });
  for (const view of [networks, nodes, settings, peers]) view.onChange(() => loop.poke());
  blocks.onChange((changes) => {
    if (changes.some(({ before, after }) => !isSameBlock(before?.value, after?.value))) loop.poke();
  });
  return { stopped: loop.stopped };
}

function announcedOf({ cidr, owner, borrowed }: BlockFacts, node: string, pools: readonly Prefix[]): readonly string[] {
  const block = parsePrefix(cidr);
  if (block === undefined || !pools.some((pool) => covers(pool, block))) return [];
  const single = borrowed
    .filter((one) => one.node === node)
    .flatMap(({ address }) => {
      const parsed = parseAddress(address);
      return parsed === undefined ? [] : `${formatAddress(parsed)}/${bitsOf(parsed.family)}`;
    });
  return [...(owner === node ? [cidr] : []), ...single];
}

/** 32 bits that no other host has; a host without IPv4 makes them of its MAC address. */
function routerId({ ipv4, vtepMac }: NodeFacts): string {
  if (ipv4 !== undefined) return formatAddress(ipv4.address);
  return formatAddress({ family: 4, value: (parseMac(vtepMac ?? '') ?? 1) % 2 ** 32 });
}
