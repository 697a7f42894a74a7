/** `clocker doctor`: looks at what Clocker needs of a host, changes nothing, and says how to mend what is amiss. */
import { ok, warning, type Finding } from './finding.ts';
import {
  checkApiSocket,
  checkDaemon,
  checkEngine,
  checkEngineFindsPlugin,
  checkPluginSocket,
  describePaths,
  type DaemonView,
} from './daemon.ts';
import { checkKernel } from './kernel.ts';
import { checkFirewall, checkRoutes, checkSettings } from './network.ts';
import { checkPrograms } from './programs.ts';
import { probeOfHost, type Probe } from './probe.ts';

export type { DaemonView } from './daemon.ts';
export type { Finding, Status } from './finding.ts';
export { probeOfHost, type Probe } from './probe.ts';

export type DoctorOptions = {
  readonly docker: string;
  readonly pluginSocket: string;
  readonly apiSocket: string;
  /** Range of networks without a subnet of their own. */
  readonly supernet: string;
  /** What the daemon says of itself; undefined where none answers. */
  readonly daemon: () => Promise<DaemonView | undefined>;
  /** Whether the store can be opened, asked where no daemon answers. */
  readonly store: () => Promise<Finding>;
};

export async function examine(
  options: DoctorOptions,
  probe: Probe = probeOfHost(options.docker),
): Promise<readonly Finding[]> {
  const { docker, pluginSocket, apiSocket, supernet } = options;
  const view = await options.daemon();
  const isUp = view !== undefined;
  const found = await Promise.all([
    checkUser(probe),
    checkKernel(probe),
    checkPrograms(probe),
    checkEngine(probe, docker),
    checkFirewall(probe),
    checkSettings(probe),
    checkRoutes(probe, supernet),
    checkDaemon(probe, view, apiSocket),
    ...(isUp ? [] : [options.store().then((one) => [one])]),
    checkPluginSocket(probe, pluginSocket, isUp),
    // Without a daemon the engine looks for the plugin for half a minute.
    ...(isUp && view.engine.reachable ? [checkEngineFindsPlugin(probe, docker)] : []),
    ...(isUp ? [Promise.resolve(describePaths(view))] : []),
    checkApiSocket(probe, apiSocket),
  ]);
  return found.flat();
}

async function checkUser({ uid }: Probe): Promise<readonly Finding[]> {
  if (uid === 0) return [ok('user', 'This is root.')];
  return [
    warning('user', 'This is not root, so not everything can be looked at.', 'Run it as root: sudo clocker doctor.'),
  ];
}
