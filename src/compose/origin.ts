/**
 * Where values of the normal form came from: what was done to each, from the last step to the first. Most shows when a
 * value is compared with the text it was made from; the rest is in the trail.
 */
import type { Span } from '../diagnostic/problem.ts';
import type { MapEntry, MapNode, Node, ScalarNode } from '../document/node.ts';
import { keyOf } from './nodes.ts';
import { substitute } from './syntax/template.ts';
import type { Place, Trail, Turn } from './trail.ts';
import { below, itemKey, pathOf, placeOf } from './trail.ts';

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
  /** An old format says it by the key `text`. */
  | { readonly kind: 'upgraded'; readonly text: string };

export type Origin = { readonly step: Step; readonly before?: Origin };

export type Origins = {
  /** Of a node or an entry of the trees; `undefined` where it stands in the file as it is. */
  find(of: Node | MapEntry): Origin | undefined;
};

export type OriginSources = {
  readonly trees: readonly MapNode[];
  readonly trail: Trail;
  /** Texts read, by the name used in spans. */
  readonly sources: ReadonlyMap<string, string>;
  /** Which of them are files of variables. */
  readonly variableFiles: ReadonlySet<string>;
};

/** Where a node or entry stands. */
type Seat = { readonly place: Place | undefined; readonly parent: Node | undefined };

/** Nothing is computed before the first question. */
export function originsOf(given: OriginSources): Origins {
  let seats: ReadonlyMap<object, Seat> | undefined;
  return {
    find(of) {
      seats ??= seatsIn(given.trees);
      const seat = seats.get(of);
      if (seat === undefined) return undefined;
      const own = 'kind' in of ? stepsOfNode(of, seat, given) : [];
      return chain([...own, ...turnsTo(seat.place, given.trail)]);
    },
  };
}

const chain = (steps: readonly Step[]): Origin | undefined =>
  steps.reduceRight<Origin | undefined>(
    (before, step) => (before === undefined ? { step } : { step, before }),
    undefined,
  );

function seatsIn(trees: readonly MapNode[]): ReadonlyMap<object, Seat> {
  const seats = new Map<object, Seat>();
  const walk = (node: Node, seat: Seat): void => {
    seats.set(node, seat);
    if (node.kind === 'list')
      for (const item of node.items) walk(item, { place: below(seat.place, itemKey(item)), parent: node });
    if (node.kind !== 'map') return;
    for (const entry of node.entries) {
      const inner = { place: below(seat.place, keyOf(entry)), parent: node };
      seats.set(entry, inner);
      walk(entry.value, inner);
    }
  };
  for (const tree of trees) walk(tree, { place: undefined, parent: undefined });
  return seats;
}

/** How far up an extended service is followed; files may not extend each other in circles. */
const furthest = 500;

/** The turns of a place and of those above it, the last one first. */
function turnsTo(place: Place | undefined, trail: Trail): readonly Step[] {
  const steps: Step[] = [];
  let from = place;
  for (let count = 0; from !== undefined && count < furthest; count++) {
    const turns = turnsAbove(from, trail);
    steps.push(...turns.map(stepOf));
    const extended = turns.find((turn) => turn.kind === 'extends');
    if (extended?.kind !== 'extends') break;
    // The same place in the service it was taken from.
    const path = pathOf(from);
    const service = path.indexOf('services') + 2;
    from = [extended.service, ...path.slice(service)].reduce<Place | undefined>(
      below,
      placeOf(['services'], extended.world),
    );
  }
  return steps;
}

function turnsAbove(place: Place, trail: Trail): readonly Turn[] {
  const turns: Turn[] = [];
  for (let at: Place | undefined = place; at !== undefined; at = at.above) turns.push(...trail.find(at).toReversed());
  return turns;
}

const stepOf = (turn: Turn): Step =>
  turn.kind === 'extends' ? { kind: 'extends', service: turn.service, at: turn.at } : turn;

function stepsOfNode(node: Node, { place, parent }: Seat, { sources, variableFiles }: OriginSources): readonly Step[] {
  if (variableFiles.has(node.span.file)) return [{ kind: 'env-file', file: node.span.file }];
  if (node.kind !== 'scalar') return [];
  if (isImplied(node)) return [{ kind: 'default' }];
  const variable = place?.key ?? '';
  if (parent?.kind === 'map' && isBareVariable(node, variable, sources)) return [{ kind: 'environment', variable }];
  return [...shortForm(node, parent, sources), ...changes(node)];
}

/** Made with no text of its own. */
const isImplied = ({ value, text }: ScalarNode): boolean => text === '' && value !== '' && value !== null;

const sourceAt = ({ file, start, end }: Span, sources: OriginSources['sources']): string | undefined =>
  sources.get(file)?.slice(start.offset, end.offset);

/** `- NAME`, or `NAME:` with nothing behind it. */
function isBareVariable({ value, span }: ScalarNode, name: string, sources: OriginSources['sources']): boolean {
  const written = sourceAt(span, sources);
  return value !== null && (written === '' ? value !== '' : written === name && value !== name);
}

/** A part of a text has the place of the whole. */
function shortForm(node: ScalarNode, parent: Node | undefined, sources: OriginSources['sources']): readonly Step[] {
  if (parent === undefined || parent.span !== node.span) return [];
  const text = sourceAt(parent.span, sources);
  return text === undefined ? [] : [{ kind: 'short-form', text }];
}

function changes({ value, text }: ScalarNode): readonly Step[] {
  if (typeof value !== 'string') return [];
  const real = value.replaceAll('$$', '$');
  if (real === text) return [];
  const variables = text.includes('$') ? substitute(text, () => '').names : [];
  const interpolated: Step[] = text.includes('$') ? [{ kind: 'interpolated', text, variables }] : [];
  const isPath = real.startsWith('/') && !text.startsWith('/');
  return isPath ? [{ kind: 'path', text }, ...interpolated] : interpolated;
}
