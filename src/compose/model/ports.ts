/** `ports` and `expose`: published on the host, or only open on the container's networks. */
import { readList, textEntries, textOf } from '../../model/read.ts';
import type { Value, ValueMap } from '../../model/value.ts';
import { isList, isMap } from '../../model/value.ts';
import { entry, nothing } from './row.ts';
import type { Row } from './row.ts';
import { mapOf } from './values.ts';

/** A number as people write it, so that the text comes back from it. */
const plainNumber = (text: string): Value => (/^[1-9]\d{0,4}$/.test(text) ? Number(text) : text);

export const expose: Row = {
  keys: ['docker.container.openPorts'],
  encode: (value) =>
    entry(
      'docker.container.openPorts',
      isList(value) ? value.map((port) => (typeof port === 'string' ? plainNumber(port) : port)) : value,
    ),
  decode: (config) => readList(config, 'docker.container.openPorts')?.map((port) => textOf(port) ?? port),
};

type Binding = readonly [host: string, container: Value];

/** `8080: 80`, `"127.0.0.1:53/udp": 53`, where that says all of the port. */
function bindingOf(port: Value): Binding | undefined {
  if (!isMap(port) || port.get('mode') !== 'ingress') return undefined;
  const known = new Set(['mode', 'target', 'published', 'protocol', 'host_ip']);
  if ([...port.keys()].some((key) => typeof key !== 'string' || !known.has(key))) return undefined;
  const published = port.get('published');
  const target = port.get('target');
  const protocol = port.get('protocol');
  const address = port.get('host_ip');
  if (typeof published !== 'string' || published === '' || typeof protocol !== 'string') return undefined;
  if (typeof target !== 'number' || (address !== undefined && typeof address !== 'string')) return undefined;
  const shown = address?.includes(':') ? `[${address}]` : address;
  const host = `${shown === undefined ? '' : `${shown}:`}${published}${protocol === 'tcp' ? '' : `/${protocol}`}`;
  return [host, target];
}

const hostSide = /^(?:(?:\[([^\]]*)\]|([^[\]:]*)):)?([^:/]+)(?:\/([a-z]+))?$/;

function portOfBinding([host, container]: Binding): Value {
  const [, six, four, published, protocol] = hostSide.exec(host) ?? [undefined, undefined, undefined, host];
  const [target = '', inner] = (textOf(container) ?? '').split('/');
  return mapOf({
    mode: 'ingress',
    host_ip: six ?? four,
    target: /^\d{1,5}$/.test(target) ? Number(target) : container,
    published,
    protocol: protocol ?? inner ?? 'tcp',
  });
}

/** In full, without what every port is unless said: `80` is port 80 on a host port the engine chooses. */
function shortenPort(port: Value): Value {
  if (!isMap(port)) return port;
  const short = new Map(port);
  if (short.get('mode') === 'ingress') short.delete('mode');
  if (short.get('protocol') === 'tcp') short.delete('protocol');
  const target = short.get('target');
  return short.size === 1 && target !== undefined ? target : short;
}

function lengthenPort(port: Value): Value {
  if (isMap(port)) return new Map<string, Value>([['mode', 'ingress'], ['protocol', 'tcp'], ...textEntries(port)]);
  const [target = '', protocol = 'tcp'] = (textOf(port) ?? '').split('/');
  return mapOf({ mode: 'ingress', target: plainNumber(target), protocol });
}

const directPort = (port: Value): Value => {
  const [number = '', protocol] = (textOf(port) ?? '').split('/');
  return portOfBinding([protocol === undefined ? number : `${number}/${protocol}`, number]);
};

function encodePorts(value: Value): ReadonlyMap<string, Value> {
  if (!isList(value) || value.length === 0) return nothing;
  const bindings = value.map(bindingOf).filter((binding) => binding !== undefined);
  // The same number on both sides: the word Clocker has always had for it.
  if (bindings.length === value.length && bindings.every(([host, container]) => host === textOf(container)))
    return entry(
      'docker.container.directPorts',
      bindings.map(([, container]) => container),
    );
  const map = new Map(bindings);
  if (map.size === value.length) return entry('docker.container.portBindings', map);
  return entry('docker.container.publishedPorts', value.map(shortenPort));
}

function decodePorts(config: ValueMap): Value | undefined {
  const bound = config.get('docker.container.portBindings');
  const all = [
    ...(readList(config, 'docker.container.publishedPorts') ?? []).map(lengthenPort),
    ...textEntries(isMap(bound) ? bound : undefined).map(portOfBinding),
    ...(readList(config, 'docker.container.directPorts') ?? []).map(directPort),
  ];
  return all.length === 0 ? undefined : all;
}

export const ports: Row = {
  keys: ['docker.container.portBindings', 'docker.container.directPorts', 'docker.container.publishedPorts'],
  encode: encodePorts,
  decode: decodePorts,
};
