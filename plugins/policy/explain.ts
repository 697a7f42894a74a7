/** Verdicts in words. */
import type { DecidedBy, Decision } from './decide.ts';
import type { Policy, Rule } from './model.ts';
import { shownName } from './stored.ts';

const policyText = ({ kind, name, namespace }: Policy): string =>
  `${kind} ${namespace === undefined ? '' : `${namespace}/`}${shownName(name)}`;

/** `GlobalNetworkPolicy db, ingress rule 1 (Allow)`; rules are counted from 1. */
export function explainRuling(by: DecidedBy): string {
  switch (by.kind) {
    case 'policy':
      return `${policyText(by.policy)}, ${by.direction} rule ${by.rule + 1} (${actionOf(by.policy[by.direction][by.rule])})`;
    case 'profile':
      return `no policy decides ${by.direction}; the rules of its network (profile ${by.profile}, rule ${by.rule + 1}) do`;
    case 'end-of-tier':
      return `no ${by.direction} rule matches of ${by.policies.map(policyText).join(', ')}, and tier ${by.tier} denies the rest`;
    case 'no-rule':
      return `no policy allows ${by.direction}, and they are not on one network`;
    case 'no-endpoint':
      return `${by.direction === 'egress' ? 'the sender' : 'the receiver'} is no container, so nothing is asked there`;
  }
}

const actionOf = (rule: Rule | undefined): string =>
  rule === undefined ? '' : `${rule.action.charAt(0).toUpperCase()}${rule.action.slice(1)}`;

/** The rules that log the packet on its way, in order. */
export const loggedBy = ({ egress, ingress }: Decision): readonly string[] =>
  [...egress.logged, ...(ingress?.logged ?? [])].map(explainRuling);
