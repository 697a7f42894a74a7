/** Wires the network plane of a host: Docker's plugin socket, the data plane, and the sweepers. No logic of its own. */
import { randomUUID } from 'node:crypto';
import { getServers } from 'node:dns';
import { openBgp } from '../../plugins/bgp/index.ts';
import {
  createAllocator,
  createIpamSweeper,
  ensureCluster,
  holdPool,
  ipamDriver,
  giveVirtual,
  letPoolsGo,
  takeVirtual,
} from '../../plugins/ipam/index.ts';
import { openDataplane, type Dataplane } from '../../plugins/dataplane/index.ts';
import { dnsTable } from '../../plugins/dns/index.ts';
import { createSweeper, learnConnections, learnContainer, networkDriver } from '../../plugins/network/index.ts';
import { createSwarmNetwork, keepConfigs, removeSwarmNetwork, type SwarmDeps } from '../../plugins/managed/index.ts';
import {
  createCollector,
  createNotices,
  createRecovery,
  registerNode,
  type Collector,
  type Memory,
  type Notices,
} from '../../plugins/nodes/index.ts';
import { openReplicas } from '../../plugins/replicas/index.ts';
import { openAdjacency, openRoutes } from '../../plugins/routes/index.ts';
import { openServices, servicesTable } from '../../plugins/services/index.ts';
import {
  clearSocket,
  createLocks,
  noFailPoints,
  openPluginServer,
  type FailPoints,
  type PluginServerOptions,
} from '../../plugins/protocol/index.ts';
import { isFault, Fault } from '../diagnostic/fault.ts';
import { startLoop, type Loop } from '../reconcile/loop.ts';
import { clockOfHost } from '../host/clock.ts';
import { decodeEndpoint } from '../model/network/decode.ts';
import type { NodeAddresses } from '../model/network/node.ts';
import type { RouteMode } from '../model/network/records.ts';
import type { Docker } from '../host/docker.ts';
import {
  copyInTheWay,
  createOverlay,
  openMirror,
  pause as pauseOrEnd,
  systemStoreClock,
  type Mirror,
  type Store,
} from '../store/index.ts';
import { applyRules, listTable } from '../host/nft.ts';
import { answers } from '../host/answers.ts';
import { lookAtNeighbour } from '../host/neighbour.ts';
import { isPortFree } from '../host/ports.ts';
import type { PortMapping } from '../model/network/records.ts';
import { connectionsView, engineView } from './engine-view.ts';
import { hostRanges, isAttached } from './host-view.ts';
import { forgetNode } from './forget.ts';
import { keepManagedPlugin } from './managed.ts';
import { openNames } from './names.ts';
import type { SwarmNetworks } from '../server/index.ts';

export type Log = (
  level: 'debug' | 'info' | 'warn',
  message: string,
  details?: Readonly<Record<string, unknown>>,
) => void;

export type NetworkPlaneOptions = {
  readonly store: Store;
  readonly node: string;
  readonly docker: Docker;
  /** `/run/docker/plugins/clocker.sock` */
  readonly socket: string;
  /** How other hosts reach this one. */
  readonly addresses: () => Promise<NodeAddresses>;
  /** Of `hostIdentity`. */
  readonly host: string;
  /** What this host knew of itself when its last daemon ended. */
  readonly memory?: Pick<Memory, 'follow'> | undefined;
  /** Another host has this one's name, and keeps it. */
  readonly onTaken: (why: Fault) => void;
  /** Of networks that do not say. */
  readonly routeMode: RouteMode;
  /** Milliseconds without a sign of life after which a host is given up; undefined: never. */
  readonly forgetAfter?: number | undefined;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly onCall?: PluginServerOptions['onCall'];
  readonly failPoints?: FailPoints;
};

export type NetworkPlane = {
  readonly dataplane: Dataplane;
  readonly swarm: SwarmNetworks;
  /** Resolves when everything has ended; the kernel is left as it is. */
  close(): Promise<void>;
};

/** Gone after a boot, as BIRD is. */
export const birdDirectory = '/run/clocker/bird';

/** Milliseconds a call waits for the first look at the store; dockerd's user waits with it. */
const patience = 4000;

