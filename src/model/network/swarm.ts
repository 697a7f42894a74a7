/**
 * Networks of a swarm made in one step: what is wanted, which every daemon of the swarm reads, and what each says of its
 * own engine. Docker takes subnet and options of such a network only from a configuration network on each node.
 */
import { boolean, dictionary, list, optional, readShape, record, text, type Shape } from '../../shape/index.ts';
import { hostsPrefix } from './keys.ts';

/**
 * What Docker calls the managed plugin: always with a tag (moby#33347), and never `latest`. dockerd looks for `clocker` among
 * the managed ones first, as `clocker:latest`; finding that, it never asks the plain plugin, and plain networks fail with
 * "could not resolve driver clocker in registry" (seen on 20.10.24; plugin/store.go is the same in 29).
 */
export const managedPlugin = 'clocker:swarm';

export type SwarmPool = { readonly cidr: string; readonly range?: string; readonly gateway?: string };

/** Under `swarmNetworkKey`. */
export type SwarmNetwork = {
  readonly name: string;
  /** Empty until its pools are held: then nothing is made on any engine. */
  readonly pools: readonly SwarmPool[];
  /** Driver options, as given with `-o`. */
  readonly options: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly internal: boolean;
  readonly createdBy: string;
  /** RFC 3339. */
  readonly createdAt: string;
  /** Docker's, once the swarm has it. */
  readonly id?: string;
};

/** Under `swarmReportKey`: a host's engine as a node of a swarm. */
export type SwarmReport = {
  /** Docker's id of the node. */
  readonly swarmNode: string;
  /** The managed plugin is enabled. */
  readonly plugin: boolean;
  /** By name of network: '' when its configuration is on the engine, else why it can't be. */
  readonly networks: Readonly<Record<string, string>>;
};

export const swarmNetworksPrefix = '/clocker/v1/swarm-networks/';
export const swarmNetworkKey = (name: string): string => `${swarmNetworksPrefix}${name}`;
const reportEnd = '/swarm';
export const swarmReportKey = (node: string): string => `${hostsPrefix}${node}${reportEnd}`;
/** The host a key of `hostsPrefix` is the report of; undefined when it is of something else. */
export function reporterOf(key: string): string | undefined {
  const node = key.slice(hostsPrefix.length, -reportEnd.length);
  return key.endsWith(reportEnd) && !node.includes('/') ? node : undefined;
}

/** Name of the configuration network on each node. */
export const configNameOf = (name: string): string => `${name}.config`;
/** On the configuration network; its value is the network's name. */
export const swarmLabel = 'clocker.swarm';
const shareBegin = 'swarm.';
/** What the holder of a swarm network's pool says for `clocker.network`. No network id has a dot. */
export const swarmShare = (name: string): string => `${shareBegin}${name}`;
/** The network whose pool is shared by this word. */
export const nameOfShare = (share: string | undefined): string | undefined =>
  share?.startsWith(shareBegin) === true ? share.slice(shareBegin.length) : undefined;

const short = text({ longest: 512 });
const map = dictionary(text({ longest: 65_536 }), 1024);
const loose = { unknownKeys: 'ignored' } as const;

const networkShape: Shape<SwarmNetwork> = record(
  {
    name: short,
    pools: list(record({ cidr: short, range: optional(short), gateway: optional(short) }, loose), 2),
    options: map,
    labels: map,
    internal: boolean(),
    createdBy: short,
    createdAt: short,
    id: optional(short),
  },
  loose,
);
const reportShape: Shape<SwarmReport> = record({ swarmNode: short, plugin: boolean(), networks: map }, loose);

function decode<T>(shape: Shape<T>, value: string): T | undefined {
  try {
    const read = readShape(shape, JSON.parse(value));
    return read.kind === 'value' ? read.value : undefined;
  } catch {
    return undefined;
  }
}

export const decodeSwarmNetwork = (value: string): SwarmNetwork | undefined => decode(networkShape, value);
export const decodeSwarmReport = (value: string): SwarmReport | undefined => decode(reportShape, value);
