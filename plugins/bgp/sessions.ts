/** Whom this host speaks BGP with: the mesh of all hosts, route reflectors, and peers outside. Pure. */
import { compareAddresses, formatAddress, type Address, type Family } from '../../src/ip/address.ts';
import type { NodeFacts } from '../../src/model/network/node.ts';
import type { BgpPeer, BgpSettings, PeerManner } from './model.ts';

export type Session = PeerManner & {
  /** An identifier of BIRD. */
  readonly name: string;
  readonly family: Family;
  readonly local: string;
  readonly peer: string;
  readonly port?: number;
  readonly localAs: number;
  readonly peerAs: number;
  /** The other side opens the connection, so that two are never opened at once. */
  readonly isPassive: boolean;
  /** Set: the peer is a client of this host, a route reflector of the cluster with this id. */
  readonly reflects?: string;
  /**
   * `all`: what was learned too, as it was learned. To routers outside each host announces its own, or they would send
   * by way of a host that is not the last; only route reflectors speak for others.
   */
  readonly announces: 'own' | 'all';
};

export type SessionFacts = {
  readonly own: NodeFacts;
  readonly others: readonly NodeFacts[];
  readonly settings: BgpSettings;
  readonly peers: readonly BgpPeer[];
};

type More = PeerManner & { readonly port?: number; readonly reflects?: string };

const families = [4, 6] as const;
const addressOf = (node: NodeFacts, family: Family): Address | undefined =>
  (family === 4 ? node.ipv4 : node.ipv6)?.address;

const identifier = (kind: string, address: Address): string =>
  `${kind}_${formatAddress(address).replaceAll(/[^0-9A-Za-z]/g, '_')}`;

export function sessionsOf({ own, others, settings, peers }: SessionFacts): readonly Session[] {
  const localAs = own.asNumber ?? settings.asNumber;
  const { meshRestartTime } = settings;
  const sessions = new Map<string, Session>();

  /** One session with an address: what was said first counts. */
  function add(kind: string, address: Address, peerAs: number, more: More): void {
    const local = addressOf(own, address.family);
    const key = formatAddress(address);
    if (local === undefined || sessions.has(key) || formatAddress(local) === key) return;
    sessions.set(key, {
      name: identifier(kind, address),
      family: address.family,
      local: formatAddress(local),
      peer: key,
      localAs,
      peerAs,
      announces: peerAs === localAs || own.routeReflector !== undefined ? 'all' : 'own',
      isPassive: kind !== 'Global' && compareAddresses(address, local) > 0,
      ...more,
    });
  }

  function addNode(kind: string, node: NodeFacts, manner: PeerManner): void {
    const { routeReflector: cluster } = own;
    const isClient = cluster !== undefined && node.routeReflector !== cluster;
    for (const family of families) {
      const address = addressOf(node, family);
      if (address !== undefined)
        add(kind, address, node.asNumber ?? settings.asNumber, {
          ...manner,
          ...(isClient ? { reflects: cluster } : {}),
        });
    }
  }

  if (settings.mesh && own.routeReflector === undefined)
    for (const node of others)
      if (node.routeReflector === undefined)
        addNode('Mesh', node, meshRestartTime === undefined ? {} : { restartTime: meshRestartTime });
  for (const peer of peers) {
    const { to, manner } = peer;
    const isOurs = peer.isOf(own.name, own.labels);
    if (to.kind === 'address') {
      if (isOurs)
        add('Global', to.address, to.asNumber ?? localAs, {
          ...manner,
          ...(to.port === undefined ? {} : { port: to.port }),
        });
      continue;
    }
    // A peering of hosts with hosts holds from either side.
    const isOther = to.isOne(own.labels);
    for (const node of others)
      if ((isOurs && to.isOne(node.labels)) || (isOther && peer.isOf(node.name, node.labels)))
        addNode('Node', node, manner);
  }
  return [...sessions.values()];
}
