/**
 * A host, as the others see it: Calico's Node resource (reference: api/pkg/apis/projectcalico/v3, libapiv3.Node). What
 * Clocker does not know of a node, people and Calico's tools may have written; it is kept.
 */
import { createHash } from 'node:crypto';
import { formatMac } from '../../ip/mac.ts';
import { parseCidr, type Cidr } from '../../ip/prefix.ts';
import { dictionary, integer, nullable, optional, readShape, record, text } from '../../shape/index.ts';
import { parseJson, renderJson } from './json.ts';
import type { Metadata } from './resources.ts';

/** What others need to know to send packets to a host's containers. */
export type NodeFacts = {
  readonly name: string;
  /** `198.18.0.11/24`: the address, and the length of the network of its interface, which tells who is adjacent. */
  readonly ipv4?: Cidr;
  readonly ipv6?: Cidr;
  /** MAC address of its VXLAN interface. */
  readonly vtepMac?: string;
  readonly asNumber?: number;
  /** Set: it is a route reflector, of the cluster with this id. */
  readonly routeReflector?: string;
  readonly labels: Readonly<Record<string, string>>;
};

export type NodeAddresses = { readonly ipv4?: string; readonly ipv6?: string };

const short = text({ longest: 512 });
const loose = { unknownKeys: 'ignored' } as const;
const shape = record(
  {
    metadata: record({ name: short, labels: optional(nullable(dictionary(short, 1024))) }, loose),
    spec: optional(
      nullable(
        record(
          {
            bgp: optional(
              nullable(
                record(
                  {
                    ipv4Address: optional(short),
                    ipv6Address: optional(short),
                    asNumber: optional(nullable(integer({ least: 1, most: 4_294_967_295 }))),
                    routeReflectorClusterID: optional(short),
                  },
                  loose,
                ),
              ),
            ),
            vxlanTunnelMACAddr: optional(text({ longest: 17, pattern: /[0-9a-fA-F:]*/, what: 'a MAC address' })),
          },
          loose,
        ),
      ),
    ),
  },
  loose,
);

/** `undefined` for what is no Node. An address without a length stands for itself alone. */
export function decodeNode(value: string): NodeFacts | undefined {
  let parsed: unknown;
  try {
    parsed = parseJson(value);
  } catch {
    return undefined;
  }
  const read = readShape(shape, parsed);
  if (read.kind !== 'value') return undefined;
  const { metadata, spec } = read.value;
  const bgp = spec?.bgp ?? {};
  const cidr = (text: string | undefined, family: 4 | 6): Cidr | undefined => {
    const found = parseCidr(text ?? '');
    return found?.address.family === family ? found : undefined;
  };
  const [ipv4, ipv6] = [cidr(bgp.ipv4Address, 4), cidr(bgp.ipv6Address, 6)];
  const mac = spec?.vxlanTunnelMACAddr;
  return {
    name: metadata.name,
    ...(ipv4 === undefined ? {} : { ipv4 }),
    ...(ipv6 === undefined ? {} : { ipv6 }),
    ...(mac === undefined || mac === '' ? {} : { vtepMac: mac.toLowerCase() }),
    ...(typeof bgp.asNumber === 'number' ? { asNumber: bgp.asNumber } : {}),
    ...(bgp.routeReflectorClusterID === undefined || bgp.routeReflectorClusterID === ''
      ? {}
      : { routeReflector: bgp.routeReflectorClusterID }),
    labels: metadata.labels ?? {},
  };
}

/** Locally administered, as Calico's begin, and the same after every restart, so that neighbours stay right. */
export function vtepMacOf(node: string): string {
  const digest = createHash('sha256').update(node).digest();
  return formatMac(0x66 * 2 ** 40 + digest.readUIntBE(0, 5));
}

type Json = Readonly<Record<string, unknown>>;
const asMap = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};

const without = (map: Json, ...names: readonly string[]): Json =>
  Object.fromEntries(Object.entries(map).filter(([name]) => !names.includes(name)));

function readMap(value: string | undefined): Json {
  try {
    return asMap(parseJson(value ?? '{}'));
  } catch {
    return {};
  }
}

/** The Node of a host with these addresses, made from the one that is there; the same text when nothing changes. */
export function renderNode(
  stored: string | undefined,
  name: string,
  addresses: NodeAddresses,
  fresh: Pick<Metadata, 'uid' | 'creationTimestamp'>,
): string {
  const before = readMap(stored);
  const metadata = asMap(before['metadata']);
  const spec = asMap(before['spec']);
  const { ipv4, ipv6 } = addresses;
  return renderJson({
    ...before,
    kind: 'Node',
    apiVersion: 'projectcalico.org/v3',
    metadata: { uid: fresh.uid, creationTimestamp: fresh.creationTimestamp, ...metadata, name },
    spec: {
      ...spec,
      bgp: {
        ...without(asMap(spec['bgp']), 'ipv4Address', 'ipv6Address'),
        ...(ipv4 === undefined ? {} : { ipv4Address: ipv4 }),
        ...(ipv6 === undefined ? {} : { ipv6Address: ipv6 }),
      },
      vxlanTunnelMACAddr: vtepMacOf(name),
      addresses: [ipv4, ipv6].flatMap((address) => (address === undefined ? [] : { address, type: 'CalicoNodeIP' })),
    },
  });
}
