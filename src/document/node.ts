/**
 * A YAML text as a tree of values, each with its place. This is what translators read; the `yaml` package stays inside
 * this folder. Aliases and merge keys are resolved when parsing; a node reached through an alias is the anchor's own
 * node, and `via` on the map entry tells where it was used.
 */
import type { Span } from '../diagnostic/problem.ts';

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

/** The value as the chosen YAML schema reads it; integers over 2^53 are bigint. */
export type ScalarValue = string | number | bigint | boolean | null;

export type ScalarNode = {
  readonly kind: 'scalar';
  readonly value: ScalarValue;
  /** The content before it is given a meaning: `0440`, `1.10`; unquoted and unescaped; '' for an empty node. */
  readonly text: string;
  readonly style: ScalarStyle;
  /** Only explicit ones, for example "!reset", "tag:yaml.org,2002:str". */
  readonly tag?: string;
  /** A plain scalar go-yaml takes for a date or time (schema `go-yaml` only); its value is the text. */
  readonly timestamp?: boolean;
  readonly span: Span;
};

export type MapEntry = {
  readonly key: Node;
  readonly value: Node;
  /** Where the alias or merge key stands that brought this entry here, when it is not written in place. */
  readonly via?: Span;
};

export type MapNode = {
  readonly kind: 'map';
  /** In order of the text; keys are unique (a duplicate is a problem and the first one stays). */
  readonly entries: readonly MapEntry[];
  readonly tag?: string;
  readonly span: Span;
};

export type ListNode = {
  readonly kind: 'list';
  readonly items: readonly Node[];
  readonly tag?: string;
  readonly span: Span;
};

export type Node = ScalarNode | MapNode | ListNode;

/** The entry of a string key, looked up by value. */
export const entryOf = (map: MapNode, key: string): MapEntry | undefined =>
  map.entries.find((entry) => entry.key.kind === 'scalar' && entry.key.value === key);

export const valueOf = (node: Node | undefined, key: string): Node | undefined =>
  node?.kind === 'map' ? entryOf(node, key)?.value : undefined;
