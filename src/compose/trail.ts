/**
 * What nodes can't tell by themselves: that a value replaced another one, or was brought in by `extends` or `include`.
 * Kept by path; of lists, by where each item stands in its file.
 */
import type { Span } from '../diagnostic/problem.ts';
import type { Node } from '../document/node.ts';

export type Turn =
  /** The value at `at`, of a file or service merged before, was here. */
  | { readonly kind: 'overrides'; readonly at: Span }
  /** `world` is the file of that service where it is another one. */
  | { readonly kind: 'extends'; readonly service: string; readonly world: string | undefined; readonly at: Span }
  | { readonly kind: 'include'; readonly at: Span }
  /** An old format says it by the key `text`. */
  | { readonly kind: 'upgraded'; readonly text: string };

/** A path, from its last key up. */
export type Place = { readonly key: string; readonly above: Place | undefined };

export type Trail = {
  add(place: Place | undefined, turn: Turn): void;
  /** In the order they were taken. */
  find(place: Place | undefined): readonly Turn[];
};

export const below = (above: Place | undefined, key: string): Place => ({ key, above });

/** What stands for an item of a list in a path. */
export const itemKey = ({ span }: Node): string => `@${span.file}:${span.start.offset}`;

/** `world`: paths in a file that services are extended from begin with it, so as not to be taken for the project's. */
export const placeOf = (path: readonly string[], world?: string): Place | undefined =>
  path.reduce<Place | undefined>(below, world === undefined ? undefined : { key: `:${world}`, above: undefined });

/** From the top down. */
export const pathOf = (place: Place | undefined): readonly string[] =>
  place === undefined ? [] : [...pathOf(place.above), place.key];

export function createTrail(): Trail {
  const known = new Map<string, Turn[]>();
  return {
    add(place, turn) {
      const text = textOf(place);
      const turns = known.get(text);
      if (turns === undefined) known.set(text, [turn]);
      else turns.push(turn);
    },
    find: (place) => known.get(textOf(place)) ?? [],
  };
}

function textOf(place: Place | undefined): string {
  let text = '';
  for (let at = place; at !== undefined; at = at.above) text = `${at.key}\0${text}`;
  return text;
}
