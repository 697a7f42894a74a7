/** The lines of `ip` for interfaces, addresses and routes. Pure. */
import { formatPrefix, parseCidr, type Cidr } from '../../src/ip/prefix.ts';
import { line, type Link, type Route } from '../../src/host/ip.ts';
import type { Desired, Workload } from './desired.ts';
import { families, wholeLength, type Family } from './family.ts';
import { closingGroup, dnsAddress, gatewayDevice, ownGroup, routeProtocol } from './rules/names.ts';

/** The same on every host side, as Calico has it: nobody resolves it but through us. */
const hostMac = 'ee:ee:ee:ee:ee:ee';
const protocol = ['proto', routeProtocol] as const;

/**
 * A veth pair; link-local addresses of the host side are only those we give. The kernel makes a queue for each processor
 * unless told, and nobody uses them: pairs are a quarter slower to make with two, and much slower with many.
 */
export const pairLines = ({ interface: name, inside, mac, mtu }: Workload): readonly string[] => [
  line('link', 'add', name, 'address', hostMac, 'mtu', mtu, 'group', ownGroup, ...oneQueue, ...veth(inside, mac, mtu)),
  line('link', 'set', name, 'addrgenmode', 'none', 'up'),
];
const oneQueue = ['numtxqueues', 1, 'numrxqueues', 1] as const;
const veth = (inside: string, mac: string, mtu: number) =>
  ['type', 'veth', 'peer', 'name', inside, 'address', mac, 'mtu', mtu, ...oneQueue] as const;

const isLinkLocal = (address: string): boolean => address.toLowerCase().startsWith('fe80:');

/** IPv6: neighbour discovery answers only for addresses of the interface it is asked on. */
const gatewayOnInterface = ({ interface: name, address, gateway }: Workload): readonly string[] =>
  address[6] === undefined
    ? []
    : [line('addr', 'replace', `${gateway[6]}/${isLinkLocal(gateway[6]) ? 64 : 128}`, 'dev', name, 'nodad')];

/**
 * The host reaches a workload with the gateway as its own address: the container has a route to that on this very
 * interface, so its answer comes the same way even when docker_gwbridge holds its default route.
 */
function routeLine(workload: Workload, family: Family): readonly string[] {
  const address = workload.address[family];
  if (address === undefined) return [];
  const to = line('route', 'replace', `${address}/${wholeLength[family]}`, 'dev', workload.interface, ...protocol);
  return [family === 4 ? line(...to.split(' '), 'scope', 'link', 'src', workload.gateway[4]) : to];
}

export const addressLines = (workload: Workload): readonly string[] => [
  ...gatewayOnInterface(workload),
  ...families.flatMap((family) => routeLine(workload, family)),
];

/** Its routes go at once; the interface is marked to be deleted together with others. */
export const closingLines = (name: string, addresses: readonly string[]): readonly string[] => [
  line('link', 'set', name, 'group', closingGroup),
  ...addresses.map((address) => line('route', 'del', address, 'dev', name, ...protocol)),
];
/** One call of the kernel for all, which costs as much as a single one (about 20 ms). */
export const deleteClosed = line('link', 'del', 'group', closingGroup);

export const gatewayDeviceLines: readonly string[] = [
  line('link', 'add', gatewayDevice, 'type', 'bridge'),
  line('link', 'set', gatewayDevice, 'up'),
];
export const gatewayLine = (address: string): string =>
  line('addr', 'replace', `${address}/32`, 'dev', gatewayDevice, 'scope', 'link');

const blackholeLine = (cidr: string): string => line('route', 'replace', 'blackhole', cidr, ...protocol);

const cidrKey = ({ prefix, address }: Cidr): string => `${formatPrefix(prefix)} ${String(address.value)}`;
const hasAddress = (link: Link | undefined, cidr: string): boolean => {
  const wanted = parseCidr(cidr);
  return wanted !== undefined && link?.addresses.some((one) => cidrKey(one) === cidrKey(wanted)) === true;
};

export type Observed = {
  readonly links: readonly Link[];
  readonly routes: readonly Route[];
  /** Whether an interface that nobody has yet is about to be taken. */
  readonly isWaiting?: (name: string) => boolean;
};

const routeKey = (to: Cidr, device: string | undefined): string =>
  `${formatPrefix(to.prefix)} ${device ?? 'blackhole'}`;

export type LinkPlan = {
  /** Lines that bring back what is missing. */
  readonly put: readonly string[];
  /** Lines that take away what nobody wants. */
  readonly remove: readonly string[];
  /** Workloads whose interface is not there. */
  readonly missing: readonly Workload[];
  /** Interfaces of ours that no record knows, with their other end in a container that may be alive. */
  readonly unowned: readonly string[];
};

