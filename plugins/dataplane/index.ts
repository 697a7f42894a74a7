/** This host's kernel: interfaces, routes, nftables, kept as the records say. */
export { openDataplane, type Dataplane, type DataplaneOptions } from './dataplane.ts';
