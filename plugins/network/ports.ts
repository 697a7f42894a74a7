/** Port mappings as Docker passes them in the options of CreateEndpoint and Join. */
import { integer, list, optional, record, text, fits } from '../../src/shape/index.ts';
import type { PortMapping } from '../../src/model/network/records.ts';

const entry = record(
  {
    Proto: integer({ least: 0, most: 255 }),
    Port: integer({ least: 0, most: 65535 }),
    HostIP: optional(text({ longest: 64 })),
    HostPort: optional(integer({ least: 0, most: 65535 })),
    HostPortEnd: optional(integer({ least: 0, most: 65535 })),
  },
  { unknownKeys: 'ignored' },
);
const entries = list(entry, 65536);

const protocols: Readonly<Record<number, PortMapping['protocol']>> = { 6: 'tcp', 17: 'udp', 132: 'sctp' };

function readPorts(options: Readonly<Record<string, unknown>>, key: string): readonly PortMapping[] {
  const given = Object.hasOwn(options, key) ? options[key] : undefined;
  if (!fits(entries, given)) return [];
  return given.flatMap((port) => {
    const protocol = protocols[port.Proto];
    if (protocol === undefined) return [];
    const hostPort = port.HostPort ?? 0;
    return {
      protocol,
      containerPort: port.Port,
      hostAddress: port.HostIP ?? '',
      hostPort,
      hostPortEnd: port.HostPortEnd ?? hostPort,
    };
  });
}

export const readPublished = (options: Readonly<Record<string, unknown>>): readonly PortMapping[] =>
  readPorts(options, 'com.docker.network.portmap');
export const readExposed = (options: Readonly<Record<string, unknown>>): readonly PortMapping[] =>
  readPorts(options, 'com.docker.network.endpoint.exposedports');

/** `--dns` servers of the container. */
export function readDns(options: Readonly<Record<string, unknown>>): readonly string[] {
  const given = Object.hasOwn(options, 'com.docker.network.endpoint.dnsservers')
    ? options['com.docker.network.endpoint.dnsservers']
    : undefined;
  return fits(list(text({ longest: 64 }), 64), given) ? given : [];
}

/** The texts among the options: `--driver-opt`. */
export const readTexts = (options: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(options).flatMap(([key, value]) =>
      typeof value === 'string' && value.length <= 4096 ? [[key, value]] : [],
    ),
  );
