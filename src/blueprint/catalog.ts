/**
 * Catalogs (`.bom`): descriptions for later use. As an application each item that describes an entity becomes one of
 * its services; what else a catalog holds is reported.
 */
import { isDeepStrictEqual } from 'node:util';
import type { MapEntry, MapNode, Node } from '../document/node.ts';
import { valueOf } from '../document/node.ts';
import { parseDocument } from '../document/parse.ts';
import type { Entity } from '../model/entity.ts';
import { typeName } from '../model/entity-types.ts';
import { readEntities, readEntity } from './entity.ts';
import { asList, asText, isText, report, textOfKey } from './reading.ts';
import type { Reading } from './reading.ts';

/** What items without a field of their own take from the catalog or item around them. */
type Inherited = { readonly itemType?: string };

/** Keys that describe the described, and become the entity's own where it has none. */
const describing: ReadonlySet<string> = new Set([
  'id',
  'name',
  'displayName',
  'description',
  'iconUrl',
  'icon_url',
  'symbolicName',
]);
const structure: ReadonlySet<string> = new Set(['item', 'items', 'itemType', 'item_type', 'include']);

export function readCatalog(r: Reading, catalog: Node, root: MapNode): readonly Entity[] {
  const rest = { ...root, entries: root.entries.filter((entry) => textOfKey(entry) !== 'brooklyn.catalog') };
  return [...readItem(r, catalog, {}), ...readBeside(r, rest)];
}

/** Old catalogs describe their only item beside the catalog's metadata. */
function readBeside(r: Reading, rest: MapNode): readonly Entity[] {
  const [first] = rest.entries;
  if (first === undefined) return [];
  if (valueOf(rest, 'type') !== undefined) return readContent(r, rest, {});
  report(r, 'catalog-not-carried', 'This describes no entity.', first.key.span);
  return [];
}

function readItem(r: Reading, node: Node, inherited: Inherited): readonly Entity[] {
  if (isText(node)) {
    report(r, 'catalog-not-carried', `The catalog includes ${node.text}, which is not read.`, node.span);
    return [];
  }
  if (node.kind !== 'map') {
    report(r, 'blueprint-shape', 'An item of a catalog is a map or a URL.', node.span);
    return [];
  }
  const itemType = textAt(r, node, 'itemType') ?? textAt(r, node, 'item_type') ?? inherited.itemType;
  const inner: Inherited = itemType === undefined ? {} : { itemType };
  const include = valueOf(node, 'include');
  if (include !== undefined) readItem(r, include, inner);
  reportMetadata(r, node);
  const items = asListAt(r, node, 'items').flatMap((item) => readItem(r, item, inner));
  const content = valueOf(node, 'item');
  const own = content === undefined ? [] : readContent(r, content, inner).map((entity) => described(r, entity, node));
  return [...items, ...own];
}

const textAt = (r: Reading, node: MapNode, key: string): string | undefined => {
  const value = valueOf(node, key);
  return value === undefined ? undefined : asText(r, value, key);
};

const asListAt = (r: Reading, node: MapNode, key: string): readonly Node[] => {
  const value = valueOf(node, key);
  return value === undefined ? [] : asList(r, value, key);
};

function reportMetadata(r: Reading, node: MapNode): void {
  const keys = node.entries.filter((entry) => isMetadata(entry));
  const [first] = keys;
  if (first === undefined) return;
  const names = keys.map((entry) => textOfKey(entry) ?? '').join(', ');
  report(r, 'catalog-not-carried', `Only a catalog has a place for ${names}.`, first.key.span);
}

const isMetadata = (entry: MapEntry): boolean => {
  const key = textOfKey(entry) ?? '';
  return !structure.has(key) && !describing.has(key);
};

/** Item types that are no entities. */
const otherTypes: ReadonlySet<string> = new Set(['policy', 'enricher', 'location', 'bean', 'initializer']);

function readContent(r: Reading, node: Node, { itemType }: Inherited): readonly Entity[] {
  if (isText(node)) return readNested(r, node, itemType);
  if (node.kind !== 'map') {
    report(r, 'blueprint-shape', 'What an item describes is a map.', node.span);
    return [];
  }
  if ((itemType !== undefined && otherTypes.has(itemType)) || valueOf(node, 'brooklyn.locations') !== undefined) {
    report(
      r,
      'catalog-not-carried',
      `This describes a ${itemType ?? 'location'}, which an application has no place for by itself.`,
      node.span,
    );
    return [];
  }
  const services = valueOf(node, 'services');
  if (services === undefined) return [readEntity(r, node)];
  const own = { ...node, entries: node.entries.filter((entry) => textOfKey(entry) !== 'services') };
  const entity = readEntity(r, own, typeName.application);
  const children = readEntities(r, services, 'services');
  const [only] = children;
  // An application around one entity that says nothing itself is only a way to write the entity.
  if (only !== undefined && children.length === 1 && isDeepStrictEqual(entity, bare)) return [only];
  return [{ ...entity, children: [...children, ...entity.children] }];
}

const bare: Entity = {
  type: typeName.application,
  config: new Map(),
  parameters: [],
  policies: [],
  enrichers: [],
  initializers: [],
  tags: [],
  children: [],
};

/** The description may be a text that is YAML itself; its mistakes are shown where the text stands. */
function readNested(
  r: Reading,
  node: Node & { readonly value: string },
  itemType: string | undefined,
): readonly Entity[] {
  const { value, problems } = parseDocument(node.value, node.span.file, { schema: 'core', duplicateKeys: 'last-wins' });
  const nested: Reading = { ...r, problems: [...problems] };
  const entities = isText(value) ? [] : readContent(nested, value, itemType === undefined ? {} : { itemType });
  r.problems.push(
    ...nested.problems.map((problem) => ({
      ...problem,
      message: `${problem.message.replace(/\.$/, '')}, in line ${problem.at?.start.line ?? 1} of this text.`,
      at: node.span,
    })),
  );
  return entities;
}

function described(r: Reading, entity: Entity, item: MapNode): Entity {
  const id = entity.id ?? textAt(r, item, 'id') ?? textAt(r, item, 'symbolicName');
  const name = entity.name ?? textAt(r, item, 'displayName') ?? textAt(r, item, 'name');
  const description = entity.description ?? textAt(r, item, 'description');
  const iconUrl = entity.iconUrl ?? textAt(r, item, 'iconUrl') ?? textAt(r, item, 'icon_url');
  return {
    ...entity,
    ...(id === undefined ? {} : { id }),
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(iconUrl === undefined ? {} : { iconUrl }),
  };
}
