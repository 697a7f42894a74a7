/** Looking up rows of the grammar for one version, and what to say of a keyname that has none. */
import { didYouMean } from '../../diagnostic/suggest.ts';
import type { Construct, KeyRule } from '../grammar/form.ts';
import { isAtLeast } from '../version.ts';
import type { Version } from '../version.ts';

const rulesOf = (construct: Construct, keyname: string): readonly KeyRule[] => {
  if (!Object.hasOwn(construct.keys, keyname)) return [];
  const rules = construct.keys[keyname];
  return rules === undefined ? [] : isList(rules) ? rules : [rules];
};

const isList = (rules: KeyRule | readonly KeyRule[]): rules is readonly KeyRule[] => Array.isArray(rules);

const covers = (rule: KeyRule, version: Version): boolean =>
  (rule.since === undefined || isAtLeast(version, rule.since)) &&
  (rule.until === undefined || isAtLeast(rule.until, version));

/** The first row that covers the version, so rows of earlier versions stand first. */
export const keyRule = (construct: Construct, keyname: string, version: Version): KeyRule | undefined =>
  rulesOf(construct, keyname).find((rule) => covers(rule, version));

/** What keynames that no row names hold, where there may be such. */
export const otherRule = (construct: Construct, version: Version): KeyRule | undefined =>
  construct.others?.find((rule) => covers(rule, version));

/** The section in this version. */
export function specOf(construct: Construct, version: Version): string | undefined {
  return construct.spec[version];
}

export function hintForKeyname(construct: Construct, keyname: string, version: Version): { hint?: string } {
  const rules = rulesOf(construct, keyname);
  const since = rules.map((rule) => rule.since).find((first) => first !== undefined && !isAtLeast(version, first));
  const until = rules.map((rule) => rule.until).find((last) => last !== undefined && !isAtLeast(last, version));
  const now = rules.map((rule) => rule.now).find((name) => name !== undefined);
  const instead = now === undefined ? '' : ` Write "${now}".`;
  if (since !== undefined)
    return { hint: `"${keyname}" was introduced in TOSCA ${since}; this file is written in ${version}.${instead}` };
  if (until !== undefined)
    return { hint: `"${keyname}" was dropped after TOSCA ${until}; this file is written in ${version}.${instead}` };
  const hint = didYouMean(keyname, keynames(construct, version));
  return hint === undefined ? {} : { hint };
}

const keynames = (construct: Construct, version: Version): readonly string[] =>
  Object.keys(construct.keys).filter((keyname) => keyRule(construct, keyname, version) !== undefined);
