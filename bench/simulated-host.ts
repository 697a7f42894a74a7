/**
 * A process of the simulation, by its first argument: `fill` writes the records of a cluster, `host` follows them and
 * calculates what a host's kernel is to be, with a kernel that only listens, and `change` is another host that starts
 * containers. One line of JSON for each thing that happened; times are of the one clock all processes share.
 */
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { openBook } from '../plugins/dns/book.ts';
import { openDataplane } from '../plugins/dataplane/index.ts';
import type { Kernel } from '../plugins/dataplane/kernel.ts';
import { openRoutes } from '../plugins/routes/index.ts';
import type { RouteKernel } from '../plugins/routes/kernel.ts';
import { keepMemorySmall } from '../src/daemon/memory.ts';
import type { Link } from '../src/host/ip.ts';
import { decodeEndpoint } from '../src/model/network/decode.ts';
import { hostsPrefix } from '../src/model/network/keys.ts';
import { createOverlay, openMirror, openStore, systemStoreClock, type Store } from '../src/store/index.ts';
import {
  clusterRecords,
  endpointOf,
  firstRecords,
  furtherRecords,
  nodeName,
  poolAddress,
  type Put,
} from './simulated-cluster.ts';

const now = (): number => performance.timeOrigin + performance.now();
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

/** Operations in a transaction, and transactions under way. */
const most = 100;
const abreast = 8;
/** Milliseconds between changes. */
const pauseBetween = 50;

async function fill(store: Store, hosts: number, endpoints: number): Promise<void> {
  const records = clusterRecords(hosts, endpoints)[Symbol.iterator]();
  function take(): readonly Put[] {
    const part: Put[] = [];
    for (let next = records.next(); next.done !== true; next = records.next())
      if (part.push(next.value) === most) break;
    return part;
  }
  const work = async (): Promise<void> => {
    for (let part = take(); part.length > 0; part = take()) await store.transact([], part);
  };
  await Promise.all(Array.from({ length: abreast }, work));
}

/** Every other one is in a block of its own, so that there is a new route too. */
async function change(store: Store, hosts: number, endpoints: number, count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const kind = index % 2 === 0 ? 'further' : 'first';
    const host = 1 + (index % (hosts - 1));
    // `web`, so that the policy lets it in.
    const { address, puts } =
      kind === 'further'
        ? furtherRecords(host, endpoints + 1 - (endpoints % 2))
        : firstRecords(host, hosts + endpoints * count + (index >> 1));
    say({ kind, address, at: now() });
    await store.transact([], puts);
    await sleep(pauseBetween);
  }
}

const nothing = (): Promise<[]> => Promise.resolve([]);

/** Interfaces are there from the start, and rules are as they were set. */
function kernelOf(links: readonly Link[], onRules: (text: string) => void): Kernel {
  const names = new Set(links.map(({ name }) => name));
  return {
    links: () => Promise.resolve(links),
    hasLink: (name) => names.has(name),
    routes: nothing,
    batch: nothing,
    make: nothing,
    rules: async (text) => onRules(text),
    listTable: () => Promise.resolve('as it was set'),
    iptables: () => Promise.resolve(undefined),
    hasSilentTables: () => false,
    setting: () => Promise.resolve('1'),
    setSetting: () => Promise.resolve(),
    isOwn: () => true,
    inside: {
      exists: () => false,
      links: nothing,
      routes: nothing,
      batch: nothing,
      ruleSources: nothing,
      settings: nothing,
      setSetting: () => Promise.resolve(),
    },
  };
}

const routeKernelOf = (onLines: (lines: readonly string[]) => void): RouteKernel => ({
  routes: nothing,
  links: nothing,
  tunnel: () => Promise.resolve(undefined),
  tunnelPeers: () => Promise.resolve({ neighbours: new Map(), forwarding: new Map() }),
  batch: async (lines) => {
    onLines(lines);
    return [];
  },
  bridge: nothing,
  setting: () => Promise.resolve('0'),
  setSetting: () => Promise.resolve(),
});

const linkOf = (name: string, index: number): Link => ({
  name,
  index: index + 10,
  isUp: true,
  mtu: 1450,
  group: '6700',
  addresses: [],
});

async function host(store: Store, endpoints: number): Promise<void> {
  keepMemorySmall();
  const node = nodeName(0);
  const ending = new AbortController();
  const { signal } = ending;
  const log = (): void => undefined;
  const mirror = openMirror(store, ['/calico/', '/clocker/v1/'], { clock: systemStoreClock });
  createOverlay(store, mirror);
  let isReady = false;
  const onRules = (text: string): void => {
    if (!isReady) return;
    for (const [address] of text.matchAll(poolAddress)) say({ seen: 'policy', address, at: now() });
  };
  const onLines = (lines: readonly string[]): void => {
    if (!isReady) return;
    for (const [address] of lines.join('\n').matchAll(poolAddress)) say({ seen: 'route', address, at: now() });
  };
  const links = Array.from({ length: endpoints }, (_, ordinal) => linkOf(endpointOf(0, ordinal).interface, ordinal));
  const dataplane = openDataplane({ store, node, log, mirror, mtu: 1500, kernel: kernelOf(links, onRules) });
  const routes = openRoutes({ mirror, node, log, signal, kernel: routeKernelOf(onLines) });
  openBook({
    mirror,
    node,
    nameLabels: [],
    resolvers: () => [],
    bridgeAddresses: () => new Map(),
    virtual: () => undefined,
  });
  // After the book, so that it has taken the change in. Policies and names come by watches of their own.
  mirror
    .view(hostsPrefix, ({ value }) => decodeEndpoint(value)?.ipv4)
    .onChange((changes) => {
      for (const { after } of changes) if (isReady) say({ seen: 'name', address: after?.value, at: now() });
    });
  await dataplane.ready;
  while (routes.wanted() === undefined) await sleep(1);
  say({ ready: now() - performance.timeOrigin });
  isReady = true;
  for await (const order of createInterface({ input: process.stdin })) {
    if (order === 'end') break;
    const { user, system } = process.cpuUsage();
    say({ cpu: (user + system) / 1000, rss: process.memoryUsage.rss() / 1e6 });
  }
  ending.abort();
  await Promise.all([routes.stopped, dataplane.close()]);
  await mirror.close();
}

const [mode = '', address = '', ...numbers] = process.argv.slice(2);
const [hosts = 0, endpoints = 0, count = 0] = numbers.map(Number);
const store = await openStore(address, { clock: systemStoreClock });
if (mode === 'fill') await fill(store, hosts, endpoints);
else if (mode === 'change') await change(store, hosts, endpoints, count);
else await host(store, endpoints);
await store.close();
