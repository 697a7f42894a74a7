/**
 * Applications and the API: everything of a daemon that is not the network. Opening never fails and nothing here ends the
 * daemon, because a daemon whose plugin socket is closed keeps containers from starting.
 */
import {
  createApplications,
  createCommandSensors,
  createDeployments,
  createPolicing,
  followEngine,
  startStatus,
} from '../runtime/index.ts';
import type { Applications, Log, Status, StatusOptions, Surroundings } from '../runtime/index.ts';
import type { Docker } from '../host/docker.ts';
import { clockOfHost } from '../host/clock.ts';
import { findGroup } from '../host/group.ts';
import { isPortFree } from '../host/ports.ts';
import { openStateDirectory } from '../host/state-directory.ts';
import { startLoop, type Loop } from '../reconcile/loop.ts';
import type { Listening, ServerDeps } from '../server/index.ts';
import type { Store } from '../store/index.ts';
import { parseListen, type DaemonConfig } from './config.ts';
import { createContexts } from './contexts.ts';
import { logSource } from './log-source.ts';
import type { Metrics } from './metrics.ts';
import type { Credentials } from './read-config.ts';
import { reachability } from './reachability.ts';

/** As much of an engine as applications and the API need. */
export type PlaneEngine = Surroundings['engine'] &
  StatusOptions['engine'] &
  Pick<Docker, 'events' | 'host' | 'version' | 'logs'>;

export type ApplicationPlaneOptions = {
  readonly config: DaemonConfig;
  /** How this host is reached from outside. */
  readonly address: string;
  readonly credentials: Credentials;
  readonly version: string;
  readonly store: Store;
  readonly docker: PlaneEngine;
  readonly ipam: ServerDeps['ipam'];
  readonly swarm: ServerDeps['swarm'];
  readonly forgetNode: ServerDeps['forgetNode'];
  readonly metrics: Metrics;
  readonly log: Log;
};

export type ApplicationPlane = {
  /** Ends what runs, so that it is gone on with later; then closes the API. */
  close(): Promise<void>;
};

/** Milliseconds that what runs has to come to an end. */
const patience = 15_000;

export function openApplicationPlane(options: ApplicationPlaneOptions): ApplicationPlane {
  const { config, store, docker, log } = options;
  const ending = new AbortController();
  const { signal } = ending;
  const clock = clockOfHost;
  const state = openStateDirectory(config.stateDir);
  const news = followEngine({ engine: docker, clock, log, signal });
  const socket = engineSocket(docker.host);
  const around: Surroundings = {
    engine: docker,
    store,
    state,
    node: config.nodeName,
    address: options.address,
    news,
    isPortFree,
    clock,
    log,
    look: () => status.look(),
    ...(socket === undefined ? {} : { engineSocket: socket }),
  };
  const applications = createApplications(around);
  const commands = createCommandSensors(docker, clock);
  const policing = createPolicing({
    applications,
    records: applications.records,
    deployments: createDeployments(docker, applications.records),
    commands,
    node: config.nodeName,
    now: () => clock.now(),
    log,
    look: () => status.look(),
  });
  const contexts = createContexts(state, applications.records, clock);
  const status: Status = startStatus({
    engine: docker,
    store,
    records: applications.records,
    news,
    node: config.nodeName,
    address: options.address,
    told: (application, instance) =>
      new Map([...commands.told(application, instance), ...policing.told(application, instance)]),
    clock,
    log,
    signal,
  });
  const resuming = startResuming(applications, news, signal, log);
  const api = startServing({ ...options, deps: { ...depsOf(options), applications, contexts } }, signal);
  const reviving = startReviving(applications, news, signal, log);
  const patrolling = startPatrolling(policing, news, signal, log);
  const sweeping = startSweeping(() => contexts.sweep(), signal, log);
  return {
    close: async () => {
      await Promise.race([applications.tasks.suspend(), rest(patience)]);
      ending.abort();
      await Promise.all([
        api.closed,
        ...[status, resuming, reviving, patrolling, sweeping].map((loop) => loop.stopped),
      ]);
    },
  };
}

const rest = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => void clockOfHost.schedule(milliseconds, resolve));

/** Path of an engine's socket on this host. */
const engineSocket = (host: string): string | undefined => /^(?:unix:\/\/)?(\/.+)$/.exec(host)?.[1];

