/** `volumes`: mounts in order, in the short form where it says all. */
import { readList, readTexts, textEntries, textOf } from '../../model/read.ts';
import type { Value, ValueMap } from '../../model/value.ts';
import { isList, isMap } from '../../model/value.ts';
import type { Names } from './names.ts';
import { entry } from './row.ts';
import type { Row } from './row.ts';
import { equalValues, mapOf } from './values.ts';

/** What Compose makes of `source:target[:ro]`. */
function mountOfText(text: string): Value {
  const [first = '', second, options] = text.split(':');
  const target = second === undefined || second === 'ro' ? first : second;
  const readOnly = options === 'ro' || second === 'ro' ? { read_only: true } : {};
  if (target === first && second !== first) return mapOf({ type: 'volume', target, ...readOnly, volume: new Map() });
  if (/^[./~]/.test(first))
    return mapOf({ type: 'bind', source: first, target, ...readOnly, bind: mapOf({ create_host_path: true }) });
  return mapOf({ type: 'volume', source: first, target, ...readOnly, volume: new Map() });
}

function textOfMount(mount: Value): string | undefined {
  if (!isMap(mount)) return undefined;
  const source = mount.get('source');
  const target = mount.get('target');
  if (typeof target !== 'string' || (source !== undefined && typeof source !== 'string')) return undefined;
  const text = `${source === undefined ? '' : `${source}:`}${target}${mount.get('read_only') === true ? ':ro' : ''}`;
  return equalValues(mountOfText(text), mount) ? text : undefined;
}

/** The source of a volume mount is the Volume entity's id. */
function renameSource(mount: Value, rename: (source: string) => string): Value {
  if (!isMap(mount) || mount.get('type') !== 'volume') return mount;
  const source = mount.get('source');
  return typeof source === 'string' ? new Map(mount).set('source', rename(source)) : mount;
}

function decodeVolumes(config: ValueMap, names: Names): Value | undefined {
  const listed = readList(config, 'docker.container.volumes');
  const bound = config.get('docker.host.volumes');
  const paths = textEntries(isMap(bound) ? bound : undefined).flatMap(([source, target]) => {
    const path = textOf(target);
    return path === undefined ? [] : [`${source}:${path}`];
  });
  const exported = readTexts(config, 'docker.container.volumes.export') ?? [];
  if (listed === undefined && paths.length + exported.length === 0) return undefined;
  return [...(listed ?? []), ...paths, ...exported]
    .map((mount) => (typeof mount === 'string' ? mountOfText(mount) : mount))
    .map((mount) => renameSource(mount, (id) => names.key('volumes', id)));
}

export const volumes: Row = {
  keys: ['docker.container.volumes', 'docker.host.volumes', 'docker.container.volumes.export'],
  encode: (value, names) =>
    entry(
      'docker.container.volumes',
      isList(value)
        ? value
            .map((mount) => renameSource(mount, (key) => names.id('volumes', key)))
            .map((mount) => textOfMount(mount) ?? mount)
        : value,
    ),
  decode: decodeVolumes,
};
