/** Selector texts of a resource, with what its other keys add to them (updateprocessors/rules.go). */
import type { Issue } from '../../src/shape/index.ts';
import { namespaceLabel } from './model.ts';
import { parseSelector } from './selector/parse.ts';
import { allOf, everything, mapLeaves, someLeaf, type Selector } from './selector/selector.ts';
import type { EntityResource } from './shapes.ts';

/** `within`: place in the text of a selector, from 0. */
export type PolicyIssue = Issue & { readonly within?: { readonly at: number; readonly end: number } };
export type Issues = PolicyIssue[];

type Text = string | null | undefined;

/** Labels that a workload has from its namespace and its service account, by Calico's prefixes. */
const ofNamespace = 'pcns.';
const ofServiceAccount = 'pcsa.';
const serviceAccountLabel = 'projectcalico.org/serviceaccount';

/** Undefined when there is no text; nothing is selected by one that can't be read. */
export function readSelector(text: Text, at: string, issues: Issues, mayBeGlobal = false): Selector | undefined {
  if (text === undefined || text === null || text === '') return undefined;
  const read = parseSelector(text);
  if (read.kind === 'error') {
    issues.push({ at, message: read.message, within: { at: read.at, end: read.end } });
    return { kind: 'not', operand: everything };
  }
  if (!mayBeGlobal && someLeaf(read.selector, ({ kind }) => kind === 'global'))
    issues.push({ at, message: 'global() is only for the namespaceSelector of a rule' });
  return read.selector;
}

function withPrefix(selector: Selector, prefix: string): Selector {
  return mapLeaves(selector, (leaf) => ('label' in leaf ? { ...leaf, label: `${prefix}${leaf.label}` } : leaf));
}

const inNamespace: Selector = { kind: 'has', label: namespaceLabel };

/** `all()`: whatever is in some namespace; `global()`: what is in none. */
export function readNamespaces(text: Text, at: string, issues: Issues): Selector | undefined {
  const selector = readSelector(text, at, issues, true);
  if (selector === undefined) return undefined;
  return mapLeaves(withPrefix(selector, ofNamespace), (leaf) => {
    if (leaf.kind === 'all') return inNamespace;
    return leaf.kind === 'global' ? { kind: 'not', operand: inNamespace } : leaf;
  });
}

type ServiceAccounts = { readonly names?: readonly string[] | null; readonly selector?: Text };

export function readServiceAccounts(
  given: ServiceAccounts | null | undefined,
  at: string,
  issues: Issues,
): Selector | undefined {
  const selector = readSelector(given?.selector, at, issues);
  const names = given?.names ?? [];
  if (selector === undefined && names.length === 0) return undefined;
  return allOf(
    selector === undefined ? undefined : withPrefix(selector, ofServiceAccount),
    names.length === 0 ? undefined : { kind: 'in', label: serviceAccountLabel, values: names },
  );
}

/**
 * Whom one side of a rule is about; undefined when anybody. As soon as a rule of a namespaced policy names endpoints at
 * all, also by `notSelector`, it is about those of its own namespace.
 */
export function readPeers(
  entity: EntityResource,
  namespace: string | undefined,
  at: string,
  issues: Issues,
): Selector | undefined {
  const given = readNamespaces(entity.namespaceSelector, `${at}.namespaceSelector`, issues);
  const accounts = readServiceAccounts(entity.serviceAccounts, `${at}.serviceAccounts.selector`, issues);
  const selector = readSelector(entity.selector, `${at}.selector`, issues);
  const isAboutEndpoints =
    given !== undefined || accounts !== undefined || selector !== undefined || (entity.notSelector ?? '') !== '';
  if (!isAboutEndpoints) return undefined;
  const own: Selector | undefined =
    namespace === undefined ? undefined : { kind: 'equals', label: namespaceLabel, value: namespace };
  const scope = given ?? own;
  if (scope === undefined && accounts === undefined && selector === undefined) return undefined;
  return allOf(scope, accounts, selector);
}
