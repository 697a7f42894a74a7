/** Which policies apply to whom, in which order (felix/calc, PolicySorter). */
import { defaultTier, type Direction, type Endpoint, type Policy, type Profile, type Tier } from './model.ts';
import { judge, type Labels } from './selector/evaluate.ts';

/** All policies of a cluster, in order. */
export type OrderedTier = { readonly tier: Tier; readonly policies: readonly Policy[] };

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
/** Without an order: last. */
const byOrder = (a: number | undefined, b: number | undefined): number => {
  if (a === b) return 0;
  return (a ?? Infinity) - (b ?? Infinity);
};

export const comparePolicies = (a: Policy, b: Policy): number =>
  byOrder(a.order, b.order) ||
  byText(a.name, b.name) ||
  byText(a.namespace ?? '', b.namespace ?? '') ||
  byText(a.kind, b.kind);

/** A tier that is not there comes last, and denies: policies of it may have come before it. */
export function orderPolicies(tiers: readonly Tier[], policies: readonly Policy[]): readonly OrderedTier[] {
  const known = new Map<string, Tier>([
    [defaultTier.name, defaultTier],
    ...tiers.map((tier) => [tier.name, tier] as const),
  ]);
  for (const { tier: name } of policies) if (!known.has(name)) known.set(name, { name, defaultAction: 'deny' });
  const byTier = new Map<string, Policy[]>();
  for (const policy of [...policies].sort(comparePolicies)) {
    const list = byTier.get(policy.tier);
    if (list === undefined) byTier.set(policy.tier, [policy]);
    else list.push(policy);
  }
  return [...known.values()]
    .sort((a, b) => byOrder(a.order, b.order) || byText(a.name, b.name))
    .flatMap((tier) => {
      const own = byTier.get(tier.name) ?? [];
      return own.length === 0 ? [] : [{ tier, policies: own }];
    });
}

/** Policies for the packets of a connection as they come and go; the others are for a host's interfaces. */
export const isUsual = ({ isPreDnat, isUntracked }: Policy): boolean => !isPreDnat && !isUntracked;

/**
 * The tiers that have something to say about an endpoint, with the policies that do. `unknown`: it depends on labels that
 * are not known yet.
 */
export function applying(
  tiers: readonly OrderedTier[],
  direction: Direction,
  labels: Labels,
  isComplete = true,
  isMeant: (policy: Policy) => boolean = isUsual,
): readonly OrderedTier[] | 'unknown' {
  const result: OrderedTier[] = [];
  for (const { tier, policies } of tiers) {
    const own: Policy[] = [];
    for (const policy of policies) {
      if (!policy.types.has(direction) || !isMeant(policy)) continue;
      const isSelected = judge(policy.selector, labels, isComplete);
      if (isSelected === undefined) return 'unknown';
      if (isSelected) own.push(policy);
    }
    if (own.length > 0) result.push({ tier, policies: own });
  }
  return result;
}

/** Own labels, and those of its profiles where it has none of the name; the first profile that has one counts. */
export function effectiveLabels(
  { labels, profiles }: Pick<Endpoint, 'labels' | 'profiles'>,
  profileNamed: (name: string) => Profile | undefined,
): Labels {
  const inherited = profiles.flatMap((name) => {
    const profile = profileNamed(name);
    return profile === undefined || profile.labelsToApply.size === 0 ? [] : [profile.labelsToApply];
  });
  if (inherited.length === 0) return labels;
  const all = new Map(labels);
  for (const more of inherited) for (const [name, value] of more) if (!all.has(name)) all.set(name, value);
  return all;
}
