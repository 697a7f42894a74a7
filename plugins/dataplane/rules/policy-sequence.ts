/** Tiers that apply to an endpoint, as chains. */
import type { Direction, OrderedTier, Selector } from '../../policy/index.ts';
import { addressType, type Family } from '../family.ts';
import type { Chain, RuleSet } from './model.ts';
import type { MemberIndex } from './policy-members.ts';
import { hashOf, logAction, policyRules, selectorName, type SetNames } from './policy-rules.ts';

/** The first chain is the one to call. */
export type Sequence = {
  readonly name: string;
  readonly chains: Readonly<Record<string, Chain>>;
  readonly uses: readonly Use[];
};

/** A set that rules refer to. */
export type Use = {
  readonly set: string;
  readonly selector: Selector;
  readonly port?: string;
  readonly family: Family;
};

export type SequenceOptions = {
  /** Tells chains apart that hold the same policies for different ends. */
  readonly purpose: string;
  /** What is done to a packet that is allowed. */
  readonly allow: string;
  /** What is done to one that no tier has decided. */
  readonly rest: string;
  /** Whether the end of a tier denies where the tier says so. */
  readonly isDefaultDeny: boolean;
};

/** Names of sets, and which were asked for. */
export function collectUses(): { readonly names: SetNames; readonly uses: () => readonly Use[] } {
  const uses = new Map<string, Use>();
  const use = (one: Use): string => {
    uses.set(one.set, one);
    return one.set;
  };
  return {
    names: {
      addresses: (selector, family) => use({ set: `selected${family}-${selectorName(selector)}`, selector, family }),
      ports: (selector, port, family) =>
        use({ set: `ports${family}-${hashOf(`${selectorName(selector)} ${port}`)}`, selector, port, family }),
    },
    uses: () => [...uses.values()],
  };
}

/** The name tells which policies, in which order; what they say may change. */
export function compileSequence(
  tiers: readonly OrderedTier[],
  direction: Direction,
  { purpose, allow, rest, isDefaultDeny }: SequenceOptions,
): Sequence {
  const parts = tiers.map(({ tier, policies }) => [
    tier.name,
    ...policies.map(({ kind, namespace, name }) => [kind, namespace, name]),
  ]);
  const name = `policy-${direction === 'egress' ? 'e' : 'i'}-${hashOf(JSON.stringify([purpose, rest, parts]))}`;
  const { names, uses } = collectUses();
  const chains: Record<string, Chain> = {};
  for (const [index, { tier, policies }] of tiers.entries()) {
    const next = index + 1 < tiers.length ? `goto ${name}-${index + 1}` : rest;
    const actions = { allow, deny: 'drop', pass: next, log: logAction };
    chains[index === 0 ? name : `${name}-${index}`] = {
      rules: [
        ...policies.flatMap((policy) => policyRules(policy, direction, names, actions)),
        isDefaultDeny && tier.defaultAction === 'deny' ? 'drop' : next,
      ],
    };
  }
  return { name, chains, uses: uses() };
}

export function setsOf(uses: readonly Use[], members: MemberIndex): Readonly<Record<string, RuleSet>> {
  const sets: Record<string, RuleSet> = {};
  for (const { set, selector, port, family } of uses) {
    if (sets[set] !== undefined) continue;
    const { isInterval, elements } =
      port === undefined
        ? members.addresses(selectorName(selector), selector)[family]
        : members.ports(`${selectorName(selector)} ${port}`, selector, port)[family];
    const key = port === undefined ? addressType[family] : `${addressType[family]} . inet_proto . inet_service`;
    sets[set] = { type: key, kind: 'set', isInterval, elements };
  }
  return sets;
}
