/**
 * Policies of this host's workloads as sets and chains. An interface finds its chain by one look-up, whatever their
 * number; endpoints to which the same policies apply share a chain. A chain is called for the first packet of a
 * connection, from the way the packet takes (filter.ts): it drops the packet, or returns, and then the isolation of
 * networks goes on. What the receiver's policies allow is marked, and isolation lets it through: Calico's profiles, which
 * isolation is, are asked only where no policy has decided.
 */
import { applying, directions, type Direction, type OrderedTier, type Selector } from '../../policy/index.ts';
import type { Attachment } from '../desired.ts';
import { addressType, families, header, type Family } from '../family.ts';
import { verdictMap, type Chain, type RuleSet } from './model.ts';
import type { PolicyBook, Subject } from './policy-book.ts';
import { hostPart, type HostInterface } from './policy-host.ts';
import { selectorName } from './policy-rules.ts';
import { compileSequence, setsOf, type Sequence } from './policy-sequence.ts';
import { grantedMark } from './names.ts';

export type PolicyPart = {
  readonly sets: Readonly<Record<string, RuleSet>>;
  readonly chains: Readonly<Record<string, Chain>>;
};

/** IPv4 addresses of workloads at docker_gwbridge, by endpoint; absent while they are not known. */
export type BridgeAddresses = ReadonlyMap<string, readonly string[]>;

export const closedChain = 'policy-closed';
const mapNames = {
  egress: { byInterface: 'policy-from', atBridge: 'policy-from-bridge' },
  ingress: { byInterface: 'policy-to', atBridge: 'policy-to-bridge' },
} as const satisfies Record<Direction, unknown>;
/** While an address at docker_gwbridge is not known that policies are to judge, nothing new passes by unknown ones. */
const unknownChains = { egress: 'policy-from-unknown', ingress: 'policy-to-unknown' } as const satisfies Record<
  Direction,
  string
>;

export type PolicyCompiler = {
  part(attachments: readonly Attachment[], facts: PolicyFacts): PolicyPart;
};

/** What was seen of this host. */
export type PolicyFacts = {
  readonly atBridge: BridgeAddresses;
  /** Every address at docker_gwbridge that is known to be somebody's. */
  readonly known: Iterable<string>;
  readonly interfaces: readonly HostInterface[];
};

export function createPolicyCompiler(book: PolicyBook, node: string): PolicyCompiler {
  /** Of the present revision of the book. */
  const sequences = new Map<string, Sequence>();
  const bySubject = new Map<string, string | undefined>();
  let revision = 0;

  /** The chain to call; undefined when no policy has anything to say. */
  function chainOf(subject: Subject, direction: Direction, isInternal: boolean): string | undefined {
    const key = JSON.stringify([direction, subject.isComplete, isInternal, ...subject.labels]);
    if (bySubject.has(key)) return bySubject.get(key);
    const tiers = applying(book.tiers, direction, subject.labels, subject.isComplete);
    const name = tiers === 'unknown' ? closedChain : sequenceOf(tiers, direction, isInternal);
    bySubject.set(key, name);
    return name;
  }

  function sequenceOf(tiers: readonly OrderedTier[], direction: Direction, isInternal: boolean): string | undefined {
    if (tiers.length === 0) return undefined;
    // A network that is internal stays so, whatever a policy allows.
    const isGrant = direction === 'ingress' && !isInternal;
    const sequence = compileSequence(tiers, direction, {
      purpose: isGrant ? 'grant' : 'workload',
      allow: isGrant ? `meta mark set meta mark | ${grantedMark} return` : 'return',
      rest: 'return',
      isDefaultDeny: true,
    });
    if (!sequences.has(sequence.name)) sequences.set(sequence.name, sequence);
    return sequence.name;
  }

  return {
    part: (attachments, { atBridge, known, interfaces }) => {
      if (revision !== book.revision) {
        revision = book.revision;
        sequences.clear();
        bySubject.clear();
      }
      const maps = { egress: new Map<string, string>(), ingress: new Map<string, string>() };
      const bridges = { egress: new Map<string, string>(), ingress: new Map<string, string>() };
      const isWaiting = { egress: false, ingress: false };
      const used = new Set<string>();
      if (book.tiers.length > 0)
        for (const attachment of attachments) {
          const subject = book.subjectOf(attachment);
          for (const direction of directions) {
            const chain = chainOf(subject, direction, attachment.network.internal);
            if (chain === undefined) continue;
            used.add(chain);
            const { endpoint } = attachment;
            maps[direction].set(`"${endpoint.interface}"`, `jump ${chain}`);
            if (endpoint.gateway !== 'bridge') continue;
            const addresses = atBridge.get(endpoint.id);
            if (addresses === undefined) isWaiting[direction] = true;
            for (const address of [...(addresses ?? []), endpoint.ipv4 ?? []].flat())
              bridges[direction].set(address, `jump ${chain}`);
          }
        }
      const wanted = [...used].flatMap((name) => sequences.get(name) ?? []);
      const host = hostPart(book, node, interfaces);
      const uses = [...wanted, ...host.sequences].flatMap((sequence) => sequence.uses);
      const sets = { ...host.sets, ...setsOf(uses, book.members), ...openSets(book) };
      book.members.prune();
      return {
        sets: {
          ...Object.fromEntries(
            directions.flatMap((direction) => [
              [mapNames[direction].byInterface, verdictMap('ifname', maps[direction])],
              [mapNames[direction].atBridge, verdictMap('ipv4_addr', bridges[direction])],
            ]),
          ),
          'policy-known': { type: 'ipv4_addr', kind: 'set', elements: new Map([...known].map((one) => [one, ''])) },
          ...sets,
        },
        chains: {
          [closedChain]: { rules: ['drop'] },
          [unknownChains.egress]: { rules: isWaiting.egress ? ['ip saddr != @policy-known drop'] : [] },
          [unknownChains.ingress]: { rules: isWaiting.ingress ? ['ip daddr != @policy-known drop'] : [] },
          ...host.chains,
          ...Object.fromEntries([...wanted, ...host.sequences].flatMap(({ chains }) => Object.entries(chains))),
        },
      };
    },
  };
}

