/** Attributes that name other entries of the file: `secrets`, `configs`, `models`, `network_mode: service:x`, `links`. */
import { readList, readMap, textEntries, textOf } from '../../model/read.ts';
import type { Value } from '../../model/value.ts';
import { isDeferred, isList, isMap } from '../../model/value.ts';
import type { ConfigName } from './config-name.ts';
import type { ResourceSection } from './names.ts';
import { entry } from './row.ts';
import type { Row } from './row.ts';
import { equalValues, mapOf } from './values.ts';

/** A file in the container made of a secret or a config; a name alone stands for `standard(name)`. */
export const fileList = (name: ConfigName, section: ResourceSection, standard: (key: string) => Value): Row => ({
  keys: [name],
  encode: (value, names) =>
    entry(
      name,
      isList(value)
        ? value.map((item) => {
            const source = isMap(item) ? item.get('source') : undefined;
            if (!isMap(item) || typeof source !== 'string') return item;
            const id = names.id(section, source);
            return equalValues(item, standard(source)) ? id : new Map(item).set('source', id);
          })
        : value,
    ),
  decode: (config, names) =>
    readList(config, name)?.map((item) => {
      if (typeof item === 'string') return standard(names.key(section, item));
      const source = isMap(item) ? item.get('source') : undefined;
      return isMap(item) && typeof source === 'string' ? new Map(item).set('source', names.key(section, source)) : item;
    }),
});

export const secrets = fileList('docker.container.secrets', 'secrets', (key) =>
  mapOf({ source: key, target: `/run/secrets/${key}` }),
);

export const configs = fileList('docker.container.configs', 'configs', (key) => mapOf({ source: key }));

export const models: Row = {
  keys: ['docker.container.models'],
  encode: (value, names) =>
    entry(
      'docker.container.models',
      isMap(value) ? new Map(textEntries(value).map(([key, item]) => [names.id('models', key), item])) : value,
    ),
  decode(config, names) {
    const map = readMap(config, 'docker.container.models');
    return map && new Map(textEntries(map).map(([id, item]) => [names.key('models', id), item]));
  },
};

/** `service:web` shares with that entity; anything else is said as it is. */
export const sharedWith = (name: ConfigName): Row => {
  const rename = (value: Value | undefined, to: (service: string) => string): Value | undefined =>
    typeof value === 'string' && value.startsWith('service:') ? `service:${to(value.slice('service:'.length))}` : value;
  return {
    keys: [name],
    encode: (value, names) =>
      entry(
        name,
        rename(value, (key) => names.id('services', key)),
      ),
    decode: (config, names) => rename(config.get(name), (id) => names.key('services', id)),
  };
};

/** `service[:ro]` or `container:name[:ro]`. */
export const volumesFrom: Row = {
  keys: ['docker.container.volumes.import'],
  encode: (value) => entry('docker.container.volumes.import', value),
  decode: (config, names) =>
    readList(config, 'docker.container.volumes.import')?.map((item) => {
      const [id = '', ...options] = (textOf(item) ?? '').split(':');
      return id === 'container' ? item : [names.key('services', id), ...options].join(':');
    }),
};

const entityReference = (id: string): Value => ({
  kind: 'dsl',
  steps: [{ kind: 'call', name: 'entity', arguments: [id] }],
});

/** The id in `$brooklyn:entity("id")` or `$brooklyn:component("id")`, or a text that is one. */
function referredId(value: Value): string | undefined {
  if (typeof value === 'string') return value;
  if (!isDeferred(value) || value.kind !== 'dsl') return undefined;
  const [step] = value.steps;
  const id = step?.kind === 'call' ? step.arguments.at(-1) : undefined;
  return typeof id === 'string' ? id : undefined;
}

export const links: Row = {
  keys: ['docker.container.links'],
  encode(value, names) {
    if (!isList(value)) return entry('docker.container.links', value);
    const pairs = value.flatMap((link): (readonly [string, Value])[] => {
      if (typeof link !== 'string') return [];
      const [service = '', alias = service] = link.split(':');
      return [[alias, entityReference(names.id('services', service))]];
    });
    return entry('docker.container.links', new Map(pairs));
  },
  decode(config, names) {
    const map = readMap(config, 'docker.container.links');
    if (map === undefined) return undefined;
    return textEntries(map).flatMap(([alias, target]) => {
      const id = referredId(target);
      if (id === undefined) return [];
      const service = names.key('services', id);
      return [service === alias ? service : `${service}:${alias}`];
    });
  },
};
