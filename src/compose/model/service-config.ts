/** A service's attributes as one flat map of config keys, and back. */
import type { Value, ValueMap } from '../../model/value.ts';
import type { Names } from './names.ts';
import { decodeRows, encodeRows, remainderKey } from './remainder.ts';
import { profilesAttribute, serviceRows } from './service-rows.ts';
import { mapValue } from './values.ts';

export function encodeService(service: ValueMap, names: Names): Map<string, Value> {
  const attributes = new Map(service);
  attributes.delete(profilesAttribute);
  const config = encodeRows(serviceRows, attributes, names);
  const replicas = mapValue(service.get('deploy')).get('replicas');
  const kept = config.get(remainderKey);
  // `scale` and `deploy.replicas` both given: the second says the size, the first is remembered.
  if (replicas !== undefined && mapValue(kept).get('scale') === 'instead')
    config.set(remainderKey, new Map(mapValue(kept)).set('scale', 'also'));
  return config;
}

export function decodeService(config: ValueMap, names: Names): Map<string, Value> {
  const service = decodeRows(serviceRows, config, names);
  const scale = service.get('scale');
  // How the size was written is not the size: a blueprint that lost it has none.
  if (scale === 'instead' || scale === 'also') service.delete('scale');
  return service;
}