/**
 * Endpoints that policies let somebody in to. A host sends packets for those of other hosts on, whatever network they are
 * of: whether they are let in is judged where they arrive.
 */
function openSets(book: PolicyBook): Readonly<Record<string, RuleSet>> {
  const selectors = book.tiers
    .flatMap(({ policies }) => policies)
    .filter(({ types, ingress }) => types.has('ingress') && ingress.some(({ action }) => action === 'allow'))
    .map(({ selector }) => selector);
  const selector: Selector = { kind: 'or', operands: selectors };
  const members =
    selectors.length === 0 ? undefined : book.members.endpoints(`open ${selectorName(selector)}`, selector);
  return Object.fromEntries(
    families.map((family) => [
      openSet(family),
      { type: addressType[family], kind: 'set', elements: members?.[family].elements ?? none } as const,
    ]),
  );
}
const none: ReadonlyMap<string, string> = new Map();
const openSet = (family: Family): string => `policy-open${family}`;

/** New connections only: what is established was judged when it began, and goes on. */
const fresh = 'ct state != { established, related }';

/** Rules at the head of the ways packets take. */
export const policyHooks = {
  /** Everything that is forwarded, for containers behind docker_gwbridge. */
  forward: (bridge: string): readonly string[] => [
    `iifname "${bridge}" ${fresh} ip saddr vmap @${mapNames.egress.atBridge}`,
    `iifname "${bridge}" ${fresh} jump ${unknownChains.egress}`,
    `oifname "${bridge}" ${fresh} ip daddr vmap @${mapNames.ingress.atBridge}`,
    `oifname "${bridge}" ${fresh} jump ${unknownChains.ingress}`,
  ],
  input: (bridge: string): readonly string[] => [
    `iifname "${bridge}" ${fresh} ip saddr vmap @${mapNames.egress.atBridge}`,
    `iifname "${bridge}" ${fresh} jump ${unknownChains.egress}`,
  ],
  from: `iifname vmap @${mapNames.egress.byInterface}`,
  to: `oifname vmap @${mapNames.ingress.byInterface}`,
  /** To the host itself; without neighbours nothing works at all. */
  toHost: [
    `meta l4proto != ipv6-icmp iifname vmap @${mapNames.egress.byInterface}`,
    `icmpv6 type != { nd-neighbor-solicit, nd-neighbor-advert } iifname vmap @${mapNames.egress.byInterface}`,
  ],
  granted: `meta mark & ${grantedMark} == ${grantedMark}`,
  /** To endpoints of other hosts. */
  elsewhere: (workloads: string): readonly string[] =>
    families.map((family) => `oifname != ${workloads} ${header[family]} daddr @${openSet(family)}`),
} as const;
