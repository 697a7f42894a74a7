/**
 * Where a store is, as a user writes it:
 *
 *   embedded:///var/lib/clocker/store                  this host alone (the default)
 *   etcd://host1,host2:2379?ca=/etc/clocker/ca.pem…     a cluster; 2379 is the default port
 *   memory:                                             for trials; gone with the process
 *
 * Parameters of etcd: `ca`, `cert`, `key` (PEM files; any of them, or `etcds://`, means TLS), `user`, `passwordFile`,
 * `compaction=off` (leave etcd's history alone, where others see to it or need it).
 * A password has no place in an address, which everybody sees in the list of processes.
 */
import { isAbsolute, normalize } from 'node:path';
import { Fault } from '../diagnostic/fault.ts';

export const defaultStoreAddress = 'embedded:///var/lib/clocker/store';

export type EtcdAddress = {
  readonly kind: 'etcd';
  /** `host:port`, IPv6 in brackets. */
  readonly endpoints: readonly string[];
  readonly tls: boolean;
  readonly compaction: boolean;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly user?: string;
  readonly passwordFile?: string;
};

export type StoreAddress =
  | { readonly kind: 'memory' }
  | { readonly kind: 'embedded'; readonly directory: string }
  | EtcdAddress;

const parameters = ['ca', 'cert', 'key', 'user', 'passwordFile', 'compaction'] as const;
type Parameter = (typeof parameters)[number];

const examples = `For example: ${defaultStoreAddress}, or etcd://host1:2379,host2:2379`;

const refuse = (message: string, hint = examples): never => {
  throw new Fault('request-invalid', message, { hint });
};

function parseEmbedded(rest: string): StoreAddress {
  const path = rest.startsWith('//') ? rest.slice(2) : rest;
  if (!isAbsolute(path)) return refuse('An embedded store needs the absolute path of its directory.');
  return { kind: 'embedded', directory: normalize(path) };
}

/** A name, an IPv4 address, or an IPv6 address in brackets; then perhaps a port. */
const endpointPattern = /^(?<host>[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])(?::(?<port>\d{1,5}))?$/;

function parseEndpoint(text: string): string {
  const { host, port = '2379' } = endpointPattern.exec(text)?.groups ?? {};
  if (host === undefined || Number(port) < 1 || Number(port) > 65_535) {
    return refuse(`"${text}" is not a host of an etcd store.`);
  }
  return `${host}:${Number(port)}`;
}

const isParameter = (name: string): name is Parameter => parameters.some((each) => each === name);

function parseParameters(query: string): Readonly<Partial<Record<Parameter, string>>> {
  const found: Partial<Record<Parameter, string>> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    if (!isParameter(name)) {
      return refuse(`An etcd store has no parameter "${name}".`, `It has: ${parameters.join(', ')}.`);
    }
    found[name] = value;
  }
  return found;
}

function parseEtcd(rest: string, scheme: string): StoreAddress {
  const [authority = '', query = ''] = rest.replace(/^\/\//, '').split('?', 2);
  const at = authority.lastIndexOf('@');
  const userinfo = at < 0 ? undefined : authority.slice(0, at);
  if (userinfo?.includes(':') === true) {
    return refuse(
      'A password does not belong into the address of a store: everybody sees it in the list of processes.',
      'Put it into a file that only root reads, and give that: ?user=NAME&passwordFile=/etc/clocker/etcd-password',
    );
  }
  const hosts = authority
    .slice(at + 1)
    .replace(/\/+$/, '')
    .split(',');
  const { compaction = 'on', ...found } = parseParameters(query);
  if (compaction !== 'on' && compaction !== 'off') return refuse('compaction= is on or off.', 'Leave it out for on.');
  if ((found.cert === undefined) !== (found.key === undefined)) {
    return refuse('A client certificate needs both cert= and key=.', 'Give both, or neither.');
  }
  const user = found.user ?? userinfo;
  if ((user === undefined) !== (found.passwordFile === undefined)) {
    return refuse('A user of etcd needs both user= and passwordFile=.', 'Give both, or neither.');
  }
  const tls = scheme === 'etcds' || found.ca !== undefined || found.cert !== undefined;
  const endpoints = [...new Set(hosts.map(parseEndpoint))];
  return {
    kind: 'etcd',
    endpoints,
    tls,
    compaction: compaction === 'on',
    ...found,
    ...(user === undefined ? {} : { user }),
  };
}

export function parseStoreAddress(text: string): StoreAddress {
  const colon = text.indexOf(':');
  const scheme = text.slice(0, Math.max(0, colon));
  const rest = text.slice(colon + 1);
  switch (scheme) {
    case 'memory':
      return { kind: 'memory' };
    case 'embedded':
      return rest === '' ? parseStoreAddress(defaultStoreAddress) : parseEmbedded(rest);
    case 'etcd':
    case 'etcds':
      return parseEtcd(rest, scheme);
    default:
      // Not the whole text: it may hold a password.
      return refuse(scheme === '' ? 'That is not the address of a store.' : `There is no store of kind "${scheme}:".`);
  }
}

/** For logs and people; holds no secrets. */
export function describeStore(text: string): string {
  const address = parseStoreAddress(text);
  switch (address.kind) {
    case 'memory':
      return 'memory (nothing is kept)';
    case 'embedded':
      return `embedded in ${address.directory}`;
    case 'etcd': {
      const how = [address.tls ? 'TLS' : 'no TLS', ...(address.user === undefined ? [] : [`user ${address.user}`])];
      return `etcd at ${address.endpoints.join(', ')} (${how.join(', ')})`;
    }
  }
}
