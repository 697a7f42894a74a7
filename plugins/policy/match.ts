/** Whether a rule is about a packet. */
import type { Address } from '../../src/ip/address.ts';
import type { Endpoint, IcmpMatch, PeerMatch, PortMatch, Rule } from './model.ts';
import { isIn } from './nets.ts';
import { hasPorts } from './protocols.ts';
import type { Selector } from './selector/selector.ts';

/** One end of a connection: an address, and whose it is where that is known. */
export type Party = { readonly address: Address; readonly endpoint?: Endpoint };

export type Packet = {
  readonly from: Party;
  readonly to: Party;
  /** IANA number. */
  readonly protocol: number;
  /** Of protocols that have them. */
  readonly sourcePort?: number;
  readonly port?: number;
  /** Of ICMP. */
  readonly icmp?: IcmpMatch;
};

/** Whether an end is one of those a selector selects: an endpoint by its labels, an address by the sets it is in. */
export type Selects = (selector: Selector, party: Party) => boolean;

export function matchesRule(rule: Rule, packet: Packet, selects: Selects): boolean {
  const { protocol, from, to } = packet;
  if (rule.isImpossible) return false;
  if (rule.ipVersion !== undefined && rule.ipVersion !== from.address.family) return false;
  if (rule.protocol !== undefined && rule.protocol !== protocol) return false;
  if (rule.notProtocol !== undefined && rule.notProtocol === protocol) return false;
  if (rule.icmp !== undefined && !matchesIcmp(rule.icmp, packet.icmp)) return false;
  if (rule.notIcmp !== undefined && matchesIcmp(rule.notIcmp, packet.icmp)) return false;
  return (
    matchesPeer(rule.source, from, packet.sourcePort, protocol, selects) &&
    matchesPeer(rule.destination, to, packet.port, protocol, selects)
  );
}

const matchesIcmp = (wanted: IcmpMatch, has: IcmpMatch | undefined): boolean =>
  has?.type === wanted.type && (wanted.code === undefined || has?.code === wanted.code);

function matchesPeer(
  peer: PeerMatch,
  party: Party,
  port: number | undefined,
  protocol: number,
  selects: Selects,
): boolean {
  if (peer.nets !== undefined && !isIn(peer.nets, party.address)) return false;
  if (isIn(peer.notNets, party.address)) return false;
  if (peer.selector !== undefined && !selects(peer.selector, party)) return false;
  if (peer.notSelector !== undefined && selects(peer.notSelector, party)) return false;
  const isPort = (match: PortMatch): boolean => matchesPort(match, party.endpoint, port, protocol);
  if (peer.ports !== undefined && !peer.ports.some(isPort)) return false;
  return !peer.notPorts.some(isPort);
}

function matchesPort(
  match: PortMatch,
  endpoint: Endpoint | undefined,
  port: number | undefined,
  protocol: number,
): boolean {
  if (port === undefined || !hasPorts(protocol)) return false;
  if (match.kind === 'range') return match.first <= port && port <= match.last;
  return (
    endpoint?.ports.some((one) => one.name === match.name && one.protocol === protocol && one.port === port) === true
  );
}
