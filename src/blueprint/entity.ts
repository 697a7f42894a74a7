/** Entities: CAMP's keys, Brooklyn's `brooklyn.…` keys, and config under full or short names. */
import { didYouMean } from '../diagnostic/suggest.ts';
import type { MapEntry, MapNode, Node } from '../document/node.ts';
import { findKey, keyNames } from '../model/config-keys.ts';
import type { Adjunct, Entity, Location, Parameter } from '../model/entity.ts';
import { kindOfType } from '../model/entity-types.ts';
import type { Deferred, Value } from '../model/value.ts';
import { isMap } from '../model/value.ts';
import { readAdjuncts } from './adjunct.ts';
import { readLocations } from './location.ts';
import { readParameters } from './parameter.ts';
import { asList, asMap, asText, report, textOfKey } from './reading.ts';
import type { Reading } from './reading.ts';
import { readTags } from './tags.ts';
import { readKey, readValue } from './value.ts';

/** What is gathered while the keys of one entity are read. */
type Draft = {
  type: string;
  id?: string;
  name?: string;
  description?: string;
  iconUrl?: string;
  locations?: readonly Location[];
  parameters: readonly Parameter[];
  policies: readonly Adjunct[];
  enrichers: readonly Adjunct[];
  initializers: readonly Adjunct[];
  tags: readonly Value[];
  children: readonly Entity[];
  readonly config: Map<string | Deferred, Value>;
};

type KeyReader = (r: Reading, draft: Draft, node: Node, key: string) => void;

const text =
  (field: 'id' | 'name' | 'description' | 'iconUrl'): KeyReader =>
  (r, draft, node, key) => {
    const value = asText(r, node, key);
    if (value !== undefined) draft[field] = value;
  };

/** The reserved keys of an entity. `type` and the locations are read before, since they concern the whole. */
const keyReaders = {
  type: () => {},
  serviceType: () => {},
  service_type: () => {},
  location: () => {},
  locations: () => {},
  id: text('id'),
  name: text('name'),
  description: text('description'),
  iconUrl: text('iconUrl'),
  'brooklyn.config': (r, draft, node, key) => readConfig(r, draft, asMap(r, node, key)?.entries ?? [], 'config'),
  'brooklyn.flags': (r, draft, node, key) => readConfig(r, draft, asMap(r, node, key)?.entries ?? [], 'flags'),
  'brooklyn.children': (r, draft, node, key) => {
    draft.children = readEntities(r, node, key);
  },
  'brooklyn.parameters': (r, draft, node) => {
    draft.parameters = readParameters(r, node);
  },
  'brooklyn.policies': (r, draft, node) => {
    draft.policies = readAdjuncts(r, node, 'policy');
  },
  'brooklyn.enrichers': (r, draft, node) => {
    draft.enrichers = readAdjuncts(r, node, 'enricher');
  },
  'brooklyn.initializers': (r, draft, node) => {
    draft.initializers = readAdjuncts(r, node, 'initializer');
  },
  'brooklyn.tags': (r, draft, node) => {
    draft.tags = readTags(r, node);
  },
} as const satisfies Readonly<Record<string, KeyReader>>;

export const entityKeys: ReadonlySet<string> = new Set(Object.keys(keyReaders));

const readerOf = (key: string): KeyReader | undefined =>
  Object.entries<KeyReader>(keyReaders).find(([name]) => name === key)?.[1];

/** Keys CAMP or Brooklyn know and give no effect on an entity: kept as config. */
const ignored: ReadonlySet<string> = new Set(['characteristics', 'brooklyn.catalog']);

export const isReserved = (key: string): boolean => entityKeys.has(key);

