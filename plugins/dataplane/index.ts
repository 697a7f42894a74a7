/** This host's kernel: interfaces, routes, nftables, kept as the records say. */
export { openDataplane, type Dataplane, type DataplaneOptions, type DataplaneStatus } from './dataplane.ts';
export { dataplanePrefixes } from './records.ts';
export { routeProtocol } from './rules/names.ts';
