/** Values of the normal form as a person would write them: ports and mounts in short, nothing that follows by itself. */
import { posix } from 'node:path';
import type { Renderable } from '../../document/render.ts';
import type { Value, ValueMap } from '../../model/value.ts';
import { isDeferred, isList, isMap } from '../../model/value.ts';
import { equalValues } from '../model/values.ts';
import { rowOfEntry, rowOfItem } from '../rows/children.ts';
import { port, volume } from '../rows/parts.ts';
import type { Row } from '../rows/row.ts';

/** With no row, as it is. `directory`: what paths below it are written relative to. */
export function asWritten(value: Value, row: Row | undefined, directory: string | undefined): Renderable {
  if (row === undefined) return plain(value);
  if (isList(value)) {
    const inner = rowOfItem(row);
    return value.map((item) => asWritten(item, inner, directory));
  }
  if (isMap(value)) return shortened(value, row, directory) ?? mapAsWritten(value, row, directory);
  return typeof value === 'string' && row.base !== undefined ? relative(value, directory) : plain(value);
}

function plain(value: Value): Renderable {
  if (isList(value)) return value.map(plain);
  if (isMap(value))
    return new Map([...value].flatMap(([key, item]) => (typeof key === 'string' ? [[key, plain(item)] as const] : [])));
  return isDeferred(value) ? null : value;
}

/** Attributes that are as good as not there where they say nothing. */
const idle = new Set(['command', 'entrypoint', 'ipam', 'resources', 'placement', 'volume', 'bind']);
const saysNothing = (value: Value): boolean => value === null || (isMap(value) && value.size === 0);

function mapAsWritten(map: ValueMap, row: Row, directory: string | undefined): Renderable {
  const entries = [...map].flatMap(([key, item]): (readonly [string, Renderable])[] => {
    const inner = typeof key === 'string' ? rowOfEntry(row, key) : undefined;
    if (typeof key !== 'string' || (inner !== undefined && idle.has(key) && saysNothing(item))) return [];
    if (row.long === undefined && key === 'required' && item === true) return [];
    return [[key, asWritten(item, inner, directory)]];
  });
  return new Map(entries);
}

const has = (map: ValueMap, ...keys: readonly string[]): boolean =>
  [...map.keys()].every((key) => typeof key === 'string' && keys.includes(key));

const textIn = (map: ValueMap, key: string): string => {
  const value = map.get(key);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};

function shortened(map: ValueMap, row: Row, directory: string | undefined): string | undefined {
  if (row === port) return shortPort(map);
  if (row === volume) return shortVolume(map, directory);
  // Of what has a path and a flag, the path alone says that it must be there.
  if (has(map, 'path', 'required') && map.get('required') === true) return relative(textIn(map, 'path'), directory);
  return undefined;
}

function shortPort(map: ValueMap): string | undefined {
  if (!has(map, 'mode', 'target', 'published', 'protocol', 'host_ip') || textIn(map, 'mode') !== 'ingress')
    return undefined;
  const address = textIn(map, 'host_ip');
  if (address.includes(':')) return undefined;
  const protocol = textIn(map, 'protocol');
  const outside = [address, textIn(map, 'published')].filter((part) => part !== '').join(':');
  const ports = outside === '' ? textIn(map, 'target') : `${outside}:${textIn(map, 'target')}`;
  return protocol === '' || protocol === 'tcp' ? ports : `${ports}/${protocol}`;
}

const bindMade: Value = new Map([['create_host_path', true]]);

function shortVolume(map: ValueMap, directory: string | undefined): string | undefined {
  const kind = textIn(map, 'type');
  const option = kind === 'bind' ? 'bind' : 'volume';
  const options = map.get(option);
  const isPlain = kind === 'bind' ? equalValues(options, bindMade) : options === undefined || saysNothing(options);
  if (!['bind', 'volume'].includes(kind) || !isPlain) return undefined;
  if (!has(map, 'type', 'source', 'target', 'read_only', option)) return undefined;
  const source = kind === 'bind' ? relative(textIn(map, 'source'), directory) : textIn(map, 'source');
  if (source === '' || source.includes(':')) return undefined;
  return `${source}:${textIn(map, 'target')}${map.get('read_only') === true ? ':ro' : ''}`;
}

function relative(path: string, directory: string | undefined): string {
  if (directory === undefined || !path.startsWith(`${directory}/`)) return path;
  return `./${posix.relative(directory, path)}`;
}
