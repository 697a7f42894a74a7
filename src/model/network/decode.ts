/**
 * Records of the store, read back. The store is shared with other programs and other versions, so what comes out of it is
 * checked like anything from outside: `undefined` for what is not as it should be.
 */
import {
  boolean,
  dictionary,
  integer,
  list,
  nullable,
  optional,
  readShape,
  record,
  text,
  word,
  type Shape,
  type TypeOf,
} from '../../shape/index.ts';
import type { Block } from './block.ts';
import { parseJson } from './json.ts';
import {
  routeModes,
  type AddressOwner,
  type EndpointRecord,
  type EngineNetwork,
  type NetworkRecord,
  type PoolUse,
} from './records.ts';
import type { IpamConfig, Pool } from './resources.ts';

const short = text({ longest: 512 });
const addresses = list(short, 64);
const map = dictionary(text({ longest: 65536 }), 1024);
const loose = { unknownKeys: 'ignored' } as const;

const port = record(
  {
    protocol: word(['tcp', 'udp', 'sctp']),
    containerPort: integer({ least: 0, most: 65535 }),
    hostAddress: short,
    hostPort: integer({ least: 0, most: 65535 }),
    hostPortEnd: integer({ least: 0, most: 65535 }),
  },
  loose,
);

const networkShape: Shape<NetworkRecord> = record(
  {
    id: short,
    name: optional(short),
    labels: optional(map),
    options: map,
    internal: boolean(),
    pools: list(record({ pool: short, cidr: short, range: optional(short), gateway: optional(short) }, loose), 8),
    gatewayIndex: integer({ least: 2 }),
    portMode: word(['bridge', 'routed']),
    routeMode: optional(word(routeModes)),
    mtu: optional(integer({ least: 576, most: 65535 })),
    natOutgoing: boolean(),
    interfacePrefix: optional(short),
    createdBy: short,
    createdAt: short,
    removedAt: optional(short),
  },
  loose,
);

const endpointShape: Shape<EndpointRecord> = record(
  {
    id: short,
    network: short,
    node: short,
    state: word(['created', 'joined']),
    interface: text({ longest: 15, shortest: 1, pattern: /[A-Za-z0-9_.-]+/, what: 'an interface name' }),
    mac: short,
    ipv4: optional(short),
    ipv6: optional(short),
    sandboxKey: optional(text({ longest: 4096 })),
    published: list(port, 65536),
    exposed: list(port, 65536),
    gateway: word(['routed', 'bridge', 'none']),
    options: map,
    dns: list(short, 64),
    container: optional(
      record(
        { id: short, name: short, labels: map, aliases: list(short, 1024), nameservers: optional(addresses) },
        loose,
      ),
    ),
    external: optional(boolean()),
    createdAt: short,
  },
  loose,
);

const poolUseShape: Shape<PoolUse> = record(
  {
    pool: short,
    cidr: short,
    network: optional(short),
    share: optional(short),
    held: optional(boolean()),
    range: optional(short),
    reserved: optional(list(record({ address: short, by: word(['gateway', 'auxiliary', 'service']) }, loose), 4096)),
    adopted: optional(boolean()),
    nodes: list(short, 4096),
    made: optional(list(short, 4096)),
    requestedAt: short,
  },
  loose,
);

const ownerShape: Shape<AddressOwner> = record({ endpoint: short, node: short }, loose);
const engineNetworkShape: Shape<EngineNetwork> = record(
  { network: short, at: optional(short), seenIn: optional(short) },
  loose,
);
const workloadShape = record(
  {
    metadata: record({ name: short }, loose),
    spec: record(
      { node: optional(short), endpoint: optional(short), ipNetworks: optional(nullable(addresses)) },
      loose,
    ),
  },
  loose,
);
const nodeShape = record(
  {
    metadata: record({ name: short }, loose),
    spec: record(
      {
        bgp: optional(nullable(record({ ipv4IPIPTunnelAddr: optional(short) }, loose))),
        ipv4VXLANTunnelAddr: optional(short),
        ipv6VXLANTunnelAddr: optional(short),
        wireguard: optional(
          nullable(record({ interfaceIPv4Address: optional(short), interfaceIPv6Address: optional(short) }, loose)),
        ),
      },
      loose,
    ),
  },
  loose,
);
const handleShape = record({ block: optional(nullable(dictionary(integer({ least: 0 }), 4096))) }, loose);
const affinityShape = record({ state: optional(short) }, loose);

const configShape = record(
  {
    strict_affinity: optional(boolean()),
    auto_allocate_blocks: optional(boolean()),
    maxBlocksPerHost: optional(integer()),
  },
  loose,
);

const poolShape = record(
  {
    metadata: record({ name: short, uid: optional(short), creationTimestamp: optional(short) }, loose),
    spec: record(
      {
        cidr: short,
        blockSize: optional(integer({ least: 0, most: 128 })),
        natOutgoing: optional(boolean()),
        disabled: optional(boolean()),
      },
      loose,
    ),
  },
  loose,
);

