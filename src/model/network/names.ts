/** Names and addresses that follow from a record, so that every part finds the same ones. */

/** Host side of an endpoint's veth pair, as Calico names it; 15 characters at most (IFNAMSIZ). */
export const hostInterface = (endpointId: string): string => `cali${endpointId.slice(0, 11)}`;
/** Container side, until dockerd moves and renames it. */
export const containerInterface = (endpointId: string): string => `tmpc${endpointId.slice(0, 11)}`;

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
