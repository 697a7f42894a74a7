/** Bytes that the way to other hosts takes from what a container may send at once. Pure. */
import { contains } from '../../ip/prefix.ts';
import type { NodeFacts } from './node.ts';
import type { RouteMode } from './records.ts';

/** What VXLAN adds: Ethernet 14, VXLAN 8, UDP 8, and the outer IP header. */
export const tunnelOverhead = { 4: 50, 6: 70 } as const;

/** `auto` leaves room for a tunnel where a host is on another network than this one. */
export function overheadOf(mode: RouteMode, own: NodeFacts | undefined, others: readonly NodeFacts[]): number {
  if (own === undefined || mode === 'direct' || mode === 'bgp') return 0;
  const here = own.ipv4 ?? own.ipv6;
  const overhead = own.ipv4 === undefined ? tunnelOverhead[6] : tunnelOverhead[4];
  const isFar = others.some((node) => {
    const there = own.ipv4 === undefined ? node.ipv6 : node.ipv4;
    return here !== undefined && there !== undefined && !contains(here.prefix, there.address);
  });
  return mode === 'vxlan' || isFar ? overhead : 0;
}
