/** `clocker up`: opens the parts in their order, waits to be told to end, and closes them in reverse. */
import { openDocker } from '../host/docker.ts';
import { findAddresses, givenAddresses, type Reached } from '../host/reached.ts';
import { openStore, parseStoreAddress, systemStoreClock } from '../store/index.ts';
import { openNetworkPlane, type Log } from './network-plane.ts';

export type DaemonOptions = {
  readonly store: string;
  readonly docker: string;
  readonly node: string;
  readonly pluginSocket: string;
  /** Addresses by which other hosts reach this one, at most one of each family; found out where there are none. */
  readonly addresses?: readonly string[];
  readonly logLevel: 'debug' | 'info' | 'warn';
  /** One line of the log; JSON, so that journald and tools can read it. */
  readonly write: (line: string) => void;
};

const levels = { debug: 0, info: 1, warn: 2 } as const;

const createLog =
  ({ logLevel, write }: DaemonOptions): Log =>
  (level, message, details) => {
    if (levels[level] < levels[logLevel]) return;
    write(JSON.stringify({ time: new Date().toISOString(), level, message, ...details }));
  };

/** The way to the store is most often the way to the other hosts. */
function addressesOf({ store, addresses = [] }: DaemonOptions): () => Promise<Reached> {
  if (addresses.length > 0) return () => givenAddresses(addresses);
  const address = parseStoreAddress(store);
  const peers =
    address.kind === 'etcd' ? address.endpoints.map((one) => one.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')) : [];
  return () => findAddresses(peers);
}

/** Resolves after SIGTERM or SIGINT, when everything is closed. */
export async function runDaemon(options: DaemonOptions): Promise<void> {
  const log = createLog(options);
  const ending = new AbortController();
  const told = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.once(signal, () => {
        ending.abort();
        resolve();
      });
  });
  const store = await openStore(options.store, { clock: systemStoreClock });
  const docker = openDocker({ host: options.docker });
  try {
    const plane = await openNetworkPlane({
      store,
      docker,
      node: options.node,
      socket: options.pluginSocket,
      addresses: addressesOf(options),
      log,
      signal: ending.signal,
      onCall: ({ method, status, milliseconds, error }) =>
        log(error === undefined ? 'debug' : 'warn', method, {
          status,
          milliseconds: Math.round(milliseconds * 10) / 10,
          ...(error === undefined ? {} : { error }),
        }),
    });
    log('info', 'clocker is up', { node: options.node, store: options.store, plugin: options.pluginSocket });
    // Nothing else keeps the process alive while the sockets are closed for good.
    const keep = setInterval(() => undefined, 1 << 30);
    await told;
    clearInterval(keep);
    log('info', 'clocker ends; traffic goes on');
    await plane.close();
  } finally {
    docker.close();
    await store.close();
  }
}
