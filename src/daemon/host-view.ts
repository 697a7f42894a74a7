/** This host as the address and network drivers see it. */
import type { Taken } from '../../plugins/ipam/index.ts';
import { routeProtocol } from '../../plugins/dataplane/index.ts';
import { remoteProtocol } from '../../plugins/routes/index.ts';
import { hasLink, readLinks, readRoutes, type Route } from '../host/ip.ts';
import { bitsOf, formatAddress } from '../ip/address.ts';
import { formatPrefix, type Cidr } from '../ip/prefix.ts';
import { peerOf } from '../model/network/names.ts';
import type { EndpointRecord } from '../model/network/records.ts';

/** Asked of the kernel, never of Docker. An interface that is ready before Join, with both its ends here, is no container's. */
export const isAttached = ({ interface: name, state }: Pick<EndpointRecord, 'interface' | 'state'>): boolean =>
  hasLink(name) && (state === 'joined' || !hasLink(peerOf(name)));

/** Addresses and routes that are not ours; a default route takes nothing. */
export async function hostRanges(): Promise<readonly Taken[]> {
  const [links, ...families] = await Promise.all([readLinks(), foreignRoutes(4), foreignRoutes(6)]);
  const addresses = links.flatMap(({ name, addresses: own }) =>
    own.filter(isOthers).map(({ prefix }) => ({ cidr: formatPrefix(prefix), by: `the interface ${name} has` })),
  );
  const routes = families.flat().map(({ to, device, via }) => {
    const way = device === undefined ? '' : ` by ${device}`;
    return { cidr: formatPrefix(to.prefix), by: `a route of this host has${via === undefined ? way : ` by ${via}`}` };
  });
  return [...addresses, ...routes];
}

async function foreignRoutes(family: 4 | 6): Promise<readonly Route[]> {
  const [all, ...own] = await Promise.all([
    readRoutes(family),
    ...[routeProtocol, remoteProtocol].map((protocol) => readRoutes(family, { protocol })),
  ]);
  const mine = new Set(own.flat().map(({ to }) => formatPrefix(to.prefix)));
  return all.filter(({ to }) => isOthers(to) && to.prefix.length > 0 && !mine.has(formatPrefix(to.prefix)));
}

/** Link-local and multicast ranges are on every host, and 169.254.1.N are our own gateways. */
function isOthers({ address }: Cidr): boolean {
  const text = formatAddress(address);
  return !/^(?:169\.254\.|fe80:|ff0|127\.|::1$)/.test(text) && bitsOf(address.family) > 0;
}
