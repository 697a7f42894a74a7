/** `clocker up`: opens the parts in their order, waits to be told to end, and closes them in reverse. */
import { setMaxListeners } from 'node:events';
import { checkIpam } from '../../plugins/ipam/index.ts';
import type { Memory } from '../../plugins/nodes/index.ts';
import type { FailPoints } from '../../plugins/protocol/index.ts';
import type { Fault } from '../diagnostic/fault.ts';
import { openDocker } from '../host/docker.ts';
import type { Log } from '../runtime/index.ts';
import { findAddresses, givenAddresses, whenChanged, type Reached } from '../host/reached.ts';
import { hostIdentity } from '../host/identity.ts';
import { openStore, parseStoreAddress, pause, systemStoreClock } from '../store/index.ts';
import { awaitAdmission } from './admission.ts';
import { openApplicationPlane } from './application-plane.ts';
import { parsePatience, type DaemonConfig } from './config.ts';
import { forgetNode, releaseAddress } from './forget.ts';
import { createLog } from './log.ts';
import { createMetrics } from './metrics.ts';
import { keepMemorySmall } from './memory.ts';
import { openNetworkPlane } from './network-plane.ts';
import { recall } from './recall.ts';
import { readCredentials } from './read-config.ts';

export type DaemonOptions = {
  readonly config: DaemonConfig;
  /** Of Clocker. */
  readonly version: string;
  /** One line of the log; JSON, so that journald and tools can read it. */
  readonly write: (line: string) => void;
  /** Where a test has the daemon die. */
  readonly failPoints?: FailPoints;
};

/** Milliseconds: an address taken less long ago may be of a container that is just starting. */
const grace = 60_000;

/** The way to the store is most often the way to the other hosts. */
function addressesOf({ store, addresses }: DaemonConfig): () => Promise<Reached> {
  if (addresses.length > 0) return whenChanged(() => givenAddresses(addresses), Date.now);
  const address = parseStoreAddress(store);
  const peers =
    address.kind === 'etcd' ? address.endpoints.map((one) => one.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')) : [];
  return whenChanged(() => findAddresses(peers), Date.now);
}

/** For the addresses of published ports; a host without an address of its own still has a name. */
async function outerAddress(addresses: () => Promise<Reached>, name: string): Promise<string> {
  const { ipv4, ipv6 }: Reached = await addresses().catch(() => ({}));
  return (ipv4 ?? ipv6)?.split('/')[0] ?? name;
}

/** Resolves after SIGTERM or SIGINT, when everything is closed. Throws when another host has this one's name. */
export async function runDaemon({ config, version, write, failPoints }: DaemonOptions): Promise<void> {
  keepMemorySmall();
  const credentials = await readCredentials(config);
  const log = createLog({ level: config.logLevel, write });
  const ending = new AbortController();
  // Every part of the daemon waits for it; their number is no leak.
  setMaxListeners(0, ending.signal);
  const told = untilTold(ending);
  const store = await openStore(config.store, { clock: systemStoreClock });
  const docker = openDocker({ host: config.docker });
  const metrics = createMetrics();
  const addresses = addressesOf(config);
  const host = await hostIdentity();
  let taken: Fault | undefined;
  let memory: Memory | undefined;
  try {
    await awaitAdmission({
      store,
      node: config.nodeName,
      host,
      addresses,
      pause: (milliseconds) => pause(systemStoreClock, milliseconds, ending.signal),
      signal: ending.signal,
      log,
    });
    memory = await recall({ config, store, log, signal: ending.signal });
    const plane = await openNetworkPlane({
      memory,
      store,
      docker,
      node: config.nodeName,
      socket: config.pluginSocket,
      addresses,
      host,
      onTaken: (why) => {
        taken = why;
        ending.abort();
      },
      routeMode: config.routeMode,
      forgetAfter: parsePatience(config.forgetAfter),
      log,
      signal: ending.signal,
      ...(failPoints === undefined ? {} : { failPoints }),
      onCall: (call) => {
        metrics.onPluginCall(call);
        const { method, status, milliseconds, error } = call;
        const details = { status, milliseconds: Math.round(milliseconds * 10) / 10 };
        if (error === undefined) log('debug', method, details);
        else log('warn', method, { ...details, error });
      },
    });
    const unguard = outliveMistakes(log);
    log('info', 'clocker is up', { version, node: config.nodeName, store: config.store, plugin: config.pluginSocket });
    const applications = openApplicationPlane({
      config,
      address: await outerAddress(addresses, config.nodeName),
      credentials,
      version,
      store,
      docker,
      ipam: {
        check: () => checkIpam(store, Date.now(), grace),
        release: (address) => releaseAddress(store, address),
      },
      swarm: plane.swarm,
      forgetNode: (name) => forgetNode(store, name),
      metrics,
      log,
    });
    // Nothing else keeps the process alive while the sockets are closed for good.
    const keep = setInterval(() => undefined, 1 << 30);
    await told;
    clearInterval(keep);
    log('info', 'clocker ends; traffic goes on');
    await applications.close();
    await plane.close();
    unguard();
    if (taken !== undefined) throw taken;
  } finally {
    await memory?.close();
    docker.close();
    await store.close();
  }
}

const untilTold = (ending: AbortController): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.once(signal, () => {
        ending.abort();
        resolve();
      });
    ending.signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** A mistake of ours in one part is told and outlived: with the plugin socket closed, no container could start. */
function outliveMistakes(log: Log): () => void {
  const tell = (error: unknown): void =>
    log('error', 'a mistake in Clocker itself; please report it', {
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  process.on('uncaughtException', tell);
  process.on('unhandledRejection', tell);
  return () => {
    process.off('uncaughtException', tell);
    process.off('unhandledRejection', tell);
  };
}
