/** What a daemon is told. Every path can be set, so that several daemons run on one machine in namespaces. */
import { Fault } from '../diagnostic/fault.ts';
import { parseAddress } from '../ip/address.ts';
import type { RouteMode } from '../model/network/records.ts';
import { defaultStoreAddress } from '../store/index.ts';

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

export type DaemonConfig = {
  /** `embedded:///var/lib/clocker/store`, `etcd://host1:2379,host2:2379`. */
  readonly store: string;
  /** `unix:///var/run/docker.sock` */
  readonly docker: string;
  /** Name of this host, unique among those that share the store. */
  readonly nodeName: string;
  /** By which others reach this host, at most one of each family; found out where there are none. */
  readonly addresses: readonly string[];
  /** How packets get to other hosts, in networks that do not say (`-o clocker.routes`). */
  readonly routeMode: RouteMode;
  /** `24h`, `90m`, `never`: how long a host may give no sign of life until what it had is given back. */
  readonly forgetAfter: string;
  /** Folder of what is kept besides the store: build contexts, secrets of applications. */
  readonly stateDir: string;
  /** Where Docker looks for the plugin. */
  readonly pluginSocket: string;
  /** Where the REST API is served. */
  readonly socket: string;
  /** Group whose members may talk to the daemon, if it exists; else root alone. */
  readonly socketGroup: string;
  /** `host:port`; only there when asked for. */
  readonly listen?: string;
  readonly tokenFile?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  /** With it, a client must show a certificate of this authority. */
  readonly tlsCa?: string;
  readonly logLevel: LogLevel;
};

export const defaultConfig = (nodeName: string): DaemonConfig => ({
  store: defaultStoreAddress,
  docker: 'unix:///var/run/docker.sock',
  nodeName,
  addresses: [],
  routeMode: 'auto',
  forgetAfter: '24h',
  stateDir: '/var/lib/clocker',
  pluginSocket: '/run/docker/plugins/clocker.sock',
  socket: '/run/clocker/clocker.sock',
  socketGroup: 'clocker',
  logLevel: 'info',
});

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds; undefined for `never`. Throws `request-invalid` for what is no time. */
export function parsePatience(text: string): number | undefined {
  if (text === 'never') return undefined;
  const [, count = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const milliseconds = Number(count) * (units[unit] ?? 0);
  if (count !== '' && milliseconds >= 20_000) return milliseconds;
  throw wrong(`"${text}" is no time to wait for a host.`, 'For example 24h, 90m or never; 20s at the least.');
}

/** A name becomes part of keys, of names of records, and of labels. */
const namePattern = /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/;

/** Throws `request-invalid` when it can't work. */
export function checkConfig(config: DaemonConfig): void {
  if (!namePattern.test(config.nodeName))
    throw wrong(
      `"${config.nodeName}" can't be the name of a host.`,
      'Lower-case letters, digits, - and . only: --node-name.',
    );
  for (const address of config.addresses)
    if (parseAddress(address) === undefined) throw wrong(`"${address}" is no address.`, 'For example: 192.0.2.7.');
  parsePatience(config.forgetAfter);
  for (const path of [config.stateDir, config.pluginSocket, config.socket])
    if (!path.startsWith('/')) throw wrong(`"${path}" is no absolute path.`, 'Paths of the daemon begin with /.');
  if ((config.tlsCert === undefined) !== (config.tlsKey === undefined))
    throw wrong('A certificate needs its key, and a key its certificate.', 'Give both --tls-cert and --tls-key.');
  if (config.tlsCa !== undefined && config.tlsCert === undefined)
    throw wrong('Clients show certificates only to a server that has one.', 'Give --tls-cert and --tls-key too.');
  if (config.listen !== undefined) checkListen(config, config.listen);
}

function checkListen({ tokenFile, tlsCa, tlsCert }: DaemonConfig, listen: string): void {
  const { host } = parseListen(listen);
  if (tokenFile === undefined && tlsCa === undefined)
    throw wrong(
      'Over TCP anybody could give orders.',
      'Ask for a token (--token-file FILE) or for client certificates (--tls-ca, --tls-cert, --tls-key).',
    );
  const isLocal = host === 'localhost' || host === '::1' || host.startsWith('127.');
  if (!isLocal && tlsCert === undefined)
    throw wrong(
      'A token must not cross the network in the clear.',
      'Give --tls-cert and --tls-key, or listen on 127.0.0.1.',
    );
}

const wrong = (message: string, hint: string): Fault => new Fault('request-invalid', message, { hint });

export type ListenAddress = { readonly host: string; readonly port: number };

export function parseListen(text: string): ListenAddress {
  const match = /^(?:\[([0-9a-fA-F:]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3] ?? Number.NaN);
  if (match === null || !(port >= 0 && port <= 65535))
    throw wrong(`"${text}" is nothing to listen on.`, 'Write host:port, for example 127.0.0.1:7070.');
  const host = match[1] ?? match[2] ?? '';
  return { host: host === '' ? '0.0.0.0' : host, port };
}
