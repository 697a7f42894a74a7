/** Clocker's own records of networks and endpoints, kept as JSON under /clocker/v1/ (src/model/network/keys.ts). */

/** One address pool of a network. A network has at most one of each family. */
export type NetworkPool = {
  /** Name of the Calico IPPool, for example `clk-198-19-8-0-24`. */
  readonly pool: string;
  /** Canonical prefix, for example `198.19.8.0/24`. */
  readonly cidr: string;
  /** `--ip-range`: addresses are handed out from here only. */
  readonly range?: string;
  /** `--gateway`: the address containers see as the routed gateway instead of 169.254.1.N. */
  readonly gateway?: string;
};

/** `bridge`: published ports through docker_gwbridge, so that `docker ps` shows them. `routed`: by nftables. */
export type PortMode = 'bridge' | 'routed';

/**
 * How packets get to the blocks of other hosts. `direct`: kernel routes by the host's address, on one network only.
 * `bgp`: routes learned by BIRD. `vxlan`: in UDP packets, across any network. `auto`: direct where it was proved to work,
 * else vxlan.
 */
export const routeModes = ['auto', 'direct', 'vxlan', 'bgp'] as const;
export type RouteMode = (typeof routeModes)[number];

export type NetworkRecord = {
  /** The id Docker gave it on the engine where it was made; the same on every host. */
  readonly id: string;
  /** Unknown until the engine's event tells it: no plugin request carries it. */
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Driver options as given with `-o`. */
  readonly options: Readonly<Record<string, string>>;
  readonly internal: boolean;
  readonly pools: readonly NetworkPool[];
  /** N of this network's own gateway 169.254.1.N (and fe80::1:N). 1 is the daemon's DNS, so from 2. */
  readonly gatewayIndex: number;
  readonly portMode: PortMode;
  /** Absent in records of old versions: `auto`. */
  readonly routeMode?: RouteMode;
  /** Bytes; absent = the host's default for the route mode. */
  readonly mtu?: number;
  /** Masquerade what leaves for addresses outside all pools. */
  readonly natOutgoing: boolean;
  /** Begin of the interfaces' names in the containers; `eth` unless given. */
  readonly interfacePrefix?: string;
  /** Node where it was made. */
  readonly createdBy: string;
  /** RFC 3339. */
  readonly createdAt: string;
  /** Set when it was removed on an engine while others still have it: those drop it once no container is on it. */
  readonly removedAt?: string;
};

/** One published or exposed port, from Docker's `com.docker.network.portmap` / `…exposedports`. */
export type PortMapping = {
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly containerPort: number;
  /** '' = all addresses. */
  readonly hostAddress: string;
  /** 0 = Docker or we choose. */
  readonly hostPort: number;
  readonly hostPortEnd: number;
};

/**
 * A container's attachment to a network on one host. `created`: CreateEndpoint replied. `joined`: the interface is to be
 * in the kernel; written before Join replies. The dataplane makes the kernel match; addresses are /32 and /128 hosts.
 */
export type EndpointRecord = {
  readonly id: string;
  readonly network: string;
  readonly node: string;
  readonly state: 'created' | 'joined';
  /** Host side of the veth, `cali` + first 11 hex digits of the endpoint id. */
  readonly interface: string;
  readonly mac: string;
  readonly ipv4?: string;
  readonly ipv6?: string;
  /** Docker's path of the network namespace, from Join. */
  readonly sandboxKey?: string;
  readonly published: readonly PortMapping[];
  readonly exposed: readonly PortMapping[];
  /** Who supplies the default route: this network's routed gateway, docker_gwbridge, or nobody (`--internal`). */
  readonly gateway: 'routed' | 'bridge' | 'none';
  /** `--driver-opt` of this attachment. */
  readonly options: Readonly<Record<string, string>>;
  /** `--dns` servers of the container, from Join. */
  readonly dns: readonly string[];
  /** Learned from the engine after the container has started: no plugin request tells it. */
  readonly container?: ContainerNames;
  /** Docker made this the attachment that the container's published ports lead to. */
  readonly external?: boolean;
  readonly createdAt: string;
};

export type ContainerNames = {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** On this network, besides the name. */
  readonly aliases: readonly string[];
  /** `--dns`, which Docker tells drivers only of some containers. */
  readonly nameservers?: readonly string[];
};

/** Who has an address (`addressOwnerKey`). */
export type AddressOwner = { readonly endpoint: string; readonly node: string };

/** Which of a host's engine's networks a network is (`engineNetworkKey`). */
export type EngineNetwork = {
  readonly network: string;
  /** When CreateNetwork came; RFC 3339. */
  readonly at?: string;
  /** The list of networks in which the engine has shown it (engine-list.ts); absent while it has not. */
  readonly seenIn?: string;
};

/** An address of a pool that no container gets: `--gateway`, `--aux-address`, or that of a service. */
export type ReservedAddress = { readonly address: string; readonly by: 'gateway' | 'auxiliary' | 'service' };

/** Who uses a pool: it is free to be deleted when nobody does and its network is gone. */
export type PoolUse = {
  readonly pool: string;
  readonly cidr: string;
  /** Absent between RequestPool and CreateNetwork; the sweeper collects a pool that stays without one. */
  readonly network?: string;
  /** Who knows this word may have the pool as well: the other hosts' copies of a network (`clocker.network`). */
  readonly share?: string;
  /** A network of a swarm has it also while no node has a task there, and so no network: only who knows `share` gets it. */
  readonly held?: boolean;
  /** `--ip-range`. */
  readonly range?: string;
  readonly reserved?: readonly ReservedAddress[];
  /** The IPPool was there before, made with Calico's tools; it stays when the network goes. */
  readonly adopted?: boolean;
  /** Nodes whose engine holds the pool. */
  readonly nodes: readonly string[];
  /** Those of them that have made the network as well; until then no container there can ask for an address. */
  readonly made?: readonly string[];
  readonly requestedAt: string;
};
