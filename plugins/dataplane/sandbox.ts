/**
 * What concerns the inside of a container's network, always behind the scenes and never in a handler: its addresses at
 * Docker's bridges, a way back for what comes to its Clocker address, and an interface that somebody deleted.
 */
import { formatAddress } from '../../src/ip/address.ts';
import { line, type Link } from '../../src/host/ip.ts';
import type { SettingName } from '../../src/host/sysctl.ts';
import type { Workload } from './desired.ts';
import { byFamily, type PerFamily } from './family.ts';
import { pairLines } from './links.ts';
import type { Kernel } from './kernel.ts';

/** Where a container of ours sits at one of Docker's bridges. */
export type Port = { readonly link: Link; readonly workloads: readonly Workload[] };

/** Bridges that Docker makes: its own two, and one for each bridge network. */
export const isDockerBridge = (name: string): boolean =>
  name === 'docker0' || name === 'docker_gwbridge' || /^br-[0-9a-f]{12}$/.test(name);

/** A port and a workload whose other ends are in the same namespace belong to one container. */
export function findPorts(links: readonly Link[], workloads: readonly Workload[]): readonly Port[] {
  const byInterface = new Map(workloads.map((one) => [one.interface, one]));
  const byNamespace = new Map<number, Workload[]>();
  for (const { name, peerNamespace } of links) {
    const workload = byInterface.get(name);
    if (workload === undefined || peerNamespace === undefined) continue;
    byNamespace.set(peerNamespace, [...(byNamespace.get(peerNamespace) ?? []), workload]);
  }
  return links.flatMap((link) => {
    if (link.master === undefined || link.peerNamespace === undefined || !isDockerBridge(link.master)) return [];
    const inside = byNamespace.get(link.peerNamespace);
    return inside === undefined ? [] : [{ link, workloads: inside }];
  });
}

const addressesOf = (link: Link): PerFamily<readonly string[]> =>
  byFamily((family) =>
    link.addresses.flatMap(({ address }) => (address.family === family ? formatAddress(address) : [])),
  );

/** The addresses of a container at the other end of a port; undefined when it can't be seen (yet). */
export async function readAtBridge(
  { inside }: Pick<Kernel, 'inside'>,
  { link, workloads }: Port,
): Promise<PerFamily<readonly string[]> | undefined> {
  const sandbox = workloads.find((one) => one.sandbox !== undefined)?.sandbox;
  if (sandbox === undefined || !inside.exists(sandbox)) return undefined;
  const links = await inside.links(sandbox).catch(() => []);
  const own = links.find(({ index }) => index === link.peer);
  const addresses = own === undefined ? undefined : addressesOf(own);
  return addresses === undefined || addresses[4].length === 0 ? undefined : addresses;
}

/** Routing tables and rules inside containers; numbered by the network's gateway. */
const tableOf = (network: number): number => 67_000_000 + network;
const rulePriority = 6700;

const strict = (name: string): SettingName => `net/ipv4/conf/${name}/rp_filter`;

/**
 * Where the container checks the way back strictly and another network of it has the default route, what comes to its
 * Clocker address from elsewhere would be dropped: answers from that address get a route of their own. True when done or
 * not needed; false when the container can't be seen.
 */
export async function ensureWayBack({ inside }: Pick<Kernel, 'inside'>, workload: Workload): Promise<boolean> {
  const { sandbox, address, gateway } = workload;
  if (sandbox === undefined || !inside.exists(sandbox)) return false;
  if (address[4] === undefined || workload.defaultRoute === 'none') return true;
  const own = (await inside.links(sandbox)).find(({ addresses }) =>
    addresses.some((one) => formatAddress(one.address) === address[4]),
  );
  if (own === undefined) return false;
  const modes = await inside.settings(sandbox, [strict('all'), strict(own.name)]);
  if (Math.max(...modes.map(Number)) !== 1) return true;
  const table = tableOf(workload.network);
  const hasRule = (await inside.ruleSources(sandbox)).includes(address[4]);
  const lines = [
    line('route', 'replace', 'default', 'via', gateway[4], 'dev', own.name, 'onlink', 'table', table),
    ...(hasRule ? [] : [line('rule', 'add', 'from', address[4], 'lookup', table, 'priority', rulePriority)]),
  ];
  return (await inside.batch(sandbox, lines)).length === 0;
}

/** Makes the interface of a running container again, as Docker had made it. True when it could. */
export async function remakeInterface(
  kernel: Kernel,
  workload: Workload,
  pools: PerFamily<readonly string[]>,
): Promise<boolean> {
  const { sandbox, inside: peer } = workload;
  if (sandbox === undefined || !kernel.inside.exists(sandbox)) return false;
  const name = firstFree(
    workload.prefix,
    (await kernel.inside.links(sandbox)).map((link) => link.name),
  );
  const hasDefault = (await kernel.inside.routes(sandbox)).some(({ to }) => to.prefix.length === 0);
  const made = await kernel.batch([...pairLines(workload), line('link', 'set', peer, 'netns', sandbox)]);
  if (made.length > 0) return false;
  await kernel.inside.batch(sandbox, [line('link', 'set', peer, 'name', name)]);
  if (workload.address[6] !== undefined)
    await kernel.inside.setSetting(sandbox, `net/ipv6/conf/${name}/disable_ipv6`, '0');
  return (await kernel.inside.batch(sandbox, insideLines(workload, name, pools, hasDefault))).length === 0;
}

/** `eth0` unless it is there: dockerd numbers from 0. */
function firstFree(prefix: string, taken: readonly string[]): string {
  let number = 0;
  while (taken.includes(`${prefix}${number}`)) number++;
  return `${prefix}${number}`;
}

/** What dockerd does with the answer to Join. */
function insideLines(
  { address, gateway, defaultRoute }: Workload,
  name: string,
  pools: PerFamily<readonly string[]>,
  hasDefault: boolean,
): readonly string[] {
  const lines = [line('link', 'set', name, 'up')];
  const everywhere = { 4: ['0.0.0.0/0'], 6: ['::/1', '8000::/1'] } as const;
  for (const [family, length] of [
    [4, 32],
    [6, 128],
  ] as const) {
    const own = address[family];
    if (own === undefined) continue;
    lines.push(line('addr', 'add', `${own}/${length}`, 'dev', name, ...(family === 6 ? ['nodad'] : [])));
    lines.push(line('route', 'replace', `${gateway[family]}/${length}`, 'dev', name));
    const leads = family === 6 ? defaultRoute !== 'none' : defaultRoute === 'routed' && !hasDefault;
    for (const to of [...pools[family], ...(leads ? everywhere[family] : [])])
      lines.push(line('route', 'replace', to, 'via', gateway[family], 'dev', name));
  }
  return lines;
}
