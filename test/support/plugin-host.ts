/**
 * Both drivers of one host as the daemon wires them, on a real socket, with a kernel and an engine that are told what to
 * say. Hosts that are given one store are a cluster.
 */
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createAllocator, createIpamSweeper, ipamDriver, type Taken } from '../../plugins/ipam/index.ts';
import {
  createSweeper,
  networkDriver,
  type EndpointGate,
  type EngineNetworkView,
} from '../../plugins/network/index.ts';
import { createLocks, noFailPoints, openPluginServer, type FailPoints } from '../../plugins/protocol/index.ts';
import { createOverlay, openMirror, systemStoreClock, type Store } from '../../src/store/index.ts';
import { pluginClient, type PluginClient } from './plugin-client.ts';
import { temporaryDirectory } from './temporary.ts';

/** What the host around the drivers says; a test changes it as it goes. */
export type PluginWorld = {
  /** Milliseconds since 1970. */
  now: number;
  readonly gate: EndpointGate;
  /** Interfaces in the kernel. */
  readonly attached: Set<string>;
  /** Undefined: the engine does not answer. */
  engine: readonly EngineNetworkView[] | undefined;
  /** By what the engine's list of networks is known. */
  list: string;
  /** Subnets of the engine's networks; as `engine`. */
  subnets: readonly string[] | undefined;
  taken: readonly Taken[];
  failPoints: FailPoints;
  /** What was put off, and what was swept. */
  readonly log: string[];
};

export type PluginHost = PluginClient & {
  readonly world: PluginWorld;
  /** Looks for leftovers, as the daemon's loops do. */
  sweep(): Promise<void>;
};

export type PluginHostOptions = {
  readonly node?: string;
  readonly deadline?: number;
  readonly world?: Partial<PluginWorld>;
};

export const begin = Date.UTC(2026, 0, 1);

export async function startPluginHost(store: Store, options: PluginHostOptions = {}): Promise<PluginHost> {
  const { node = 'host1', deadline = 5000 } = options;
  const attached = options.world?.attached ?? new Set<string>();
  const world: PluginWorld = {
    now: begin,
    gate: {
      prepare: () => undefined,
      open: (endpoint) => Promise.resolve(void attached.add(endpoint.interface)),
      close: (endpoint) => Promise.resolve(void attached.delete(endpoint.interface)),
    },
    engine: [],
    list: 'list-1',
    subnets: [],
    taken: [],
    failPoints: noFailPoints,
    log: [],
    ...options.world,
    attached,
  };
  const mirror = openMirror(store, ['/calico/', '/clocker/v1/'], { clock: systemStoreClock });
  const overlay = createOverlay(store, mirror);
  const now = (): number => world.now;
  const shared = {
    store,
    overlay,
    node,
    now,
    uuid: () => 'uid',
    locks: createLocks(),
    isAttached: (endpoint: { readonly interface: string }) => attached.has(endpoint.interface),
    failPoints: { reach: (...place: Parameters<FailPoints['reach']>) => world.failPoints.reach(...place) },
    onPutOff: (what: string) => void world.log.push(`put off ${what}`),
    onSwept: (what: string) => void world.log.push(`swept ${what}`),
  };
  const network = {
    ...shared,
    gate: world.gate,
    isPortFree: () => Promise.resolve(true),
    resolvers: () => ['192.0.2.53', '127.0.0.53'],
    onNetworks: () => undefined,
  };
  const ipam = {
    ...shared,
    allocator: createAllocator({ overlay, node, now }),
    hostRanges: () => Promise.resolve(world.taken),
  };
  const socket = join(await temporaryDirectory(), 'clocker.sock');
  const server = await openPluginServer({
    socket,
    handlers: { ...networkDriver(network), ...ipamDriver(ipam) },
    ready: () => mirror.ready,
    deadline,
  });
  const sweepers = [
    createSweeper({
      ...network,
      engine: {
        networks: () =>
          world.engine === undefined ? Promise.reject(new Error('no engine')) : Promise.resolve(world.engine),
        listId: () => Promise.resolve(world.list),
      },
    }),
    createIpamSweeper({ ...ipam, engine: { subnets: () => Promise.resolve(world.subnets) } }),
  ];
  const client = pluginClient(socket);
  onTestFinished(async () => {
    client.close();
    await server.close();
    await mirror.close();
  });
  return {
    ...client,
    world,
    sweep: async () => {
      for (const sweeper of sweepers) await sweeper.sweep(AbortSignal.timeout(5000));
    },
  };
}
