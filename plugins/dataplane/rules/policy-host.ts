/**
 * Policies of the host's own interfaces (HostEndpoint): what comes to the host and leaves it, and, where a policy says
 * `applyOnForward`, what is forwarded. Chains of their own, which are there only while this host has such an endpoint.
 * The failsafe ports, without which nobody could undo a mistake, stay open.
 */
import type { Link } from '../../../src/host/ip.ts';
import { formatAddress } from '../../../src/ip/address.ts';
import { applying, isUsual, type Direction, type HostEndpoint, type Policy, type Profile } from '../../policy/index.ts';
import { families, header } from '../family.ts';
import { verdictMap, type Chain, type RuleSet } from './model.ts';
import { workloads } from './names.ts';
import type { PolicyBook } from './policy-book.ts';
import { hashOf, logAction, ruleTexts } from './policy-rules.ts';
import { collectUses, compileSequence, type Sequence, type SequenceOptions } from './policy-sequence.ts';

export type HostInterface = { readonly name: string; readonly addresses: readonly string[] };

export const interfacesOf = (links: readonly Link[]): readonly HostInterface[] =>
  links.map(({ name, addresses }) => ({ name, addresses: addresses.map(({ address }) => formatAddress(address)) }));

export type HostPart = {
  readonly sets: Readonly<Record<string, RuleSet>>;
  readonly chains: Readonly<Record<string, Chain>>;
  readonly sequences: readonly Sequence[];
};

/** A rule for each protocol and net of the other side. */
function failsafeRules(book: PolicyBook, direction: Direction): readonly string[] {
  const ports = new Map<string, number[]>();
  for (const { protocol, port, net } of book.failsafe[direction]) {
    const family = net?.includes(':') === true ? 6 : 4;
    const peer = net === undefined ? '' : `${header[family]} ${direction === 'ingress' ? 'saddr' : 'daddr'} ${net} `;
    const match = `${peer}${protocol}`;
    ports.set(match, [...(ports.get(match) ?? []), port]);
  }
  return [...ports].map(([match, numbers]) => {
    const sorted = [...new Set(numbers)].sort((a, b) => a - b);
    return `${match} dport ${sorted.length === 1 ? String(sorted[0]) : `{ ${sorted.join(', ')} }`} return`;
  });
}

/** Neighbours and routers: without them there is no IPv6 at all. */
const discovery =
  'icmpv6 type { nd-router-solicit, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert, mld2-listener-report } accept';
const established = 'ct state { established, related } accept';

/** Calico's own profile that allows all; it is in no store. */
const allowAll = 'projectcalico-default-allow';

type Way = 'in' | 'out' | 'forward-in' | 'forward-out' | 'before-nat';

type WayRow = {
  readonly direction: Direction;
  readonly isMeant: (policy: Policy) => boolean;
  readonly isDefaultDeny: boolean;
  /** Whether an endpoint without a policy there is closed, but for its profiles. */
  readonly hasProfiles: boolean;
};

const ways = {
  in: { direction: 'ingress', isMeant: isUsual, isDefaultDeny: true, hasProfiles: true },
  out: { direction: 'egress', isMeant: isUsual, isDefaultDeny: true, hasProfiles: true },
  'forward-in': {
    direction: 'ingress',
    isMeant: (policy) => isUsual(policy) && policy.appliesOnForward,
    isDefaultDeny: true,
    hasProfiles: false,
  },
  'forward-out': {
    direction: 'egress',
    isMeant: (policy) => isUsual(policy) && policy.appliesOnForward,
    isDefaultDeny: true,
    hasProfiles: false,
  },
  'before-nat': {
    direction: 'ingress',
    isMeant: ({ isPreDnat }) => isPreDnat,
    isDefaultDeny: false,
    hasProfiles: false,
  },
} as const satisfies Record<Way, WayRow>;

const wayNames: readonly Way[] = ['in', 'out', 'forward-in', 'forward-out', 'before-nat'];

export function hostPart(book: PolicyBook, node: string, interfaces: readonly HostInterface[]): HostPart {
  const endpoints = [...book.hostEndpoints].filter((endpoint) => endpoint.node === node);
  if (endpoints.length === 0) return { sets: {}, chains: {}, sequences: [] };
  const sequences: Sequence[] = [];
  const chains: Record<string, Chain> = {};
  const sets: Record<string, RuleSet> = {};
  const byInterface = interfacesByName(endpoints, interfaces);
  for (const way of wayNames) {
    const elements = new Map<string, string>();
    for (const [name, endpoint] of byInterface) {
      const sequence = sequenceOf(book, endpoint, way);
      if (sequence === undefined) continue;
      sequences.push(sequence);
      if (name === '*') chains[`host-any-${way}`] = { rules: [`jump ${sequence.name}`] };
      else elements.set(`"${name}"`, `jump ${sequence.name}`);
    }
    chains[`host-any-${way}`] ??= { rules: [] };
    sets[`host-${way}`] = verdictMap('ifname', elements);
  }
  const named = [...byInterface.keys()].filter((name) => name !== '*').map((name) => [`"${name}"`, ''] as const);
  sets['host-named'] = { type: 'ifname', kind: 'set', elements: new Map(named) };
  return { sets, chains: { ...chains, ...hooks }, sequences };
}