/** IPv4 addresses of the gateway device: one of each network, and where the daemon answers DNS. */
export function gatewaysOf({ networks }: Desired): readonly string[] {
  const gateways = networks.filter(({ pools }) => pools[4].length > 0).map(({ gateway }) => gateway[4]);
  return gateways.length === 0 ? [] : [dnsAddress, ...gateways];
}

/** What must change so that interfaces, addresses and routes are as wanted. Nothing that is not ours is in it. */
export function planLinks(desired: Desired, observed: Observed): LinkPlan {
  const { links, routes } = observed;
  const byName = new Map(links.map((link) => [link.name, link]));
  const have = new Set(routes.map((route) => routeKey(route.to, route.device)));
  const put: string[] = [];
  const device = byName.get(gatewayDevice);
  const gateways = gatewaysOf(desired);
  if (device === undefined && gateways.length > 0) put.push(...gatewayDeviceLines);
  if (device?.isUp === false) put.push(line('link', 'set', gatewayDevice, 'up'));
  put.push(...gateways.filter((address) => !hasAddress(device, `${address}/32`)).map(gatewayLine));
  for (const workload of desired.workloads) put.push(...mend(workload, byName.get(workload.interface), have));
  put.push(...desired.blackholes.filter((cidr) => !have.has(`${cidr} blackhole`)).map(blackholeLine));
  return {
    put,
    ...spare(desired, observed),
    missing: desired.workloads.filter((one) => !byName.has(one.interface)),
  };
}

/** Of our group, which the rules let through, or on its way out. */
const isOurs = ({ group }: Link): boolean => group === String(ownGroup) || group === String(closingGroup);

function mend(workload: Workload, link: Link | undefined, have: ReadonlySet<string>): readonly string[] {
  if (link === undefined) return [];
  const isRouted = families.every((family) => {
    const address = workload.address[family];
    return address === undefined || have.has(`${address}/${wholeLength[family]} ${workload.interface}`);
  });
  const [gateway6] = gatewayOnInterface(workload);
  const isAnswering = gateway6 === undefined || hasAddress(link, gateway6.split(' ')[2] ?? '');
  return [
    ...(isOurs(link) ? [] : [line('link', 'set', workload.interface, 'group', ownGroup)]),
    ...(link.isUp ? [] : [line('link', 'set', workload.interface, 'up')]),
    ...(isRouted && isAnswering && link.isUp ? [] : addressLines(workload)),
  ];
}

function spare(desired: Desired, { links, routes, isWaiting }: Observed): Pick<LinkPlan, 'remove' | 'unowned'> {
  const names = new Set(desired.workloads.map((one) => one.interface));
  const ours = links.filter(({ name, group }) => name.startsWith('cali') && group === String(ownGroup));
  const stale = ours.filter(({ name }) => !names.has(name));
  // With its other end here it is in no container.
  const dead = stale.filter(({ name, peerNamespace }) => peerNamespace === undefined && isWaiting?.(name) !== true);
  const gateways = new Set(gatewaysOf(desired).map((address) => `${address}/32`));
  const unused = (links.find(({ name }) => name === gatewayDevice)?.addresses ?? []).filter(
    ({ address, prefix }) => address.family === 4 && !gateways.has(formatPrefix(prefix)),
  );
  const blackholes = new Set(desired.blackholes);
  return {
    remove: [
      ...dead.flatMap(({ name }) => closingLines(name, [])),
      ...(dead.length > 0 || links.some(({ group }) => group === String(closingGroup)) ? [deleteClosed] : []),
      ...unused.map(({ prefix }) => line('addr', 'del', formatPrefix(prefix), 'dev', gatewayDevice)),
      ...routes
        .filter(({ isBlackhole, to }) => isBlackhole && !blackholes.has(formatPrefix(to.prefix)))
        .map(({ to }) => line('route', 'del', 'blackhole', formatPrefix(to.prefix), ...protocol)),
      ...strayRoutes(desired, routes),
    ],
    unowned: stale.filter((link) => link.peerNamespace !== undefined).map(({ name }) => name),
  };
}

/** Routes with our number to an address that its interface does not have. */
function strayRoutes(desired: Desired, routes: readonly Route[]): readonly string[] {
  const wanted = new Set(
    desired.workloads.flatMap((one) =>
      families.flatMap((family) =>
        one.address[family] === undefined ? [] : `${one.address[family]}/${wholeLength[family]} ${one.interface}`,
      ),
    ),
  );
  return routes.flatMap(({ to, device }) =>
    device === undefined || wanted.has(routeKey(to, device))
      ? []
      : line('route', 'del', formatPrefix(to.prefix), 'dev', device, ...protocol),
  );
}
