/** How this host sends to another one. Pure. */
import { formatAddress, type Family } from '../../src/ip/address.ts';
import { eui64Address, parseMac } from '../../src/ip/mac.ts';
import { contains, parsePrefix } from '../../src/ip/prefix.ts';
import type { NodeFacts } from '../../src/model/network/node.ts';
import type { RouteMode } from '../../src/model/network/records.ts';

/** The other end of a tunnel. */
export type TunnelPeer = {
  readonly node: string;
  readonly mac: string;
  /** Where its packets go. */
  readonly underlay: string;
  /** What routes name, by the family of what is routed: permanent neighbours of the tunnel's device. */
  readonly next: Readonly<Record<Family, string>>;
};

export type Path =
  | { readonly kind: 'direct'; readonly next: string }
  | { readonly kind: 'tunnel'; readonly peer: TunnelPeer }
  /** BIRD sees to it. */
  | { readonly kind: 'learned' }
  | { readonly kind: 'none'; readonly why: string };

const addressOf = (node: NodeFacts, family: Family) => (family === 4 ? node.ipv4 : node.ipv6);

/** The address of a peer on a network this host is on too. */
function adjacentAddress(own: NodeFacts, peer: NodeFacts, family: Family): string | undefined {
  const [here, there] = [addressOf(own, family), addressOf(peer, family)];
  if (here === undefined || there === undefined || !contains(here.prefix, there.address)) return undefined;
  return formatAddress(there.address);
}

/** Packets of either family travel in packets of one: IPv4 where this host has it. */
export const underlayFamily = (own: NodeFacts): Family => (own.ipv4 === undefined ? 6 : 4);

const linkLocal = parsePrefix('fe80::/64');

function tunnelPeer(own: NodeFacts, peer: NodeFacts): TunnelPeer | undefined {
  const underlay = addressOf(peer, underlayFamily(own))?.address;
  const mac = peer.vtepMac === undefined ? undefined : parseMac(peer.vtepMac);
  if (underlay === undefined || mac === undefined || peer.vtepMac === undefined || linkLocal === undefined)
    return undefined;
  const six = eui64Address(linkLocal, mac);
  if (six === undefined) return undefined;
  const v6 = formatAddress(six);
  // Where nobody has IPv4, IPv4 routes name an IPv6 neighbour (Linux 5.2).
  const v4 = peer.ipv4 === undefined ? v6 : formatAddress(peer.ipv4.address);
  return { node: peer.name, mac: peer.vtepMac, underlay: formatAddress(underlay), next: { 4: v4, 6: v6 } };
}

export type PathFacts = {
  readonly own: NodeFacts;
  readonly peer: NodeFacts;
  readonly mode: RouteMode;
  /** Of what is routed. */
  readonly family: Family;
  /** It was found out that packets of containers don't get through without a tunnel. */
  readonly isBlocked: boolean;
};

export function pathTo({ own, peer, mode, family, isBlocked }: PathFacts): Path {
  if (mode === 'bgp') return { kind: 'learned' };
  const next = mode === 'vxlan' ? undefined : adjacentAddress(own, peer, family);
  if (next !== undefined && (mode === 'direct' || !isBlocked)) return { kind: 'direct', next };
  if (mode === 'direct')
    return { kind: 'none', why: `the host ${peer.name} is not on the IPv${family} network of this host` };
  const tunnel = tunnelPeer(own, peer);
  if (tunnel === undefined)
    return { kind: 'none', why: `the host ${peer.name} has no IPv${underlayFamily(own)} address for a tunnel` };
  return { kind: 'tunnel', peer: tunnel };
}
