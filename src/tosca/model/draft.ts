/** Entities as they come into being: every part of the translation adds what it knows, and one puts them together. */
import type { Adjunct, Entity } from '../../model/entity.ts';
import type { LatchCondition } from '../../model/latches.ts';
import { textEntries } from '../../model/read.ts';
import type { Value } from '../../model/value.ts';
import { isList, isMap } from '../../model/value.ts';
import type { Template } from '../topology/topology.ts';
import type { NodeKind } from './kind.ts';

export type Draft = {
  readonly template: Template;
  readonly kind: NodeKind;
  readonly id: string;
  type: string;
  description: string | undefined;
  /** The one it runs inside of. */
  parent: Draft | undefined;
  readonly config: Map<string, Value>;
  readonly policies: Adjunct[];
  readonly initializers: Adjunct[];
  readonly enrichers: Adjunct[];
  readonly tags: Value[];
  readonly latches: LatchCondition[];
  /** Entities that are no templates of their own, such as those of a substituting template. */
  readonly inner: Entity[];
  /** Set where there may be more than one of it. */
  /** Whoever inside answers for a capability, where it stands for a whole template. */
  readonly answers: Map<string, Draft>;
  replicas: { readonly initial: number; readonly least: number; readonly most: number | undefined } | undefined;
};

export const newDraft = (template: Template, kind: NodeKind, type: string, prefix: string): Draft => ({
  template,
  kind,
  id: `${prefix}${template.name}`,
  type,
  description: undefined,
  parent: undefined,
  config: new Map(),
  policies: [],
  initializers: [],
  enrichers: [],
  tags: [],
  latches: [],
  inner: [],
  answers: new Map(),
  replicas: undefined,
});

/** Adds entries to a map that is a config value. */
export function extendMap(draft: Draft, key: string, entries: Iterable<readonly [string, Value]>): void {
  const known = draft.config.get(key);
  const all = new Map<string, Value>();
  if (isMap(known)) for (const [name, value] of textEntries(known)) all.set(name, value);
  for (const [name, value] of entries) all.set(name, value);
  if (all.size > 0) draft.config.set(key, all);
}

/** Adds items to a list that is a config value; each stands in it once. */
export function extendList(draft: Draft, key: string, items: Iterable<Value>): void {
  const known = draft.config.get(key);
  const all: Value[] = isList(known) ? [...known] : [];
  for (const item of items) if (!all.includes(item)) all.push(item);
  if (all.length > 0) draft.config.set(key, all);
}
