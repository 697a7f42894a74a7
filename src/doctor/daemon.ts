/** The engine, the daemon, the sockets they meet at, and the store. */
import { isFault } from '../diagnostic/fault.ts';
import { error, ok, warning, type Finding } from './finding.ts';
import type { Probe } from './probe.ts';

export type DaemonView = {
  readonly version: string;
  readonly node: string;
  readonly store: { readonly kind: string; readonly reachable: boolean };
  /** What daemons found that people should know of. */
  readonly notices: readonly {
    readonly node: string;
    readonly at: string;
    readonly message: string;
    readonly hint?: string;
  }[];
  readonly engine: { readonly host: string; readonly reachable: boolean; readonly version?: string };
  /** Other hosts, and how their containers are sent to, where that is known. */
  readonly peers: readonly { readonly name: string; readonly isUp: boolean; readonly path?: string }[];
};

const oldest = [20, 10] as const;

const isOlder = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < oldest[0] || (major === oldest[0] && minor < oldest[1]);
};

export async function checkEngine(probe: Probe, host: string): Promise<readonly Finding[]> {
  try {
    const { version, swarm } = await probe.engine();
    const findings = isOlder(version)
      ? [warning('engine', `The Docker Engine is ${version}; Clocker was tried on 20.10 and newer.`, 'Update Docker.')]
      : [ok('engine', `The Docker Engine at ${host} is ${version}.`)];
    if (!swarm) return findings;
    const hint = 'Networks of plain containers work; for services of a swarm see the known limits in the README.';
    return [...findings, warning('engine', 'This engine is in a swarm, which takes managed plugins only.', hint)];
  } catch (failure) {
    if (!isFault(failure)) throw failure;
    const hint = failure.hint ?? 'Start it: systemctl start docker. For another one: --docker.';
    return [error('engine', failure.message, hint)];
  }
}

/** `view`: undefined where no daemon answers. */
export async function checkDaemon(
  probe: Probe,
  view: DaemonView | undefined,
  api: string,
): Promise<readonly Finding[]> {
  if (view === undefined) {
    const found = await probe.file(api);
    const isShut = found !== undefined && probe.uid !== 0 && !probe.groups.includes(found.gid);
    return [
      isShut
        ? warning(
            'daemon',
            `This user may not ask the daemon at ${api}.`,
            'Join its group: usermod -aG clocker USER, then log in again.',
          )
        : warning('daemon', `No daemon answers at ${api}.`, 'Start it as root: clocker up.'),
    ];
  }
  const { version, node, store, engine, notices } = view;
  return [
    ok('daemon', `clocker ${version} runs as ${node}.`),
    store.reachable
      ? ok('store', `The daemon reaches its ${store.kind} store.`)
      : error(
          'store',
          `The daemon does not reach its ${store.kind} store.`,
          'Traffic goes on, new containers must wait. Its log says why.',
        ),
    engine.reachable
      ? ok('daemon', `It reaches the engine at ${engine.host}.`)
      : error(
          'daemon',
          `It does not reach the engine at ${engine.host}.`,
          'Is it the right one? clocker up --docker says which.',
        ),
    ...notices.map(({ node: by, at, message, hint }) =>
      warning(
        'notice',
        `${at.slice(0, 19).replace('T', ' ')} ${by}: ${message}`,
        hint ?? 'clocker events tells more as it comes.',
      ),
    ),
  ];
}

/** One line for all that are reached directly, and one for each other host with what was found out. */
export function describePaths({ peers }: DaemonView): readonly Finding[] {
  const isDirect = ({ path = '' }: DaemonView['peers'][number]): boolean => path.startsWith('directly');
  const direct = peers.filter(isDirect).map(({ name }) => name);
  return [
    ...(direct.length === 0
      ? []
      : [
          ok(
            'paths',
            `Sent to directly, on the network of this host: ${direct.slice(0, 20).join(', ')}${direct.length > 20 ? `, and ${direct.length - 20} more` : ''}.`,
          ),
        ]),
    ...peers
      .filter((peer) => peer.path !== undefined && !isDirect(peer))
      .map(({ name, path = '' }) => ok('paths', `${name} is sent to ${path}.`)),
    ...peers
      .filter(({ isUp }) => !isUp)
      .map(({ name }) =>
        warning(
          'paths',
          `The daemon of ${name} does not run.`,
          'Its containers go on; new ones there must wait for it.',
        ),
      ),
  ];
}

/** Whether the engine finds the plugin is only known to the engine. */
export async function checkEngineFindsPlugin(probe: Probe, host: string): Promise<readonly Finding[]> {
  const said = await probe.refusal();
  return /not found|no such|cannot connect|can't be reached/i.test(said)
    ? [
        error(
          'plugin',
          `The engine at ${host} does not find the plugin: ${said}`,
          'It looks in /run/docker/plugins of its own host: is it the engine of this one (--docker), and is the socket there (--plugin-socket)?',
        ),
      ]
    : [ok('plugin', `The engine at ${host} finds the plugin, and asks it.`)];
}

/** Docker finds a plugin by its socket, and learns what it does by asking. */
export async function checkPluginSocket(probe: Probe, socket: string, isUp: boolean): Promise<readonly Finding[]> {
  const found = await probe.file(socket);
  if (found === undefined)
    return isUp
      ? [
          error(
            'plugin',
            `${socket} is not there, so Docker finds no driver called clocker.`,
            'clocker up --plugin-socket says where it is; Docker looks in /run/docker/plugins.',
          ),
        ]
      : [ok('plugin', `${socket} is not there yet; clocker up makes it.`)];
  if (found.kind !== 'socket') return [error('plugin', `${socket} is no socket.`, `Remove it: rm ${socket}`)];
  const answer = await probe.activate(socket);
  if (answer === undefined)
    return probe.uid === 0
      ? [
          warning(
            'plugin',
            `Nothing answers at ${socket}: docker commands on Clocker networks wait for it.`,
            'Start it as root: clocker up.',
          ),
        ]
      : [warning('plugin', `This user may not ask the plugin at ${socket}.`, 'Run it as root: sudo clocker doctor.')];
  return answer.includes('NetworkDriver') && answer.includes('IpamDriver')
    ? [ok('plugin', `The plugin answers at ${socket}: network and IPAM driver.`)]
    : [error('plugin', `What answers at ${socket} is not Clocker.`, 'Stop that program, and start clocker up.')];
}

/** Whoever may write to the socket is root on this host, so nobody else should. */
export async function checkApiSocket(probe: Probe, api: string): Promise<readonly Finding[]> {
  const found = await probe.file(api);
  if (found === undefined) return [];
  const mode = found.mode.toString(8);
  if ((found.mode & 0o006) !== 0)
    return [error('api', `${api} is open to every user of this host (mode ${mode}).`, `Close it: chmod 0660 ${api}`)];
  const group = await probe.group('clocker');
  if (found.gid === 0) return [ok('api', `${api} is root’s alone (mode ${mode}).`)];
  return group === found.gid
    ? [ok('api', `${api} is open to the group clocker (mode ${mode}).`)]
    : [
        warning(
          'api',
          `${api} is open to the group with id ${found.gid}, which is not clocker.`,
          'If that is not meant: clocker up --socket-group clocker.',
        ),
      ];
}
