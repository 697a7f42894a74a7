/** Ports as Docker passes them in the options of CreateEndpoint and Join. Pure. */
import { Fault } from '../../src/diagnostic/fault.ts';
import { parseAddress } from '../../src/ip/address.ts';
import {
  dictionary,
  integer,
  list,
  nullable,
  optional,
  readShape,
  record,
  renderIssues,
  text,
  type Shape,
} from '../../src/shape/index.ts';
import type { PortMapping } from '../../src/model/network/records.ts';

type Options = Readonly<Record<string, unknown>>;

const port = integer({ least: 0, most: 65535 });
const entries = nullable(
  list(
    record(
      {
        Proto: integer({ least: 0, most: 255 }),
        Port: port,
        HostIP: optional(text({ longest: 64 })),
        HostPort: optional(port),
        HostPortEnd: optional(port),
      },
      { unknownKeys: 'ignored' },
    ),
    65536,
  ),
);

/** Undefined where Docker sent none. */
export function readOption<T>(options: Options, key: string, shape: Shape<T>): T | undefined {
  if (!Object.hasOwn(options, key)) return undefined;
  const read = readShape(shape, options[key]);
  if (read.kind === 'issues')
    throw new Fault('request-invalid', `Docker's option ${key} is not as it should be: ${renderIssues(read.issues)}.`);
  return read.value;
}

const protocols: ReadonlyMap<number, PortMapping['protocol']> = new Map([
  [6, 'tcp'],
  [17, 'udp'],
  [132, 'sctp'],
]);

function readPorts(options: Options, key: string): readonly PortMapping[] | undefined {
  const given = readOption(options, key, entries);
  return (given === null ? [] : given)?.flatMap(
    ({ Proto, Port, HostIP = '', HostPort = 0, HostPortEnd = HostPort }) => {
      const protocol = protocols.get(Proto);
      if (protocol === undefined) return [];
      if (HostIP !== '' && parseAddress(HostIP) === undefined)
        throw new Fault('request-invalid', `${JSON.stringify(HostIP)} is not an address to publish a port on.`);
      return {
        protocol,
        containerPort: Port,
        hostAddress: HostIP,
        hostPort: HostPort,
        hostPortEnd: Math.max(HostPort, HostPortEnd),
      };
    },
  );
}

/** `-p`; undefined where this call does not tell. */
export const readPublished = (options: Options): readonly PortMapping[] | undefined =>
  readPorts(options, 'com.docker.network.portmap');
/** `EXPOSE` and `--expose`. */
export const readExposed = (options: Options): readonly PortMapping[] =>
  readPorts(options, 'com.docker.network.endpoint.exposedports') ?? [];

/** `--dns` servers of the container. */
export const readDns = (options: Options): readonly string[] =>
  (
    readOption(options, 'com.docker.network.endpoint.dnsservers', nullable(list(text({ longest: 64 }), 64))) ?? []
  ).filter((server) => parseAddress(server) !== undefined);

/** The texts among the options: `--driver-opt`. */
export const readTexts = (options: Options): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(options).flatMap(([key, value]): [string, string][] =>
      typeof value === 'string' && value.length <= 4096 ? [[key, value]] : [],
    ),
  );

/** `-o` options of a network: texts, as Docker's command line makes them. */
export const readDriverOptions = (options: Options): Readonly<Record<string, string>> =>
  readOption(options, 'com.docker.network.generic', nullable(dictionary(text({ longest: 4096 }), 256))) ?? {};
