/**
 * Requests and replies of Docker's remote network and IPAM drivers, as they are on the wire (libnetwork
 * drivers/remote/api, ipams/remote/api). One row per method: what Docker sends, as a shape that is type and check at once.
 */
import {
  anything,
  boolean,
  dictionary,
  integer,
  list,
  nullable,
  optional,
  record,
  text,
  type Shape,
  type TypeOf,
} from '../../src/shape/index.ts';

/** 64 hex digits from an engine, 25 letters and digits from a swarm. */
const id = text({ longest: 128, shortest: 1, pattern: /[A-Za-z0-9]+/, what: 'an id of letters and digits' });
const address = text({ longest: 64, pattern: /[0-9A-Fa-f.:/]*/, what: 'an address' });
const options = nullable(dictionary(anything(), 256));
const texts = nullable(dictionary(text({ longest: 4096 }), 256));
const loose = { unknownKeys: 'ignored' } as const;

const ipamData = record(
  {
    AddressSpace: optional(text({ longest: 128 })),
    Pool: optional(address),
    Gateway: optional(address),
    AuxAddresses: optional(nullable(dictionary(address, 1024))),
  },
  loose,
);
const ipamList = optional(nullable(list(ipamData, 64)));
const networkAndEndpoint = { NetworkID: id, EndpointID: id };
const interfaceData = record(
  { Address: optional(address), AddressIPv6: optional(address), MacAddress: optional(text({ longest: 32 })) },
  loose,
);

/** Every method Docker may call that has a body. */
const shapes = {
  'NetworkDriver.GwAllocCheck': record({ Options: optional(options) }, loose),
  'NetworkDriver.AllocateNetwork': record(
    { NetworkID: id, Options: optional(texts), IPv4Data: ipamList, IPv6Data: ipamList },
    loose,
  ),
  'NetworkDriver.FreeNetwork': record({ NetworkID: id }, loose),
  'NetworkDriver.CreateNetwork': record(
    { NetworkID: id, Options: optional(options), IPv4Data: ipamList, IPv6Data: ipamList },
    loose,
  ),
  'NetworkDriver.DeleteNetwork': record({ NetworkID: id }, loose),
  'NetworkDriver.CreateEndpoint': record(
    { ...networkAndEndpoint, Interface: optional(nullable(interfaceData)), Options: optional(options) },
    loose,
  ),
  'NetworkDriver.EndpointOperInfo': record(networkAndEndpoint, loose),
  'NetworkDriver.DeleteEndpoint': record(networkAndEndpoint, loose),
  'NetworkDriver.Join': record(
    { ...networkAndEndpoint, SandboxKey: optional(text({ longest: 4096 })), Options: optional(options) },
    loose,
  ),
  'NetworkDriver.Leave': record(networkAndEndpoint, loose),
  'NetworkDriver.ProgramExternalConnectivity': record({ ...networkAndEndpoint, Options: optional(options) }, loose),
  'NetworkDriver.RevokeExternalConnectivity': record(networkAndEndpoint, loose),
  'NetworkDriver.DiscoverNew': record({ DiscoveryType: integer(), DiscoveryData: optional(anything()) }, loose),
  'NetworkDriver.DiscoverDelete': record({ DiscoveryType: integer(), DiscoveryData: optional(anything()) }, loose),
  'IpamDriver.RequestPool': record(
    {
      AddressSpace: optional(text({ longest: 128 })),
      Pool: optional(address),
      SubPool: optional(address),
      Options: optional(texts),
      V6: optional(boolean()),
    },
    loose,
  ),
  'IpamDriver.ReleasePool': record({ PoolID: text({ longest: 256, shortest: 1 }) }, loose),
  'IpamDriver.RequestAddress': record(
    { PoolID: text({ longest: 256, shortest: 1 }), Address: optional(address), Options: optional(texts) },
    loose,
  ),
  'IpamDriver.ReleaseAddress': record(
    { PoolID: text({ longest: 256, shortest: 1 }), Address: optional(address) },
    loose,
  ),
} as const;

/** What each method is called with. */
export type Requests = { readonly [M in keyof typeof shapes]: TypeOf<(typeof shapes)[M]> };
export type RequestMethod = keyof Requests;
export type RequestOf<M extends RequestMethod> = Requests[M];

export const requestShapes: { readonly [M in RequestMethod]: Shape<Requests[M]> } = shapes;

/** Methods Docker calls without a body; one that comes is not looked at. */
const bareMethods = [
  'NetworkDriver.GetCapabilities',
  'IpamDriver.GetCapabilities',
  'IpamDriver.GetDefaultAddressSpaces',
] as const;
export type BareMethod = (typeof bareMethods)[number];

export const isRequestMethod = (text: string): text is RequestMethod => Object.hasOwn(requestShapes, text);
export const isBareMethod = (text: string): text is BareMethod => bareMethods.some((known) => known === text);

/** Always a JSON object: an empty reply body is an error to dockerd. */
export type Reply = Readonly<Record<string, unknown>>;

/** The signal aborts when the call's time is over. */
export type RequestHandlers = {
  readonly [M in RequestMethod]: (request: Requests[M], signal: AbortSignal) => Promise<Reply>;
};
export type BareHandlers = { readonly [M in BareMethod]: (signal: AbortSignal) => Promise<Reply> };
export type Handlers = RequestHandlers & BareHandlers;

type Part<P extends string> = { readonly [M in keyof Handlers as M extends `${P}.${string}` ? M : never]: Handlers[M] };
export type NetworkHandlers = Part<'NetworkDriver'>;
export type IpamHandlers = Part<'IpamDriver'>;
