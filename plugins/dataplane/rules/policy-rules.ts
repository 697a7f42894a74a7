/** Rules of policies as rules of nftables. Pure; every text that comes out is one that nft takes. */
import { createHash } from 'node:crypto';
import { formatPrefix, type Prefix } from '../../../src/ip/prefix.ts';
import {
  renderSelector,
  type Direction,
  type IcmpMatch,
  type PeerMatch,
  type Policy,
  type PortMatch,
  type Rule,
  type Selector,
} from '../../policy/index.ts';
import { families, header, type Family } from '../family.ts';
import { disjoint } from './policy-members.ts';

/** Names of the sets that rules refer to; whoever names one makes it. */
export type SetNames = {
  /** Of addresses that a selector selects. */
  addresses(selector: Selector, family: Family): string;
  /** Of `address . protocol . port` of endpoints that a selector selects and that have a port of this name. */
  ports(selector: Selector, port: string, family: Family): string;
};

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);
export const selectorName = (selector: Selector): string => hashOf(renderSelector(selector));

const anyone: Selector = { kind: 'all' };

/** What a rule of a policy does to a packet that it matches. */
export type Actions = {
  readonly allow: string;
  readonly deny: string;
  /** To the next tier, or to the profile. */
  readonly pass: string;
  readonly log: string;
};

/** Felix' own prefix, so that what reads the log of Calico reads ours; a flood of packets must not fill the log. */
export const logAction = 'limit rate 50/second burst 50 packets log prefix "calico-packet: " level notice';

export const policyRules = (
  policy: Policy,
  direction: Direction,
  names: SetNames,
  actions: Actions,
): readonly string[] =>
  policy[direction].flatMap((rule) => ruleTexts(rule, names).map((match) => `${match}${actions[rule.action]}`));

/** What to match, several times where one rule can't say it; '' matches everything. Each ends in a space. */
export function ruleTexts(rule: Rule, names: SetNames): readonly string[] {
  if (rule.isImpossible) return [];
  const texts = familiesOf(rule).flatMap((family) => {
    const parts = [
      family === undefined ? [''] : [`meta nfproto ${family === 4 ? 'ipv4' : 'ipv6'}`],
      protocolParts(rule),
      icmpParts(rule, family),
      ...peerParts(rule.source, 'saddr', 'sport', family, names),
      ...peerParts(rule.destination, 'daddr', 'dport', family, names),
    ];
    return combine(parts);
  });
  return texts.map((text) => (text === '' ? '' : `${text} `));
}

/** Undefined: both at once, because nothing in the rule depends on it. */
function familiesOf({
  ipVersion,
  protocol,
  source,
  destination,
  icmp,
  notIcmp,
}: Rule): readonly (Family | undefined)[] {
  const ofProtocol = protocol === 1 ? [4 as const] : protocol === 58 ? [6 as const] : families;
  const allowed = ofProtocol.filter((family) => ipVersion === undefined || ipVersion === family);
  const isDependent =
    allowed.length < families.length ||
    icmp !== undefined ||
    notIcmp !== undefined ||
    [source, destination].some(asksForAddress);
  return isDependent ? allowed : [undefined];
}

const asksForAddress = ({ nets, notNets, selector, notSelector, ports, notPorts }: PeerMatch): boolean =>
  nets !== undefined ||
  notNets.length > 0 ||
  selector !== undefined ||
  notSelector !== undefined ||
  [...(ports ?? []), ...notPorts].some(({ kind }) => kind === 'named');

/** Alternatives of each part, one of each. */
function combine(parts: readonly (readonly string[])[]): readonly string[] {
  return parts.reduce<readonly string[]>(
    (texts, alternatives) =>
      texts.flatMap((text) =>
        alternatives.map((one) => (text === '' || one === '' ? `${text}${one}` : `${text} ${one}`)),
      ),
    [''],
  );
}

function protocolParts({ protocol, notProtocol }: Rule): readonly string[] {
  const is = protocol === undefined ? [] : [`meta l4proto ${protocol}`];
  const isNot = notProtocol === undefined ? [] : [`meta l4proto != ${notProtocol}`];
  return [[...is, ...isNot].join(' ')];
}

