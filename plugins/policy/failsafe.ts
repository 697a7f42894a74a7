/**
 * Ports of a host that no policy closes, so that a mistake in one can be undone: `failsafeInboundHostPorts` and
 * `failsafeOutboundHostPorts` of Calico's FelixConfiguration, `default` and, before it, `node.NAME`.
 * docs.tigera.io/calico/3.29/reference/resources/felixconfig
 */
import { formatPrefix, parseCidr } from '../../src/ip/prefix.ts';
import { parseJson } from '../../src/model/network/json.ts';
import { integer, list, nullable, optional, readShape, record, text, type TypeOf } from '../../src/shape/index.ts';
import { directions, type Direction } from './model.ts';

export type FailsafePort = {
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly port: number;
  /** Of the other side, as a prefix; absent: everybody. */
  readonly net?: string;
};

export type Failsafe = Readonly<Record<Direction, readonly FailsafePort[]>>;

const portsOf = (protocol: FailsafePort['protocol'], ...ports: readonly number[]): readonly FailsafePort[] =>
  ports.map((port) => ({ protocol, port }));

/** Felix': ssh, DHCP, names, BGP, etcd, Typha, the Kubernetes API. */
export const usualFailsafe: Failsafe = {
  ingress: [...portsOf('tcp', 22, 179, 2379, 2380, 5473, 6443, 6666, 6667), ...portsOf('udp', 68)],
  egress: [...portsOf('tcp', 179, 2379, 2380, 5473, 6443, 6666, 6667), ...portsOf('udp', 53, 67)],
};

const fields = { ingress: 'failsafeInboundHostPorts', egress: 'failsafeOutboundHostPorts' } as const;

const loose = { unknownKeys: 'ignored' } as const;
const port = record(
  {
    protocol: optional(nullable(text({ longest: 8 }))),
    port: integer({ least: 0, most: 65_535 }),
    net: optional(nullable(text({ longest: 64 }))),
  },
  loose,
);
const ports = optional(nullable(list(port, 1024)));
const shape = record(
  {
    spec: optional(nullable(record({ failsafeInboundHostPorts: ports, failsafeOutboundHostPorts: ports }, loose))),
  },
  loose,
);

/** Undefined for what is no port: one that can't be read opens nothing. */
function readPort({ protocol, port: number, net }: TypeOf<typeof port>): FailsafePort | undefined {
  const name = (protocol ?? 'tcp').toLowerCase() || 'tcp';
  if (name !== 'tcp' && name !== 'udp' && name !== 'sctp') return undefined;
  if (net === undefined || net === null || net === '') return { protocol: name, port: number };
  const cidr = parseCidr(net);
  return cidr === undefined ? undefined : { protocol: name, port: number, net: formatPrefix(cidr.prefix) };
}

/**
 * What a FelixConfiguration says; a direction it does not speak of is absent, and an empty list is no port at all. A
 * direction with a mistake is absent too: then the ports are Felix' own, and nobody is locked out.
 */
export function decodeFailsafe(value: string): Partial<Failsafe> {
  const read = readShape(shape, parse(value));
  if (read.kind !== 'value') return {};
  const { spec } = read.value;
  return Object.fromEntries(
    directions.flatMap((direction) => {
      const given = spec?.[fields[direction]];
      if (given === undefined || given === null) return [];
      const sound = given.map(readPort);
      return sound.includes(undefined) ? [] : [[direction, sound]];
    }),
  );
}

function parse(value: string): unknown {
  try {
    return parseJson(value);
  } catch {
    return undefined;
  }
}
