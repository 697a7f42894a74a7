/** What a daemon is told. Every path can be set, so that several daemons run on one machine in namespaces. */
import { Fault } from '../diagnostic/fault.ts';

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

export type DaemonConfig = {
  /** `embedded:///var/lib/clocker/store`, `etcd://host1:2379,host2:2379`. */
  readonly store: string;
  /** `unix:///var/run/docker.sock` */
  readonly docker: string;
  /** Name of this host, unique among those that share the store. */
  readonly nodeName: string;
  /** How this host is reached from outside; for the addresses of published ports. */
  readonly nodeAddress: string;
  /** What is gone after a restart of the host: sockets, settings that were changed. */
  readonly runDir: string;
  /** What is kept. */
  readonly stateDir: string;
  /** Where Docker looks for plugins. */
  readonly pluginDir: string;
  /** Group whose members may talk to the daemon; '' for root alone. */
  readonly socketGroup: string;
  /** `host:port`; only there when asked for. */
  readonly listen?: string;
  readonly tokenFile?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  /** With it, a client must show a certificate of this authority. */
  readonly tlsCa?: string;
  readonly logLevel: LogLevel;
  /** `NetworkDriver.Join:after-kernel`: where a test has the daemon die. */
  readonly failPoint?: string;
  /** systemd's socket to be told when the plugin socket is open. */
  readonly notifySocket?: string;
};

export const defaultRunDir = '/run/clocker';

export const defaultConfig = (nodeName: string): DaemonConfig => ({
  store: 'embedded:///var/lib/clocker/store',
  docker: 'unix:///var/run/docker.sock',
  nodeName,
  nodeAddress: nodeName,
  runDir: defaultRunDir,
  stateDir: '/var/lib/clocker',
  pluginDir: '/run/docker/plugins',
  socketGroup: 'clocker',
  logLevel: 'info',
});

export const apiSocket = ({ runDir }: Pick<DaemonConfig, 'runDir'>): string => `${runDir}/clocker.sock`;
export const pluginSocket = ({ pluginDir }: Pick<DaemonConfig, 'pluginDir'>): string => `${pluginDir}/clocker.sock`;

/** A name becomes part of keys, of names of records, and of labels. */
const namePattern = /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/;

/** Throws when it can't work. */
export function checkConfig(config: DaemonConfig): void {
  const refuse = (message: string, hint: string): never => {
    throw new Fault('request-invalid', message, { hint });
  };
  if (!namePattern.test(config.nodeName))
    refuse(
      `"${config.nodeName}" can't be the name of a host.`,
      'Lower-case letters, digits, - and . only: --node-name.',
    );
  for (const path of [config.runDir, config.stateDir, config.pluginDir])
    if (!path.startsWith('/')) refuse(`"${path}" is no absolute path.`, 'Folders of the daemon are absolute paths.');
  if ((config.tlsCert === undefined) !== (config.tlsKey === undefined))
    refuse('A certificate needs its key, and a key its certificate.', 'Give both --tls-cert and --tls-key.');
  if (config.listen === undefined) return;
  if (config.tokenFile === undefined && config.tlsCa === undefined)
    refuse(
      'Over TCP anybody could give orders.',
      'Ask for a token (--token-file FILE) or for client certificates (--tls-ca, --tls-cert, --tls-key).',
    );
  const { host } = parseListen(config.listen);
  const isLocal = host === 'localhost' || host === '::1' || host.startsWith('127.');
  if (!isLocal && config.tlsCert === undefined)
    refuse(
      'A token must not cross the network in the clear.',
      'Give --tls-cert and --tls-key, or listen on 127.0.0.1.',
    );
}

export type ListenAddress = { readonly host: string; readonly port: number };

export function parseListen(text: string): ListenAddress {
  const match = /^(?:\[([0-9a-fA-F:]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3] ?? Number.NaN);
  if (match === null || !(port >= 0 && port <= 65535))
    throw new Fault('request-invalid', `"${text}" is nothing to listen on.`, {
      hint: 'Write host:port, for example 127.0.0.1:7070.',
    });
  const host = match[1] ?? match[2] ?? '';
  return { host: host === '' ? '0.0.0.0' : host, port };
}