/** The first endpoint, by name, that an interface is of; an endpoint without a name is found by its addresses. */
function interfacesByName(
  endpoints: readonly HostEndpoint[],
  interfaces: readonly HostInterface[],
): ReadonlyMap<string, HostEndpoint> {
  const found = new Map<string, HostEndpoint>();
  for (const endpoint of [...endpoints].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const names =
      endpoint.interfaceName === ''
        ? interfaces.filter(({ addresses }) => addresses.some((one) => endpoint.addresses.includes(one)))
        : [{ name: endpoint.interfaceName }];
    for (const { name } of names) if (!found.has(name)) found.set(name, endpoint);
  }
  return found;
}

function sequenceOf(book: PolicyBook, endpoint: HostEndpoint, way: Way): Sequence | undefined {
  const { direction, isMeant, isDefaultDeny, hasProfiles }: WayRow = ways[way];
  const tiers = applying(book.tiers, direction, book.labelsOf(endpoint), true, isMeant);
  if (tiers === 'unknown') throw new Error('All labels of a host endpoint are known.');
  const end = hasProfiles ? profileSequence(book, endpoint, direction) : undefined;
  if (tiers.length === 0) return end;
  const options: SequenceOptions = {
    purpose: `host ${way}`,
    allow: 'return',
    rest: end === undefined ? 'return' : `goto ${end.name}`,
    isDefaultDeny,
  };
  const failsafe = hasProfiles ? failsafeRules(book, direction) : [];
  return guarded(compileSequence(tiers, direction, options), failsafe, end);
}

/** The failsafe ports come before everything else. */
function guarded(sequence: Sequence, failsafe: readonly string[], end: Sequence | undefined): Sequence {
  const first = sequence.chains[sequence.name];
  return {
    name: sequence.name,
    chains: {
      ...sequence.chains,
      ...end?.chains,
      [sequence.name]: { rules: [...failsafe, ...(first?.rules ?? [])] },
    },
    uses: [...sequence.uses, ...(end?.uses ?? [])],
  };
}

/** Rules of its profiles, and then no more. */
function profileSequence(book: PolicyBook, endpoint: HostEndpoint, direction: Direction): Sequence {
  const { names, uses } = collectUses();
  const actions = { allow: 'return', deny: 'drop', pass: 'drop', log: logAction };
  const rulesOf = (profile: Profile | undefined, name: string): readonly string[] =>
    name === allowAll
      ? ['return']
      : (profile?.[direction] ?? []).flatMap((rule) =>
          ruleTexts(rule, names).map((match) => `${match}${actions[rule.action]}`),
        );
  const rules = endpoint.profiles.flatMap((name) => rulesOf(book.profileNamed(name), name));
  const name = `host-profile-${hashOf(JSON.stringify([direction, endpoint.profiles]))}`;
  return { name, chains: { [name]: { rules: [...failsafeRules(book, direction), ...rules, 'drop'] } }, uses: uses() };
}

const interfaceRules = (way: Way, field: 'iifname' | 'oifname'): readonly string[] => [
  `${field} vmap @host-${way}`,
  `${field} != @host-named jump host-any-${way}`,
];
/** Between the host and its own containers, and with itself, other rules hold. */
const notOutside = (field: 'iifname' | 'oifname'): readonly string[] => [
  established,
  `${field} "lo" accept`,
  `${field} ${workloads} accept`,
];

/** After the tables of workloads, before everybody else's. */
const hooks = {
  'host-input': {
    hook: 'type filter hook input priority -9; policy accept;',
    rules: [
      ...notOutside('iifname'),
      discovery,
      // The tunnel's packets were judged by who sends them.
      ...families.map((family) => `udp dport @tunnel-port ${header[family]} saddr @peers${family} accept`),
      ...interfaceRules('in', 'iifname'),
    ],
  },
  'host-output': {
    hook: 'type filter hook output priority -9; policy accept;',
    rules: [
      ...notOutside('oifname'),
      discovery,
      ...families.map((family) => `udp dport @tunnel-port ${header[family]} daddr @peers${family} accept`),
      ...interfaceRules('out', 'oifname'),
    ],
  },
  'host-forward': {
    hook: 'type filter hook forward priority -9; policy accept;',
    rules: [established, ...interfaceRules('forward-in', 'iifname'), ...interfaceRules('forward-out', 'oifname')],
  },
  'host-before-nat': {
    hook: 'type filter hook prerouting priority -110; policy accept;',
    rules: [...notOutside('iifname'), ...interfaceRules('before-nat', 'iifname')],
  },
} as const satisfies Record<string, Chain>;
