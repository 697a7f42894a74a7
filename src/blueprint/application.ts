/** The document: an application of services, one service alone, or a catalog. */
import { didYouMean } from '../diagnostic/suggest.ts';
import type { MapEntry, MapNode } from '../document/node.ts';
import { valueOf } from '../document/node.ts';
import { findKey } from '../model/config-keys.ts';
import type { Application, Entity } from '../model/entity.ts';
import { typeName } from '../model/entity-types.ts';
import type { Value } from '../model/value.ts';
import { readCatalog } from './catalog.ts';
import { entityKeys, isReserved, readEntities, readEntity, typeKeys } from './entity.ts';
import { report, textOfKey } from './reading.ts';
import type { Reading } from './reading.ts';
import { unwrapSingleService } from './unwrap.ts';
import { readValue } from './value.ts';

export function readApplication(r: Reading, root: MapNode): Application {
  if (valueOf(root, 'services') !== undefined) return unwrapSingleService(readServices(r, root));
  const catalog = valueOf(root, 'brooklyn.catalog');
  if (catalog !== undefined) return unwrapSingleService(applicationOf(readCatalog(r, catalog, root)));
  if (typeKeys.some((key) => valueOf(root, key) !== undefined))
    return unwrapSingleService(applicationOf([readEntity(r, root)]));
  const hint = 'A blueprint has a list of `services`, a `type`, or a `brooklyn.catalog`.';
  report(
    r,
    'blueprint-empty',
    'The document describes nothing to deploy.',
    { ...root.span, end: root.span.start },
    hint,
  );
  // What it holds is of another language: its keys are not judged by ours.
  return readServices({ ...r, problems: [] }, root);
}

export const applicationOf = (children: readonly Entity[]): Application => ({
  type: typeName.application,
  config: new Map(),
  parameters: [],
  policies: [],
  enrichers: [],
  initializers: [],
  tags: [],
  children,
  metadata: new Map(),
});

/** Root keys with a meaning of their own that is not an entity's. CAMP's have no effect and are carried. */
const rootKeys: ReadonlySet<string> = new Set(['services', 'origin', 'artifacts', 'version', 'brooklyn.catalog']);

function readServices(r: Reading, root: MapNode): Application {
  const isOfEntity = (entry: MapEntry): boolean => {
    const key = textOfKey(entry);
    return (
      key !== undefined && !rootKeys.has(key) && (isReserved(key) || findKey(typeName.application, key) !== undefined)
    );
  };
  const own = { ...root, entries: root.entries.filter(isOfEntity) };
  const metadata = new Map<string, Value>();
  for (const entry of root.entries) if (!isOfEntity(entry)) readMetadata(r, metadata, entry);
  const entity = readEntity(r, own, typeName.application);
  const services = valueOf(root, 'services');
  const children = services === undefined ? [] : readServiceList(r, services);
  return { ...entity, children: [...children, ...entity.children], metadata };
}

function readServiceList(r: Reading, services: NonNullable<ReturnType<typeof valueOf>>): readonly Entity[] {
  if (services.kind !== 'map') return readEntities(r, services, 'services');
  const hint = 'Compose files have a map of services; convert one with `clocker convert`.';
  report(r, 'blueprint-shape', '`services` takes a list and has a map.', services.span, hint);
  return [];
}

function readMetadata(r: Reading, metadata: Map<string, Value>, { key, value }: MapEntry): void {
  if (key.kind !== 'scalar') return report(r, 'blueprint-key-kind', 'A key of the document is a text.', key.span);
  const name = key.text;
  if (name === 'services') return;
  metadata.set(name, readValue(r, value));
  if (!rootKeys.has(name))
    report(
      r,
      'blueprint-key-unknown',
      `A blueprint has no "${name}".`,
      key.span,
      didYouMean(name, [...rootKeys, ...entityKeys]),
    );
}
