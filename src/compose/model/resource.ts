/** A network, volume, secret, config or model as an entity. */
import { typeName } from '../../model/entity-types.ts';
import type { Entity } from '../../model/entity.ts';
import type { ValueMap } from '../../model/value.ts';
import { entityOf } from './entity.ts';
import { singular } from './names.ts';
import type { Names, ResourceSection } from './names.ts';
import { encodeRows } from './remainder.ts';
import { resourceRows } from './resource-rows.ts';

export type ResourceName = { readonly key: string; readonly id: string };

export function resourceEntity(
  section: ResourceSection,
  { key, id }: ResourceName,
  attributes: ValueMap,
  names: Names,
): Entity {
  // In the normal form only an empty name is no name, and an absent one would be made up.
  const named = attributes.has('name') ? attributes : new Map(attributes).set('name', '');
  return entityOf(typeName[singular[section]], {
    id,
    // The id tells the key, unless something else had that id already.
    ...(id === key ? {} : { name: key }),
    config: encodeRows(resourceRows[section], named, names),
  });
}
