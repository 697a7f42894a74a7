/**
 * `x-clocker`: what a blueprint says that Compose has no word for, in blueprint keys. It stands at the service, network,
 * volume … it belongs to, with `member:` for the members of a cluster; at the top it belongs to the application, with
 * `services:` for entities that are nothing Compose knows and `metadata:` for the document's other keys.
 */
import type { Checked } from '../../diagnostic/problem.ts';
import type { MapNode, Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import type { Entity } from '../../model/entity.ts';
import { parseLatch, readySensor, renderLatch } from '../../model/latches.ts';
import type { Value, ValueMap } from '../../model/value.ts';
import { isMap } from '../../model/value.ts';
import { entityOf } from './entity.ts';
import { holdsDeferred } from './settle.ts';
import { equalValues, mapValue, overlayValue, unescapeNode } from './values.ts';

export const extensionKey = 'x-clocker';

/** How entities are written in a blueprint: one item of its `services`. */
export type BlueprintWords = {
  readonly render: (entity: Entity) => ValueMap;
  /** `type` is that of an item that says none. */
  readonly parse: (item: MapNode, type: string) => Checked<Entity>;
};

type ListField = 'locations' | 'parameters' | 'policies' | 'enrichers' | 'initializers' | 'tags' | 'children';
type TextField = 'id' | 'name' | 'description' | 'iconUrl';

/** Blueprint key of each field; a list that is said replaces the whole list. */
const listKeys = {
  locations: ['locations', 'location'],
  parameters: ['brooklyn.parameters'],
  policies: ['brooklyn.policies'],
  enrichers: ['brooklyn.enrichers'],
  initializers: ['brooklyn.initializers'],
  tags: ['brooklyn.tags'],
  children: ['brooklyn.children'],
} as const satisfies Record<ListField, readonly [string, ...string[]]>;

const textFields: readonly TextField[] = ['id', 'name', 'description', 'iconUrl'];
const isListField = (name: string): name is ListField => name in listKeys;
const listFields = Object.keys(listKeys).filter(isListField);

const deep = (value: unknown): Value => {
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [String(key), deep(item)]));
  if (Array.isArray(value)) return value.map(deep);
  if (typeof value === 'object' && value !== null)
    return new Map(Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [[key, deep(item)]])));
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return typeof value === 'bigint' ? value : null;
};

/** Parts of entities are plain data all the way down. */
const equalParts = (a: unknown, b: unknown): boolean => equalValues(deep(a), deep(b));

/** Config that Compose's attributes don't say: keys no row reads, and values that are found only when it runs. */
function ownConfig(actual: Entity, expected: Entity, said: ReadonlySet<string>): ValueMap {
  const own = new Map<string, Value>();
  for (const [key, value] of actual.config) {
    if (typeof key !== 'string' || equalValues(value, expected.config.get(key))) continue;
    if (!said.has(key)) own.set(key, value);
    else if (holdsDeferred(value) && !isPlainLatch(key, value)) own.set(key, deferredPart(value));
  }
  return own;
}

/** Waits that `depends_on` says as well. */
function isPlainLatch(key: string, value: Value): boolean {
  const conditions = parseLatch(value);
  const isSaid = conditions.length > 0 && conditions.every(({ sensor }) => composeSensors.has(sensor));
  return key === 'latch.start' && isSaid && equalValues(renderLatch(conditions), value);
}

const composeSensors: ReadonlySet<string> = new Set(Object.values(readySensor));

/** Of a map only the entries that wait for something: the others are said by Compose. */
const deferredPart = (value: Value): Value =>
  isMap(value) ? new Map([...value].filter(([key, item]) => holdsDeferred(new Map([[key, item]])))) : value;

/** What `actual` says beyond `expected`, as blueprint keys; `undefined` when nothing. */
export function extensionOf(
  actual: Entity,
  expected: Entity,
  said: ReadonlySet<string>,
  words: BlueprintWords,
): ValueMap | undefined {
  const lists = listFields.filter((field) => !equalParts(actual[field] ?? [], expected[field] ?? []));
  const texts = textFields.filter((field) => actual[field] !== undefined && actual[field] !== expected[field]);
  const partial = entityOf(actual.type, {
    config: ownConfig(actual, expected, said),
    ...Object.fromEntries([...lists, ...texts].map((field) => [field, actual[field]])),
  });
  const rendered = new Map(words.render(partial));
  if (actual.type === expected.type) rendered.delete('type');
  for (const field of lists) if ((actual[field] ?? []).length === 0) rendered.set(listKeys[field][0], []);
  return rendered.size === 0 ? undefined : rendered;
}

/** Keys of an extension that are not those of the entity itself. */
const setApart = new Set(['member', 'services', 'metadata']);

/** Puts an extension back on the entity that Compose's attributes gave. */
export function applyExtension(entity: Entity, extension: Node | undefined, words: BlueprintWords): Checked<Entity> {
  if (extension?.kind !== 'map') return { value: entity, problems: [] };
  const own = { ...extension, entries: extension.entries.filter(({ key }) => !setApart.has(keyText(key))) };
  const { value: said, problems } = words.parse(own, entity.type);
  const keys = new Set(own.entries.map(({ key }) => keyText(key)));
  const lists = listFields.filter((field) => listKeys[field].some((key) => keys.has(key)));
  const texts = textFields.filter((field) => said[field] !== undefined);
  const fields = Object.fromEntries([...lists, ...texts].map((field) => [field, said[field]]));
  const config = overlayValue(entity.config, said.config);
  return { value: { ...entity, ...fields, type: said.type, config: mapValue(config) }, problems };
}

/** Keys are not read with interpolation; written as values are, they mean the same. */
function withPlainKeys(node: Node): Node {
  if (node.kind === 'list') return { ...node, items: node.items.map(withPlainKeys) };
  if (node.kind !== 'map') return node;
  return {
    ...node,
    entries: node.entries.map(({ key, value }) => ({ key: plainKey(key), value: withPlainKeys(value) })),
  };
}

function plainKey(key: Node): Node {
  if (!keyText(key).startsWith('$$brooklyn:') || key.kind !== 'scalar') return key;
  const text = keyText(key).slice(1);
  return { ...key, value: text, text };
}

const keyText = (key: Node): string => (key.kind === 'scalar' ? String(key.value ?? '') : '');

/** The extension of an entry, its texts as they are meant: in a compose file `$$brooklyn:` stands for `$brooklyn:`. */
export const extensionNode = (entry: Node | undefined): Node | undefined => {
  const extension = valueOf(entry, extensionKey);
  return extension && withPlainKeys(unescapeNode(extension));
};