function depsOf(options: ApplicationPlaneOptions): Omit<ServerDeps, 'applications' | 'contexts'> {
  const { config, store, docker, ipam, swarm, forgetNode, metrics, version, log } = options;
  return {
    store,
    logs: logSource(docker),
    networks: docker,
    ipam,
    swarm,
    forgetNode,
    node: config.nodeName,
    version: () => reachability({ config, store, docker, version }),
    metrics: metrics.render,
    log,
  };
}

const loopOf = (what: string, log: Log, signal: AbortSignal) => ({
  clock: clockOfHost,
  signal,
  minDelay: 100,
  firstBackoff: 1000,
  maxBackoff: 30_000,
  onFailure: (error: unknown, retryIn: number) =>
    log('warn', `${what} failed; again in ${Math.round(retryIn / 1000)} s`, {
      error: error instanceof Error ? error.message : String(error),
    }),
});

const day = 86_400_000;

/** What a crash cut off is gone on with once the engine is there: without it, it could only fail. */
function startResuming(
  applications: Applications,
  news: ReturnType<typeof followEngine>,
  signal: AbortSignal,
  log: Log,
): Loop {
  let isDone = false;
  const loop = startLoop({
    ...loopOf('looking for what was cut off', log, signal),
    resync: day,
    sync: async () => {
      if (isDone || !news.isConnected) return;
      await applications.resume();
      isDone = true;
      stop();
    },
  });
  const stop = news.listen(() => loop.poke());
  return loop;
}

/** When the engine tells of a start, and now and then: it may have told while nobody listened. */
function startReviving(
  applications: Applications,
  news: ReturnType<typeof followEngine>,
  signal: AbortSignal,
  log: Log,
): Loop {
  const loop = startLoop({
    ...loopOf('starting software again', log, signal),
    resync: 10_000,
    sync: async () => {
      if (news.isConnected) await applications.revive();
    },
  });
  const stop = news.listen((event) => {
    if (event === undefined || event.action === 'start') loop.poke();
  });
  signal.addEventListener('abort', stop, { once: true });
  return loop;
}

/** Every second while there is something to police, and when the engine tells of something. */
function startPatrolling(
  policing: ReturnType<typeof createPolicing>,
  news: ReturnType<typeof followEngine>,
  signal: AbortSignal,
  log: Log,
): Loop {
  let cancel = (): void => undefined;
  const loop = startLoop({
    ...loopOf('carrying out policies', log, signal),
    minDelay: 250,
    resync: 30_000,
    sync: async () => {
      if (!news.isConnected || !(await policing.patrol())) return;
      cancel();
      cancel = clockOfHost.schedule(1000, () => loop.poke());
    },
  });
  const stop = news.listen(() => loop.poke());
  signal.addEventListener(
    'abort',
    () => {
      stop();
      cancel();
    },
    { once: true },
  );
  return loop;
}

const startSweeping = (sweep: () => Promise<void>, signal: AbortSignal, log: Log): Loop =>
  startLoop({ ...loopOf('removing old build contexts', log, signal), minDelay: 1000, resync: day / 24, sync: sweep });

type Serving = ApplicationPlaneOptions & { readonly deps: ServerDeps };

/** Tried again until it works: the folder of the socket may come later, an address of the host too. */
function startServing(options: Serving, signal: AbortSignal): { readonly closed: Promise<void> } {
  const { config, log } = options;
  const open = new Map<string, Listening>();
  const loop = startLoop({
    ...loopOf('opening the API', log, signal),
    resync: day,
    sync: async () => {
      // Loaded when the plugin socket is open already.
      const server = await import('../server/index.ts');
      const { token, tls } = options.credentials;
      const onAnswer = options.metrics.onAnswer;
      if (!open.has(config.socket)) {
        const app = server.createServerApp(options.deps, { onAnswer, authorise: undefined });
        const gid = await findGroup(config.socketGroup);
        open.set(config.socket, await server.listenOnSocket(app, { path: config.socket, gid }));
        log('info', 'the API is served', {
          socket: config.socket,
          ...(gid === undefined ? {} : { group: config.socketGroup }),
        });
      }
      if (config.listen === undefined || open.has(config.listen)) return;
      const authorise = token === undefined ? undefined : server.tokenGuard(token);
      const app = server.createServerApp(options.deps, { onAnswer, authorise });
      const address = { ...parseListen(config.listen), ...(tls === undefined ? {} : { tls }) };
      open.set(config.listen, await server.listenOnTcp(app, address));
      log('info', 'the API is served', { listen: config.listen });
    },
  });
  const closed = loop.stopped.then(async () => {
    await Promise.all([...open.values()].map((each) => each.close()));
  });
  return { closed };
}
