/**
 * What becomes of a packet by policy: the egress of its sender, then the ingress of its receiver (Calico's order; felix
 * rules/endpoints.go). Tiers are asked in order: a rule allows, denies, or passes on to the next tier; a tier that has
 * policies for the endpoint and none of whose rules matched ends with its default. Where no tier has decided, the
 * endpoint's profiles do, and where none of their rules matches, it is denied.
 */
import type { Direction, Endpoint, NetworkSet, Policy, Profile, Rule } from './model.ts';
import { matchesRule, type Packet, type Party, type Selects } from './match.ts';
import { isIn } from './nets.ts';
import { applying, effectiveLabels, type OrderedTier } from './order.ts';
import { matches } from './selector/evaluate.ts';

export type Verdict = 'allow' | 'deny';

export type DecidedBy =
  | { readonly kind: 'policy'; readonly policy: Policy; readonly direction: Direction; readonly rule: number }
  | { readonly kind: 'profile'; readonly profile: string; readonly direction: Direction; readonly rule: number }
  /** A policy of the tier selects the endpoint, and no rule matched. */
  | {
      readonly kind: 'end-of-tier';
      readonly tier: string;
      readonly policies: readonly Policy[];
      readonly direction: Direction;
    }
  /** No policy selects it, and no profile of it has a rule that matched. */
  | { readonly kind: 'no-rule'; readonly direction: Direction }
  /** That end is no endpoint, so nothing is asked. */
  | { readonly kind: 'no-endpoint'; readonly direction: Direction };

export type Ruling = {
  readonly verdict: Verdict;
  readonly by: DecidedBy;
  /** Rules that log the packet before. */
  readonly logged: readonly DecidedBy[];
};

export type Decision = {
  readonly verdict: Verdict;
  readonly egress: Ruling;
  /** Undefined when the packet never leaves. */
  readonly ingress: Ruling | undefined;
  /** The ruling that made it so: the denying one, or that of the receiver. */
  readonly decided: Ruling;
};

export type Rulebook = {
  readonly tiers: readonly OrderedTier[];
  readonly profiles: ReadonlyMap<string, Profile>;
  readonly sets: readonly NetworkSet[];
};

export function decide(book: Rulebook, packet: Packet): Decision {
  const selects = selectsIn(book);
  const egress = ruling(book, packet, 'egress', packet.from, selects);
  if (egress.verdict === 'deny') return { verdict: 'deny', egress, ingress: undefined, decided: egress };
  const ingress = ruling(book, packet, 'ingress', packet.to, selects);
  const isReceivers = ingress.verdict === 'deny' || ingress.by.kind !== 'no-endpoint';
  return { verdict: ingress.verdict, egress, ingress, decided: isReceivers ? ingress : egress };
}

const selectsIn =
  (book: Rulebook): Selects =>
  (selector, party) =>
    (party.endpoint !== undefined && matches(selector, labelsIn(book, party.endpoint))) ||
    book.sets.some(({ labels, nets }) => isIn(nets, party.address) && matches(selector, labels));

const labelsIn = ({ profiles }: Rulebook, endpoint: Endpoint) =>
  effectiveLabels(endpoint, (name) => profiles.get(name));

type Outcome = { readonly kind: Verdict | 'pass'; readonly index: number };

/** The first rule that says something; the places of those that log before it. */
function ask(
  rules: readonly Rule[],
  packet: Packet,
  selects: Selects,
  onLog: (index: number) => void,
): Outcome | undefined {
  for (const [index, rule] of rules.entries()) {
    if (!matchesRule(rule, packet, selects)) continue;
    if (rule.action !== 'log') return { kind: rule.action, index };
    onLog(index);
  }
  return undefined;
}

function ruling(book: Rulebook, packet: Packet, direction: Direction, party: Party, selects: Selects): Ruling {
  const { endpoint } = party;
  if (endpoint === undefined) return { verdict: 'allow', by: { kind: 'no-endpoint', direction }, logged: [] };
  const logged: DecidedBy[] = [];
  const tiers = applying(book.tiers, direction, labelsIn(book, endpoint));
  if (tiers === 'unknown') throw new Error('All labels are known.');
  for (const { tier, policies } of tiers) {
    const end = askTier(policies, packet, direction, selects, logged);
    if (end === 'pass') continue;
    if (end !== undefined) return { ...end, logged };
    if (tier.defaultAction === 'pass') continue;
    return { verdict: 'deny', by: { kind: 'end-of-tier', tier: tier.name, policies, direction }, logged };
  }
  return { ...askProfiles(book, endpoint, packet, direction, selects, logged), logged };
}

type Ended = Pick<Ruling, 'verdict' | 'by'>;

function askTier(
  policies: readonly Policy[],
  packet: Packet,
  direction: Direction,
  selects: Selects,
  logged: DecidedBy[],
): Ended | 'pass' | undefined {
  for (const policy of policies) {
    const by = (rule: number): DecidedBy => ({ kind: 'policy', policy, direction, rule });
    const outcome = ask(policy[direction], packet, selects, (index) => logged.push(by(index)));
    if (outcome === undefined) continue;
    return outcome.kind === 'pass' ? 'pass' : { verdict: outcome.kind, by: by(outcome.index) };
  }
  return undefined;
}

function askProfiles(
  book: Rulebook,
  endpoint: Endpoint,
  packet: Packet,
  direction: Direction,
  selects: Selects,
  logged: DecidedBy[],
): Ended {
  for (const name of endpoint.profiles) {
    const by = (rule: number): DecidedBy => ({ kind: 'profile', profile: name, direction, rule });
    const rules = book.profiles.get(name)?.[direction] ?? [];
    const outcome = ask(rules, packet, selects, (index) => logged.push(by(index)));
    // There is no tier behind the profiles.
    if (outcome !== undefined) return { verdict: outcome.kind === 'allow' ? 'allow' : 'deny', by: by(outcome.index) };
  }
  return { verdict: 'deny', by: { kind: 'no-rule', direction } };
}
