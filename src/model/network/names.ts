import type { NetworkRecord } from './records.ts';

/** Names and addresses that follow from a record, so that every part finds the same ones. */

/**
 * Name of the Calico IPPool of a network's subnet: `clk-198-19-8-0-24`. Two dashes stand for the two colons of IPv6, so
 * that no two subnets have the same.
 */
export const poolNameOf = (cidr: string): string =>
  `clk-${cidr.toLowerCase().replace('::', '--').replaceAll(/[.:/]/g, '-')}`;

/**
 * Handle of an address in Calico's IPAM: one each, so that a release that got lost can't mix up two owners. What holds
 * the address is told by the endpoint records.
 */
export const handleOf = (address: string): string => `clk.${address.replaceAll(':', '-')}`;

/** A swarm's ids are 25 letters and digits, and the same on every node; an engine's own are 64 hex digits. */
export const isSwarmId = (id: string): boolean => /^[0-9a-z]{25}$/.test(id);

/** What our IPAM answers Docker as its address spaces; any other name means that another IPAM gave the addresses. */
export const addressSpaces = { local: 'clockerLocal', global: 'clockerGlobal' } as const;

/** Driver and IPAM option that makes a network the copy, on another engine, of the one with this id. */
export const networkOption = 'clocker.network';

/** Host side of an endpoint's veth pair, as Calico names it; 15 characters at most (IFNAMSIZ). */
export const hostInterface = (endpointId: string): string => `cali${endpointId.slice(0, 11)}`;
/** Container side, until dockerd moves and renames it. */
export const containerInterface = (endpointId: string): string => `tmpc${endpointId.slice(0, 11)}`;

/** The container side that belongs to a host side. */
export const peerOf = (host: string): string => host.replace(/^cali/, 'tmpc');

/** Networks that can have a gateway of their own. */
export const mostGateways = 160 * 254;

/**
 * 169.254.x.y of gateway number N: never the cloud's metadata address 169.254.169.254, never .0 or .255. Number 1 is
 * 169.254.1.1, where the daemon answers DNS.
 */
export const gatewayAddress = (index: number): string => {
  const place = index - 1;
  return `169.254.${1 + Math.floor(place / 254)}.${1 + (place % 254)}`;
};

/** The same for IPv6, on the host side of every veth of the network. */
export const gatewayAddressV6 = (index: number): string => `fe80::1:${index.toString(16)}`;

const isV6 = (cidr: string): boolean => cidr.includes(':');
const given = (network: NetworkRecord, six: boolean): string | undefined =>
  network.pools.find((pool) => isV6(pool.cidr) === six)?.gateway;

/** The routed gateway as a network's containers see it: the one given with `--gateway`, or the network's own. */
export const gatewayOf = (network: NetworkRecord): string =>
  given(network, false) ?? gatewayAddress(network.gatewayIndex);
export const gatewayV6Of = (network: NetworkRecord): string =>
  given(network, true) ?? gatewayAddressV6(network.gatewayIndex);
