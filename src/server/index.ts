/** The REST server: express on a unix socket, and on TCP when asked for. What the routes are is in src/api. */
import type { Express } from 'express';
import { createApp, type AppOptions } from './app.ts';
import type { ServerDeps } from './deps.ts';
import { applicationHandlers } from './handlers/applications.ts';
import { daemonHandlers } from './handlers/daemon.ts';
import { eventHandlers } from './handlers/events.ts';
import { ipamHandlers } from './handlers/ipam.ts';
import { logHandlers } from './handlers/logs.ts';
import { networkHandlers } from './handlers/networks.ts';
import { policyHandlers } from './handlers/policies.ts';
import { taskHandlers } from './handlers/tasks.ts';

export type { Contexts, Ipam, LogSource, NetworkEngine, ServerDeps, SwarmNetworks } from './deps.ts';
export { listenOnSocket, listenOnTcp, tokenGuard, type Listening, type TcpOptions } from './listen.ts';

export type ServerOptions = Pick<AppOptions, 'onAnswer' | 'authorise'>;

export function createServerApp(deps: ServerDeps, options: ServerOptions): Express {
  const handlers = {
    ...daemonHandlers(deps),
    ...applicationHandlers(deps),
    ...logHandlers(deps),
    ...taskHandlers(deps),
    ...networkHandlers(deps),
    ...ipamHandlers(deps),
    ...policyHandlers(deps),
    ...eventHandlers(deps),
  };
  return createApp({ handlers, log: deps.log, ...options });
}
