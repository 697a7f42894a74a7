/** Names and numbers that the rest of the host sees of Clocker's rules. */
import type { TableName } from '../../../src/host/nft.ts';

export const filterTable: TableName = { family: 'inet', name: 'clocker' };
export const bridgeTable: TableName = { family: 'bridge', name: 'clocker' };

/** The bit of the packet mark that says "Clocker allows this". None of Docker's, Calico's, Kubernetes' or Tailscale's. */
export const allowedMark = '0x10000000';
/** The bit that says "this source address belongs to the bridge port the packet came from". */
export const checkedMark = '0x20000000';
/** The bit that says "a policy of the receiver allows this", so that the isolation of networks lets it through. */
export const grantedMark = '0x40000000';

/** All host sides of workloads, known or not. */
export const workloads = '"cali*"';
/** Docker's bridge that gives containers with published ports their default route. */
export const gatewayBridge = 'docker_gwbridge';
/** Holds the networks' gateway addresses. */
export const gatewayDevice = 'clocker0';
/** Interface of the tunnel to other hosts (plugins/routes). */
export const tunnel = '"vxlan.clocker"';
/** Where the daemon answers DNS. */
export const dnsAddress = '169.254.1.1';

/** rtnetlink protocol number of our routes, so that nobody else's are ever touched. */
export const routeProtocol = 67;
/** Interface groups: what Clocker made, and what it is about to delete in one go. */
export const ownGroup = 6700;
export const closingGroup = 6701;