async function untilReady(mirror: Mirror, signal: AbortSignal): Promise<void> {
  if (mirror.state !== 'loading') return;
  const late = new Promise<never>((_resolve, reject) => {
    const timer = setTimeout(() => {
      const why = mirror.fault === undefined ? '' : `: ${mirror.fault.message}`;
      reject(new Fault('store-unreachable', `Clocker has not reached its store yet${why}.`, { transient: true }));
    }, patience);
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
    void mirror.ready.finally(() => clearTimeout(timer)).catch(() => undefined);
  });
  await Promise.race([mirror.ready, late]);
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => void clockOfHost.schedule(milliseconds, resolve));

/** Milliseconds between looks for hosts that are gone. */
const collectEvery = 60_000;

function startCollecting(
  collector: Collector,
  grace: number,
  {
    notices,
    mirror,
    log,
    signal,
  }: Pick<NetworkPlaneOptions, 'log' | 'signal'> & {
    readonly notices: Notices;
    readonly mirror: Mirror;
  },
): Loop {
  return startLoop({
    clock: clockOfHost,
    signal,
    sync: async () => {
      await mirror.ready;
      await collector.look();
      await notices.sweep();
    },
    minDelay: 1000,
    firstBackoff: 5000,
    maxBackoff: collectEvery,
    resync: Math.min(collectEvery, Math.ceil(grace / 4)),
    onFailure: (error) =>
      log('warn', 'looking for hosts that are gone failed', {
        error: error instanceof Error ? error.message : String(error),
      }),
  });
}

