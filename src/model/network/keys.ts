/**
 * Where each record lives in the store. What Calico has a resource for is kept in Calico v3's own etcd layout, so that
 * its tools read it; the rest is under /clocker/v1/.
 */
const resources = '/calico/resources/v3/projectcalico.org';
const ipam = '/calico/ipam/v2';

/** `10.50.0.0/26` as Calico writes it inside a key: `10.50.0.0-26`. */
const dashed = (cidr: string): string => cidr.replace('/', '-');
const familyOf = (cidr: string): 'ipv4' | 'ipv6' => (cidr.includes(':') ? 'ipv6' : 'ipv4');

/** Namespace of all workload endpoints of a Docker host. */
export const endpointNamespace = 'libnetwork';

export const poolsPrefix = `${resources}/ippools/`;
export const poolKey = (name: string): string => `${poolsPrefix}${name}`;
export const nodesPrefix = `${resources}/nodes/`;
export const nodeKey = (name: string): string => `${nodesPrefix}${name}`;
/** Addresses that IPAM must never hand out by itself. */
export const reservationsPrefix = `${resources}/ipreservations/`;
export const reservationKey = (name: string): string => `${reservationsPrefix}${name}`;
export const profilesPrefix = `${resources}/profiles/`;
export const profileKey = (name: string): string => `${profilesPrefix}${name}`;
export const workloadEndpointsPrefix = `${resources}/workloadendpoints/${endpointNamespace}/`;
export const workloadEndpointKey = (name: string): string => `${workloadEndpointsPrefix}${name}`;
/** Of all namespaces and orchestrators. */
export const allWorkloadEndpointsPrefix = `${resources}/workloadendpoints/`;
export const networkPoliciesPrefix = `${resources}/networkpolicies/`;
export const globalNetworkPoliciesPrefix = `${resources}/globalnetworkpolicies/`;
export const networkSetsPrefix = `${resources}/networksets/`;
export const globalNetworkSetsPrefix = `${resources}/globalnetworksets/`;
export const tiersPrefix = `${resources}/tiers/`;
export const hostEndpointsPrefix = `${resources}/hostendpoints/`;
export const clusterInformationKey = `${resources}/clusterinformations/default`;
export const felixConfigurationsPrefix = `${resources}/felixconfigurations/`;
export const felixConfigurationKey = `${felixConfigurationsPrefix}default`;
/** What holds on one host only, before `default`. */
export const ownFelixConfigurationKey = (node: string): string => `${felixConfigurationsPrefix}node.${node}`;
export const bgpConfigurationKey = `${resources}/bgpconfigurations/default`;
export const bgpPeersPrefix = `${resources}/bgppeers/`;

export const blocksPrefix = `${ipam}/assignment/`;
export const blockKey = (cidr: string): string => `${ipam}/assignment/${familyOf(cidr)}/block/${dashed(cidr)}`;
/** The CIDR a key of `blocksPrefix` or of an affinity is about. */
export const cidrOfKey = (key: string): string => key.slice(key.lastIndexOf('/') + 1).replace(/-(\d+)$/, '/$1');
export const affinitiesPrefix = `${ipam}/host/`;
export const affinityPrefix = (node: string, family: 'ipv4' | 'ipv6'): string =>
  `${ipam}/host/${node}/${family}/block/`;
export const affinityKey = (node: string, cidr: string): string =>
  `${affinityPrefix(node, familyOf(cidr))}${dashed(cidr)}`;
export const handlesPrefix = `${ipam}/handle/`;
export const handleKey = (handle: string): string => `${handlesPrefix}${handle}`;
export const ipamConfigKey = `${ipam}/config`;

/** What Calico has no resource for. */
export const clockerPrefix = '/clocker/v1/';
export const networksPrefix = '/clocker/v1/networks/';
export const networkKey = (id: string): string => `${networksPrefix}${id}`;
/** Which gateway number (169.254.1.N) a network has: taken by create-if-absent, so no two networks share one. */
export const gatewaysPrefix = '/clocker/v1/gateways/';
export const gatewayKey = (index: number): string => `${gatewaysPrefix}${index}`;
export const poolUsePrefix = '/clocker/v1/pools/';
export const poolUseKey = (name: string): string => `${poolUsePrefix}${name}`;
/** Changes with every new pool: two that overlap can't both be made from the same look at the others. */
export const poolTurnKey = '/clocker/v1/pool-turn';
/** Which endpoint has an address: taken by create-if-absent, so no two endpoints ever have the same. */
export const addressOwnersPrefix = '/clocker/v1/addresses/';
export const addressOwnerKey = (address: string): string => `${addressOwnersPrefix}${address}`;
/** Hosts whose daemon runs: each key hangs on its daemon's lease. */
export const alivePrefix = '/clocker/v1/alive/';
export const aliveKey = (node: string): string => `${alivePrefix}${node}`;
export const hostsPrefix = '/clocker/v1/hosts/';
/** This host's view of its engine's networks: engine network id -> network id. */
export const engineNetworksPrefix = (node: string): string => `${hostsPrefix}${node}/networks/`;
export const engineNetworkKey = (node: string, engineId: string): string => `${engineNetworksPrefix(node)}${engineId}`;
export const endpointsPrefix = (node: string): string => `${hostsPrefix}${node}/endpoints/`;
export const endpointKey = (node: string, endpointId: string): string => `${endpointsPrefix(node)}${endpointId}`;
