/**
 * Proves for each host with an address on this host's network that it is there: that the kernel sends to it by no router,
 * and that it answers for its hardware address. What was found otherwise is told to all (`/clocker/v1/paths/<host>`), and
 * networks in the mode `auto` send to that host through the tunnel, from both sides.
 */
import { formatAddress } from '../../src/ip/address.ts';
import { contains } from '../../src/ip/prefix.ts';
import type { Neighbour } from '../../src/host/neighbour.ts';
import { renderJson } from '../../src/model/network/json.ts';
import { aliveKey, alivePrefix, nodesPrefix } from '../../src/model/network/keys.ts';
import { decodeNode, type NodeFacts } from '../../src/model/network/node.ts';
import { decodePaths, pathsKey, type BlockedPaths } from '../../src/model/network/paths.ts';
import { startLoop, type LoopClock } from '../../src/reconcile/loop.ts';
import type { Mirror, Store } from '../../src/store/index.ts';

export type AdjacencyOptions = {
  readonly mirror: Pick<Mirror, 'view' | 'get' | 'state' | 'ready'>;
  readonly store: Pick<Store, 'transact'>;
  readonly node: string;
  readonly look: (address: string) => Promise<Neighbour>;
  readonly clock: LoopClock;
  readonly log: (level: 'info' | 'warn', message: string, details?: Readonly<Record<string, unknown>>) => void;
  readonly signal: AbortSignal;
};

/** Milliseconds between proofs where nothing changes. */
const proveEvery = 60_000;

/** What the routes name: the address of a host on a network this one is on too. */
export function addressesToProve(own: NodeFacts, peer: NodeFacts): readonly string[] {
  return [
    [own.ipv4, peer.ipv4],
    [own.ipv6, peer.ipv6],
  ].flatMap(([here, there]) =>
    here === undefined || there === undefined || !contains(here.prefix, there.address)
      ? []
      : [formatAddress(there.address)],
  );
}

/** Why packets to it need a tunnel; `unproved`: nothing was found out, so that what was believed stays. */
export function judge(address: string, { via, answers }: Neighbour): string | undefined {
  if (via !== undefined) return `${address} is reached by the router ${via}`;
  if (answers === 'silent') return `${address} does not answer on the network of this host`;
  return answers === 'yes' ? undefined : 'unproved';
}

export function openAdjacency(options: AdjacencyOptions): { readonly stopped: Promise<void> } {
  const { mirror, store, node, log } = options;
  const nodes = mirror.view<NodeFacts>(nodesPrefix, ({ value }) => decodeNode(value));
  const alive = mirror.view(alivePrefix, ({ key }) => key);

  async function prove(own: NodeFacts, peer: NodeFacts, before: string | undefined): Promise<string | undefined> {
    const found = await Promise.all(
      addressesToProve(own, peer).map(async (address) => judge(address, await options.look(address))),
    );
    const why = found.find((one) => one !== undefined && one !== 'unproved');
    return why ?? (found.includes('unproved') ? before : undefined);
  }

  async function sync(): Promise<void> {
    await mirror.ready;
    const all = [...nodes.items.values()].map(({ value }) => value);
    const own = all.find(({ name }) => name === node);
    if (own === undefined || mirror.state !== 'live') return;
    const key = pathsKey(node);
    const before: BlockedPaths = decodePaths(mirror.get(key)?.value ?? '{"blocked":{}}') ?? {};
    const proofs = await Promise.all(
      all
        .filter(({ name }) => name !== node)
        .map(async (peer) => {
          // One that is down answers nobody, which proves nothing.
          const isUp = alive.items.has(aliveKey(peer.name));
          return [peer.name, isUp ? await prove(own, peer, before[peer.name]) : before[peer.name]] as const;
        }),
    );
    const blocked = Object.fromEntries(
      proofs.flatMap(([name, why]) => (why === undefined ? [] : [[name, why] as const])),
    );
    if (renderJson(blocked) === renderJson(before)) return;
    const isClear = Object.keys(blocked).length === 0;
    await store.transact([], [isClear ? { op: 'delete', key } : { op: 'put', key, value: renderJson({ blocked }) }]);
    log('info', 'hosts that are sent to through the tunnel though they have an address on this network', { blocked });
  }

  const loop = startLoop({
    sync,
    clock: options.clock,
    minDelay: 1000,
    firstBackoff: 2000,
    maxBackoff: proveEvery,
    resync: proveEvery,
    signal: options.signal,
    onFailure: (error) => {
      if (!options.signal.aborted)
        log('warn', 'whether hosts are on this network could not be proved', {
          error: error instanceof Error ? error.message : String(error),
        });
    },
  });
  for (const view of [nodes, alive]) view.onChange(() => loop.poke());
  return { stopped: loop.stopped };
}