const whole = (value: unknown): value is number | bigint => typeof value === 'bigint' || Number.isSafeInteger(value);
const number: Shape<number | bigint> = {
  schema: { type: 'integer' },
  test: (value, at, issues): value is number | bigint => {
    if (whole(value)) return true;
    issues.push({ at, message: 'must be a whole number' });
    return false;
  },
};

const blockShape = record(
  {
    cidr: short,
    affinity: optional(nullable(short)),
    allocations: list(nullable(integer({ least: 0 })), 4096),
    unallocated: list(integer({ least: 0, most: 4095 }), 4096),
    attributes: list(
      record({ handle_id: optional(nullable(text({ longest: 1024 }))), secondary: optional(nullable(map)) }, loose),
      4096,
    ),
    sequenceNumber: optional(number),
    sequenceNumberForAllocation: optional(nullable(dictionary(number, 4096))),
    deleted: optional(boolean()),
  },
  loose,
);

function decode<T>(shape: Shape<T>, value: string): T | undefined {
  try {
    const read = readShape(shape, parseJson(value));
    return read.kind === 'value' ? read.value : undefined;
  } catch {
    return undefined;
  }
}

type Decode<T> = (value: string) => T | undefined;

/** Many parts read each record when it changes, and a record is never changed in place: they share what one has decoded. */
function shared<T>(most: number, decodeOne: Decode<T>): Decode<T> {
  const recent = new Map<string, T | undefined>();
  return (value) => {
    if (recent.has(value)) return recent.get(value);
    const decoded = decodeOne(value);
    recent.set(value, decoded);
    const [oldest] = recent.size > most ? recent.keys() : [];
    if (oldest !== undefined) recent.delete(oldest);
    return decoded;
  };
}

export const decodeNetwork: Decode<NetworkRecord> = shared(128, (value) => decode(networkShape, value));
export const decodeEndpoint: Decode<EndpointRecord> = shared(512, (value) => decode(endpointShape, value));
export const decodePoolUse: Decode<PoolUse> = shared(64, (value) => decode(poolUseShape, value));

export const decodeAddressOwner = (value: string): AddressOwner | undefined => decode(ownerShape, value);
export const decodeEngineNetwork = (value: string): EngineNetwork | undefined => decode(engineNetworkShape, value);

/** What Clocker reads of an IPPool; without a block size it is Calico's default, /26 or /122. */
export type PoolFacts = {
  readonly metadata: Pick<Pool['metadata'], 'name'> & Partial<Pick<Pool['metadata'], 'uid' | 'creationTimestamp'>>;
  readonly spec: Pick<Pool['spec'], 'cidr' | 'natOutgoing' | 'disabled'> & { readonly blockSize?: number };
};
export const decodePool = (value: string): PoolFacts | undefined => decode(poolShape, value);

/** What Calico's own check reads of a WorkloadEndpoint. */
export const decodeWorkload = (value: string): TypeOf<typeof workloadShape> | undefined => decode(workloadShape, value);
/** Addresses of tunnels that a Node has from a pool. */
export const decodeTunnels = (value: string): readonly string[] => {
  const spec = decode(nodeShape, value)?.spec;
  return [
    spec?.bgp?.ipv4IPIPTunnelAddr,
    spec?.ipv4VXLANTunnelAddr,
    spec?.ipv6VXLANTunnelAddr,
    spec?.wireguard?.interfaceIPv4Address,
    spec?.wireguard?.interfaceIPv6Address,
  ].flatMap((address) => (address === undefined || address === '' ? [] : address));
};
/** How many addresses of which block a handle has. */
export const decodeHandle = (value: string): Readonly<Record<string, number>> | undefined => {
  const read = decode(handleShape, value);
  return read === undefined ? undefined : (read.block ?? {});
};
/** `confirmed` also for the empty value of old versions. */
export const decodeAffinity = (value: string): string | undefined =>
  value === '' ? 'confirmed' : decode(affinityShape, value)?.state;

/** The keys that are not there read as false, as Calico's own client reads them. */
export function decodeIpamConfig(value: string): IpamConfig | undefined {
  const read = decode(configShape, value);
  if (read === undefined) return undefined;
  const { strict_affinity = false, auto_allocate_blocks = false, maxBlocksPerHost = 0 } = read;
  return { strict_affinity, auto_allocate_blocks, maxBlocksPerHost };
}

export const decodeBlock: Decode<Block> = shared(32, (value) => {
  const read = decode(blockShape, value);
  if (read === undefined) return undefined;
  return {
    // Later versions of Calico have more fields; they are written back as they were.
    ...read,
    affinity: read.affinity ?? null,
    attributes: read.attributes.map((one) => ({
      ...one,
      handle_id: one.handle_id ?? null,
      secondary: one.secondary ?? {},
    })),
    sequenceNumber: BigInt(read.sequenceNumber ?? 0),
    sequenceNumberForAllocation: read.sequenceNumberForAllocation ?? {},
    deleted: read.deleted ?? false,
  };
});