/** Opens the plugin socket first: dockerd waits for it at boot, and for nothing else here. */
export async function openNetworkPlane(options: NetworkPlaneOptions): Promise<NetworkPlane> {
  const { store, node, docker, log, signal, failPoints = noFailPoints } = options;
  // Before anything touches the kernel, which another daemon of this host may be keeping.
  await clearSocket(options.socket);
  const now = (): number => clockOfHost.now();
  const notices = createNotices({ store, node, now, log });
  const guard = createRecovery({
    store,
    node,
    now,
    pause: (milliseconds, over) => pauseOrEnd(systemStoreClock, milliseconds, over),
    isAttached: (record) => {
      const endpoint = decodeEndpoint(record);
      return endpoint !== undefined && isAttached(endpoint);
    },
    isDeleting: (key) => overlay.isDeleting(key),
    notices,
    log,
    onRecovered: () => registration.poke(),
  });
  const mirror = openMirror(store, ['/calico/', '/clocker/v1/'], { clock: systemStoreClock, guard });
  options.memory?.follow(mirror);
  const overlay = createOverlay(store, mirror);
  /** By the table that somebody else has changed. */
  const onTable = new Map<string, () => void>();
  const dataplane = openDataplane({
    store,
    node,
    log,
    mirror,
    onTables: (tables) => {
      for (const [table, look] of onTable) if (tables?.includes(table) ?? true) look();
    },
  });
  const routes = openRoutes({ mirror, node, log, signal });
  const adjacency = openAdjacency({ mirror, store, node, look: lookAtNeighbour, clock: clockOfHost, log, signal });
  const bgp = openBgp({ mirror, node, log, signal, directory: birdDirectory });
  const loops: Loop[] = [];
  const poke = (): void => {
    for (const loop of loops) loop.poke();
  };
  const shared = {
    store,
    overlay,
    node,
    now,
    uuid: randomUUID,
    locks: createLocks(),
    isAttached,
    failPoints,
    onPutOff: (what: string, why: Fault) => {
      log('warn', `could not take away ${what} now`, { error: why.message });
      poke();
    },
    onSwept: (what: string) => log('info', `took away ${what}: it was left behind`),
  };
  const network = {
    ...shared,
    gate: dataplane.gate,
    isPortFree: ({ hostAddress, hostPort, protocol }: PortMapping) =>
      isPortFree({ address: hostAddress, port: hostPort, protocol }),
    resolvers: getServers,
    routeMode: options.routeMode,
    onNetworks: () => {
      void dataplane.sync().catch(() => undefined);
      poke();
    },
  };
  const ipam = {
    ...shared,
    allocator: createAllocator({ overlay, node, now }),
    hostRanges,
  };
  const server = await openPluginServer({
    socket: options.socket,
    handlers: { ...networkDriver(network), ...ipamDriver(ipam) },
    ready: async (over) => {
      await untilReady(mirror, over);
      const copy = copyInTheWay((key) => mirror.get(key));
      if (copy !== undefined) throw copy;
    },
    failPoints,
    ...(options.onCall === undefined ? {} : { onCall: options.onCall }),
  });
  const registration = registerNode({
    store,
    node,
    addresses: options.addresses,
    host: options.host,
    onTaken: options.onTaken,
    clock: clockOfHost,
    now,
    uuid: randomUUID,
    log,
    signal,
  });
  const { forgetAfter } = options;
  if (forgetAfter !== undefined)
    loops.push(
      startCollecting(
        createCollector({
          store,
          mirror,
          node,
          grace: forgetAfter,
          clock: { now, monotonic: () => systemStoreClock.monotonic() },
          answers,
          forget: (name) => forgetNode(store, name),
          notices,
        }),
        forgetAfter,
        { notices, mirror, log, signal },
      ),
    );
  const learning = learnConnections({
    ...shared,
    engine: connectionsView(docker),
    pause,
    onMissed: poke,
    signal,
  });
  const replicas = openReplicas({ mirror, store, node, engine: docker, notices, log, signal });
  const services = openServices({
    mirror,
    node,
    take: (one, record) => takeVirtual(one, record, ipam),
    give: (addresses, record) => giveVirtual(addresses, record, ipam),
    kernel: { rules: (text) => applyRules(text), list: () => listTable(servicesTable) },
    clock: clockOfHost,
    now,
    log,
    signal,
  });
  const names = openNames({
    mirror,
    node,
    docker,
    virtual: (one, name) => services.virtual(one, name),
    learn: (endpoint, container) => learnContainer(endpoint, container, shared),
    log,
    signal,
  });
  onTable.set(`${servicesTable.family} ${servicesTable.name}`, () => services.lookAtRules());
  onTable.set(dnsTable, () => names.lookAtRules());
  const managed = keepManagedPlugin({ docker, socket: options.socket, log, signal });
  const configs = keepConfigs({ mirror, store, engine: docker, node, log, signal });
  const swarm: SwarmDeps = {
    store,
    engine: docker,
    node,
    now,
    pause,
    holdPool: (wish) => shared.locks.hold('pools', () => holdPool(wish, ipam), signal),
    letPoolsGo: (share) => letPoolsGo(share, ipam),
  };
  const engine = engineView(docker);
  const sweepers = [createSweeper({ ...network, engine }), createIpamSweeper({ ...ipam, engine })];
  for (const sweeper of sweepers) {
    const loop: Loop = startLoop({
      clock: clockOfHost,
      signal,
      sync: async (ending) => {
        await mirror.ready;
        // What the store has lost, and what is being put back, is no leftover.
        const again = mirror.state === 'live' ? await sweeper.sweep(ending) : undefined;
        if (again !== undefined) clockOfHost.schedule(again, () => loop.poke());
      },
      minDelay: 3000,
      firstBackoff: 1000,
      maxBackoff: 30_000,
      resync: 60_000,
      onFailure: (error, retryIn) =>
        log('warn', `looking for leftovers failed; again in ${Math.round(retryIn / 1000)} s`, {
          error: error instanceof Error ? error.message : String(error),
        }),
    });
    loops.push(loop);
  }
  mirror.ready
    .then(() => ensureCluster(store, { now, uuid: randomUUID }))
    .catch((error: unknown) => {
      if (!isFault(error)) throw error;
      log('warn', 'could not write the cluster information', { error: error.message });
    });
  return {
    dataplane,
    swarm: {
      create: (wish) => createSwarmNetwork(wish, swarm),
      remove: (name) => removeSwarmNetwork(name, swarm),
    },
    close: async () => {
      await server.close();
      await Promise.all([learning, ...loops.map(({ stopped }) => stopped)]);
      await Promise.all([managed, configs]);
      await names.close();
      await registration.close();
      await Promise.all([routes.stopped, adjacency.stopped, bgp.stopped, replicas.stopped, services.stopped]);
      await dataplane.close();
      await mirror.close();
    },
  };
}
