/**
 * Where values came from, kept beside the tree: what was done to a node, or to how a map came by an entry, from the
 * last step to the first. A node nothing was done to stands in the file at its span.
 */
import type { Span } from '../diagnostic/problem.ts';
import type { MapEntry, Node } from '../document/node.ts';

export type Step =
  /** Variables were replaced; `text` is what the file says. */
  | { readonly kind: 'interpolated'; readonly text: string; readonly variables: readonly string[] }
  /** It replaced the value at `at`, of a file or service merged before. */
  | { readonly kind: 'overrides'; readonly at: Span }
  | { readonly kind: 'extends'; readonly service: string; readonly at: Span }
  | { readonly kind: 'include'; readonly at: Span }
  /** Written in a shorter form. */
  | { readonly kind: 'short-form'; readonly text: string }
  /** Nothing says it; it is so unless said otherwise. */
  | { readonly kind: 'default' }
  /** A relative path, or `~`. */
  | { readonly kind: 'path'; readonly text: string }
  | { readonly kind: 'environment'; readonly variable: string }
  | { readonly kind: 'env-file'; readonly file: string }
  | { readonly kind: 'upgraded'; readonly text: string };

export type Origin = { readonly step: Step; readonly before?: Origin };

export type Origins = {
  /** `from` is what `of` was made of, if anything: its own steps go on being told. */
  add(of: Node | MapEntry, step: Step, from?: Node | MapEntry): void;
  find(of: Node | MapEntry): Origin | undefined;
};

export function createOrigins(): Origins {
  const known = new WeakMap<object, Origin>();
  return {
    add(of, step, from) {
      const before = known.get(from ?? of);
      known.set(of, before === undefined ? { step } : { step, before });
    },
    find: (of) => known.get(of),
  };
}
