/**
 * The resources of Calico v3 that Clocker writes, in the shape Calico's own client gives them in etcd
 * (libcalico-go/lib/backend/etcdv3, api/pkg/apis/projectcalico/v3). `uid` and `creationTimestamp` must be there, or
 * `calicoctl apply` can't change the object later; resourceVersion is never stored.
 */
import { endpointNamespace } from './keys.ts';
import { workloadLabels } from './labels.ts';
import type { EndpointRecord, RouteMode } from './records.ts';

export type Metadata = {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  /** RFC 3339, whole seconds. */
  readonly creationTimestamp: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
};

export type Resource<K extends string, S> = {
  readonly kind: K;
  readonly apiVersion: 'projectcalico.org/v3';
  readonly metadata: Metadata;
  readonly spec: S;
};

export type PoolSpec = {
  readonly cidr: string;
  readonly vxlanMode: 'Never' | 'Always' | 'CrossSubnet';
  readonly ipipMode: 'Never';
  readonly natOutgoing?: boolean;
  readonly disabled?: boolean;
  readonly blockSize: number;
  readonly nodeSelector: string;
  readonly allowedUses: readonly string[];
};
export type Pool = Resource<'IPPool', PoolSpec>;

/** What the mode is to Calico, which has no mode that asks the network itself: its own hosts then ask the masks. */
export const vxlanModeOf = (mode: RouteMode = 'auto'): PoolSpec['vxlanMode'] =>
  (({ auto: 'CrossSubnet', direct: 'Never', vxlan: 'Always', bgp: 'Never' }) as const)[mode];

export type WorkloadEndpointSpec = {
  readonly orchestrator: 'libnetwork';
  readonly workload: 'libnetwork';
  readonly node: string;
  readonly endpoint: string;
  readonly ipNetworks: readonly string[];
  readonly profiles: readonly string[];
  readonly interfaceName: string;
  readonly mac: string;
};
export type WorkloadEndpoint = Resource<'WorkloadEndpoint', WorkloadEndpointSpec>;

/** Addresses Calico's IPAM must not hand out: the gateways and auxiliary addresses of our networks. */
export type Reservation = Resource<'IPReservation', { readonly reservedCIDRs: readonly string[] }>;

/** Calico's IPAM settings; bare JSON without an envelope. */
export type IpamConfig = {
  /** A host takes addresses from its own blocks only. */
  readonly strict_affinity: boolean;
  /** A host without a free address claims a further block. */
  readonly auto_allocate_blocks: boolean;
  /** 0: no limit of ours (Calico's own allocator then stops at 20). */
  readonly maxBlocksPerHost: number;
};

type Rule = { readonly action: 'Allow' | 'Deny'; readonly source?: { readonly selector?: string } };
export type Profile = Resource<
  'Profile',
  {
    readonly ingress: readonly Rule[];
    readonly egress: readonly Rule[];
    readonly labelsToApply: Readonly<Record<string, string>>;
  }
>;

export type NodeResource = Resource<
  'Node',
  {
    readonly bgp?: { readonly ipv4Address?: string; readonly ipv6Address?: string };
    readonly addresses?: readonly { readonly address: string; readonly type: 'CalicoNodeIP' }[];
  }
>;

export type ClusterInformation = Resource<
  'ClusterInformation',
  {
    readonly clusterGUID: string;
    readonly clusterType: string;
    readonly calicoVersion: string;
    readonly datastoreReady: boolean;
  }
>;

export type TierResource = Resource<'Tier', { readonly order: number; readonly defaultAction: 'Deny' | 'Pass' }>;

/** RFC 3339 in whole seconds, as Calico writes times. */
export const resourceTime = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;

/** A segment of a WorkloadEndpoint's name: its own dashes are doubled, so that single ones separate. */
const segment = (text: string): string => text.replaceAll('-', '--');

/** `<node>-libnetwork-libnetwork-<endpoint>` (libcalico-go/lib/names/workloadendpoint.go). */
export const workloadEndpointName = (node: string, endpoint: string): string =>
  [node, 'libnetwork', 'libnetwork', endpoint].map(segment).join('-');