function icmpParts({ icmp, notIcmp }: Rule, family: Family | undefined): readonly string[] {
  const name = family === 6 ? 'icmpv6' : 'icmp';
  const is = icmp?.type === undefined ? '' : `${name} type ${icmp.type}${code(name, icmp)}`;
  if (notIcmp?.type === undefined) return [is];
  const isNot = [
    `${name} type != ${notIcmp.type}`,
    ...(notIcmp.code === undefined ? [] : [`${name} type ${notIcmp.type} ${name} code != ${notIcmp.code}`]),
  ];
  return isNot.map((text) => (is === '' ? text : `${is} ${text}`));
}
const code = (name: string, icmp: IcmpMatch): string => (icmp.code === undefined ? '' : ` ${name} code ${icmp.code}`);

const setText = (elements: readonly string[]): string => `{ ${elements.join(', ')} }`;
const netsText = (nets: readonly Prefix[]): string => setText(disjoint(nets).map(formatPrefix));

/** An empty list of alternatives: nothing can match. */
function peerParts(
  peer: PeerMatch,
  address: 'saddr' | 'daddr',
  port: 'sport' | 'dport',
  family: Family | undefined,
  names: SetNames,
): readonly (readonly string[])[] {
  const numeric = portParts(peer, port, (match) => namedText(match, peer, address, port, family, names));
  if (family === undefined) return numeric;
  const field = `${header[family]} ${address}`;
  const own = (nets: readonly Prefix[]): readonly Prefix[] => nets.filter(({ first }) => first.family === family);
  const parts: (readonly string[])[] = [];
  if (peer.nets !== undefined) parts.push(own(peer.nets).length === 0 ? [] : [`${field} ${netsText(own(peer.nets))}`]);
  if (own(peer.notNets).length > 0) parts.push([`${field} != ${netsText(own(peer.notNets))}`]);
  if (peer.selector !== undefined) parts.push([`${field} @${names.addresses(peer.selector, family)}`]);
  if (peer.notSelector !== undefined) parts.push([`${field} != @${names.addresses(peer.notSelector, family)}`]);
  return [...parts, ...numeric];
}

type Named = Extract<PortMatch, { readonly kind: 'named' }>;

function namedText(
  { name }: Named,
  { selector = anyone }: PeerMatch,
  address: 'saddr' | 'daddr',
  port: 'sport' | 'dport',
  family: Family | undefined,
  names: SetNames,
): readonly [field: string, set: string] {
  if (family === undefined) throw new Error('A named port depends on the family.');
  return [`${header[family]} ${address} . meta l4proto . th ${port}`, `@${names.ports(selector, name, family)}`];
}

function portParts(
  { ports, notPorts }: PeerMatch,
  port: 'sport' | 'dport',
  named: (match: Named) => readonly [string, string],
): readonly (readonly string[])[] {
  const parts: (readonly string[])[] = [];
  if (ports !== undefined) {
    const ranges = rangesText(ports);
    const alternatives = ports.flatMap((one) => (one.kind === 'named' ? named(one).join(' ') : []));
    parts.push([...(ranges === undefined ? [] : [`th ${port} ${ranges}`]), ...alternatives]);
  }
  const barred = rangesText(notPorts);
  if (barred !== undefined) parts.push([`th ${port} != ${barred}`]);
  for (const one of notPorts) if (one.kind === 'named') parts.push([named(one).join(' != ')]);
  return parts;
}

function rangesText(ports: readonly PortMatch[]): string | undefined {
  const ranges = ports.flatMap((one) => (one.kind === 'range' ? [one] : [])).sort((a, b) => a.first - b.first);
  const merged: { first: number; last: number }[] = [];
  for (const { first, last } of ranges) {
    const before = merged.at(-1);
    if (before !== undefined && first <= before.last + 1) before.last = Math.max(before.last, last);
    else merged.push({ first, last });
  }
  const texts = merged.map(({ first, last }) => (first === last ? String(first) : `${first}-${last}`));
  return texts.length === 0 ? undefined : setText(texts);
}
