/** Names of containers, services and entities, on every host that shares the store. */
export type { Names, Virtual } from './answer.ts';
export { openDns, type Dns, type DnsOptions } from './dns.ts';
export { readResolvers } from './resolvers.ts';
export { dnsTable } from './steer.ts';