/** Name of a network's profile: every workload on the network has its label, and lets those in that have it. */
export const profileName = (networkId: string): string => `clocker-${networkId.slice(0, 12)}`;

export function profileOf(networkId: string, metadata: Omit<Metadata, 'name'>): Profile {
  const name = profileName(networkId);
  return {
    kind: 'Profile',
    apiVersion: 'projectcalico.org/v3',
    metadata: { name, ...metadata },
    spec: {
      ingress: [{ action: 'Allow', source: { selector: `has(${name})` } }],
      egress: [{ action: 'Allow' }],
      labelsToApply: { [name]: '' },
    },
  };
}

export function workloadEndpointOf(endpoint: EndpointRecord, uid: string): WorkloadEndpoint {
  const networks = [
    ...(endpoint.ipv4 === undefined ? [] : [`${endpoint.ipv4}/32`]),
    ...(endpoint.ipv6 === undefined ? [] : [`${endpoint.ipv6}/128`]),
  ];
  return {
    kind: 'WorkloadEndpoint',
    apiVersion: 'projectcalico.org/v3',
    metadata: {
      name: workloadEndpointName(endpoint.node, endpoint.id),
      namespace: endpointNamespace,
      uid,
      creationTimestamp: resourceTime(Date.parse(endpoint.createdAt)),
      labels: workloadLabels(endpoint),
    },
    spec: {
      orchestrator: 'libnetwork',
      workload: 'libnetwork',
      node: endpoint.node,
      endpoint: endpoint.id,
      ipNetworks: networks,
      profiles: [profileName(endpoint.network)],
      interfaceName: endpoint.interface,
      mac: endpoint.mac,
    },
  };
}

export const reservationOf = (
  name: string,
  addresses: readonly string[],
  metadata: Omit<Metadata, 'name'>,
): Reservation => ({
  kind: 'IPReservation',
  apiVersion: 'projectcalico.org/v3',
  metadata: { name, ...metadata },
  spec: { reservedCIDRs: addresses.map((address) => `${address}/${address.includes(':') ? 128 : 32}`) },
});

/** For `ipam check` and for the version check of `calicoctl`: an empty version is taken as the right one. */
export const clusterInformationOf = (guid: string, metadata: Omit<Metadata, 'name'>): ClusterInformation => ({
  kind: 'ClusterInformation',
  apiVersion: 'projectcalico.org/v3',
  metadata: { name: 'default', ...metadata },
  spec: { clusterGUID: guid, clusterType: 'clocker', calicoVersion: '', datastoreReady: true },
});

/** Settings of all hosts, which Calico's own read too. */
export const felixConfigurationOf = (vxlanVNI: number, metadata: Omit<Metadata, 'name'>) => ({
  kind: 'FelixConfiguration',
  apiVersion: 'projectcalico.org/v3',
  metadata: { name: 'default', ...metadata },
  spec: { vxlanVNI },
});

/** Every policy is in a tier; Calico's client refuses policies of one that is not there. */
export const defaultTierOf = (metadata: Omit<Metadata, 'name'>): TierResource => ({
  kind: 'Tier',
  apiVersion: 'projectcalico.org/v3',
  metadata: { name: 'default', ...metadata },
  spec: { order: 1_000_000, defaultAction: 'Deny' },
});

export function poolOf(
  name: string,
  spec: Omit<PoolSpec, 'vxlanMode' | 'ipipMode' | 'nodeSelector' | 'allowedUses'> &
    Partial<Pick<PoolSpec, 'vxlanMode'>>,
  metadata: Omit<Metadata, 'name'>,
): Pool {
  return {
    kind: 'IPPool',
    apiVersion: 'projectcalico.org/v3',
    metadata: { name, ...metadata },
    spec: {
      cidr: spec.cidr,
      vxlanMode: spec.vxlanMode ?? 'Never',
      ipipMode: 'Never',
      ...(spec.natOutgoing === true ? { natOutgoing: true } : {}),
      ...(spec.disabled === true ? { disabled: true } : {}),
      blockSize: spec.blockSize,
      nodeSelector: 'all()',
      allowedUses: ['Workload', 'Tunnel'],
    },
  };
}