/** `type` of the node is asked for unless one is given, as the root of an application has. */
export function readEntity(r: Reading, node: MapNode, type = readType(r, node)): Entity {
  const { locations, isGiven } = readLocations(r, node);
  const draft: Draft = {
    type,
    ...(isGiven ? { locations } : {}),
    parameters: [],
    policies: [],
    enrichers: [],
    initializers: [],
    tags: [],
    children: [],
    config: new Map(),
  };
  for (const entry of node.entries) {
    const key = textOfKey(entry);
    if (key !== undefined && isReserved(key)) readerOf(key)?.(r, draft, entry.value, key);
  }
  readConfig(
    r,
    draft,
    node.entries.filter((entry) => !isReserved(textOfKey(entry) ?? '')),
    'flags',
  );
  const planId = draft.config.get('camp.plan.id');
  if (draft.id === undefined && typeof planId === 'string') {
    draft.id = planId;
    draft.config.delete('camp.plan.id');
  }
  return draft;
}

/** CAMP's own name for it and its synonyms. */
export const typeKeys: readonly string[] = ['type', 'serviceType', 'service_type'];

function readType(r: Reading, node: MapNode): string {
  const found = node.entries.find((entry) => typeKeys.includes(textOfKey(entry) ?? ''));
  const type = found === undefined ? undefined : asText(r, found.value, 'type');
  if (type === undefined)
    report(r, 'blueprint-type-missing', 'This entity has no type.', { ...node.span, end: node.span.start });
  return type ?? '';
}

export function readEntities(r: Reading, node: Node, what: string): readonly Entity[] {
  return asList(r, node, what).flatMap((item) => {
    const map = asMap(r, item, `An entry of ${what}`);
    return map === undefined ? [] : [readEntity(r, map)];
  });
}

/**
 * Config by full name. `flags` are the short names at the top level or in brooklyn.flags; what brooklyn.config says wins
 * over them.
 */
function readConfig(r: Reading, draft: Draft, entries: readonly MapEntry[], from: 'config' | 'flags'): void {
  for (const entry of entries) {
    const name = readKey(r, entry.key, true);
    if (name === undefined) continue;
    const found = typeof name === 'string' ? findKey(draft.type, name) : undefined;
    const full = found?.name ?? name;
    const isTwice = draft.config.has(full);
    if (isTwice) report(r, 'blueprint-key-twice', `"${describe(full)}" is given already.`, entry.key.span);
    const value = readValue(r, entry.value);
    if (!isTwice || from === 'config')
      draft.config.set(full, found?.key.kind === 'spec' ? asSpec(r, entry.value, value) : value);
    if (found === undefined && typeof name === 'string') reportUnknown(r, draft, name, entry, from);
  }
}

const describe = (key: string | Deferred): string => (typeof key === 'string' ? key : 'This key');

/** Where a specification is wanted, a map with a type is one, with or without `$brooklyn:entitySpec`. */
function asSpec(r: Reading, node: Node, read: Value): Value {
  if (node.kind !== 'map' || !isMap(read) || !read.has('type')) return read;
  return { kind: 'entitySpec', entity: r.entity(node) };
}

function reportUnknown(r: Reading, draft: Draft, key: string, { key: node }: MapEntry, from: 'config' | 'flags'): void {
  if (ignored.has(key)) return report(r, 'blueprint-key-ignored', `"${key}" has no effect on an entity.`, node.span);
  const hint = didYouMean(key, from === 'flags' ? [...entityKeys, ...keyNames(draft.type)] : keyNames(draft.type));
  if (isSuspect(draft.type, key, from, hint !== undefined))
    report(r, 'blueprint-key-unknown', `${draft.type} knows no "${key}".`, node.span, hint);
}

/**
 * Any name may be a config key that a DSL expression reads, so a name we don't know is not wrong by itself: it is where
 * it looks like one we know, or claims to be one of Brooklyn's or Clocker's, or is a flag of a type we know whole.
 */
function isSuspect(type: string, key: string, from: 'config' | 'flags', isNear: boolean): boolean {
  if (/^(?:brooklyn|docker\.container|docker\.image)\./.test(key)) return true;
  if (kindOfType(type) === 'software') return false;
  return isNear || from === 'flags';
}
