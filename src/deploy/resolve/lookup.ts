/** Finding entities as the DSL does: nearest first, by plan id, then by instance id (reference: AppGroupTraverser). */
import type { Instance, Instances } from '../instance.ts';
import { ancestry } from '../instance.ts';

/** `undefined` is the application itself. */
export type Found = Instance | undefined;

export type Search = { readonly kind: 'found'; readonly entity: Found } | { readonly kind: 'none' };

const none: Search = { kind: 'none' };
const found = (entity: Found): Search => ({ kind: 'found', entity });

const parentOf = (instances: Instances, instance: Instance): Found =>
  instance.parent === undefined ? undefined : instances.get(instance.parent);

const isBelow = (instances: Instances, instance: Instance, above: Found): boolean => {
  if (above === undefined) return true;
  for (const one of ancestry(instances, instance)) if (one.id === above.id) return instance.id !== above.id;
  return false;
};

const named =
  (id: string) =>
  (instance: Instance): boolean =>
    instance.planId === id || instance.id === id;

/** The plan id of a member is its group's too; whoever asks for it from outside means the group. */
const preferGroups = (candidates: readonly Instance[]): Instance | undefined =>
  candidates.find((candidate) => candidate.number === undefined) ?? candidates[0];

/** Widens from where it stands to the whole application; the first surrounding with a match wins. */
export function findEntity(instances: Instances, from: Found, id: string): Search {
  const all = [...instances.values()].filter(named(id));
  if (from !== undefined) {
    for (const around of ancestry(instances, from)) {
      const near = all.filter((one) => one.id === around.id || isBelow(instances, one, around));
      const nearest = preferGroups(near.filter((one) => one.id !== from.id)) ?? near[0];
      if (nearest !== undefined) return found(nearest);
    }
  }
  const anywhere = preferGroups(all);
  return anywhere === undefined ? none : found(anywhere);
}

type ScopeSearch = (instances: Instances, from: Found, id: string) => Search;

const pick = (candidates: readonly Instance[], id: string): Search => {
  const match = preferGroups(candidates.filter(named(id)));
  return match === undefined ? none : found(match);
};

const childrenOf = (instances: Instances, from: Found): readonly Instance[] =>
  [...instances.values()].filter((one) => one.parent === from?.id);

/** Scopes of `component("scope", "id")`; each is a function of its own as well, where the DSL has one. */
const scopes: ReadonlyMap<string, ScopeSearch> = new Map<string, ScopeSearch>([
  ['global', findEntity],
  ['this', (_instances, from) => found(from)],
  ['parent', (instances, from) => found(from === undefined ? undefined : parentOf(instances, from))],
  ['root', () => found(undefined)],
  ['scopeRoot', () => found(undefined)],
  ['child', (instances, from, id) => pick(childrenOf(instances, from), id)],
  [
    'sibling',
    (instances, from, id) =>
      pick(
        childrenOf(instances, from === undefined ? undefined : parentOf(instances, from)).filter(
          (one) => one.id !== from?.id,
        ),
        id,
      ),
  ],
  [
    'descendant',
    (instances, from, id) =>
      pick(
        [...instances.values()].filter((one) => isBelow(instances, one, from)),
        id,
      ),
  ],
  [
    'member',
    (instances, from, id) =>
      pick(
        [...instances.values()].filter((one) => isBelow(instances, one, from)),
        id,
      ),
  ],
  [
    'ancestor',
    (instances, from, id) =>
      pick(from === undefined ? [] : [...ancestry(instances, from)].filter((one) => one !== from), id),
  ],
]);

export const findInScope = (instances: Instances, from: Found, scope: string, id: string): Search | undefined =>
  scopes.get(scope)?.(instances, from, id);
