/** What the handlers ask of the rest of the daemon; the daemon puts it together. */
import type { Readable } from 'node:stream';
import type { ResultOf } from '../api/index.ts';
import type { Applications, Log } from '../runtime/index.ts';
import type { SwarmNetwork } from '../model/network/swarm.ts';
import type { Store } from '../store/index.ts';

export type LogSource = {
  /** Lines of one container. Ends when the log does, or the signal aborts. */
  lines(
    container: string,
    options: {
      readonly follow: boolean;
      readonly tail?: number;
      readonly since?: string;
      readonly timestamps: boolean;
      readonly signal: AbortSignal;
    },
  ): AsyncIterable<{ readonly stream: 'stdout' | 'stderr'; readonly line: string }>;
};

export type NetworkEngine = {
  /** The body of `POST /networks/create`; answers the id. */
  createNetwork(body: Readonly<Record<string, unknown>>): Promise<string>;
  removeNetwork(name: string): Promise<void>;
};

/** Networks of the swarm this host's engine is a manager of. */
export type SwarmNetworks = {
  create(
    wish: Pick<SwarmNetwork, 'name' | 'options' | 'labels' | 'internal'> & {
      readonly subnets: readonly string[];
      readonly ranges: readonly string[];
      readonly gateways: readonly string[];
      readonly ipv6: boolean;
    },
  ): Promise<SwarmNetwork>;
  /** False when there is none of that name. */
  remove(name: string): Promise<boolean>;
};

export type Ipam = {
  check(): Promise<ResultOf<'checkIpam'>>;
  release(address: string): Promise<void>;
};

export type Contexts = {
  has(digest: string): Promise<boolean>;
  receive(digest: string, bytes: Readable): Promise<void>;
};

export type ServerDeps = {
  readonly applications: Applications;
  readonly store: Store;
  readonly logs: LogSource;
  readonly networks: NetworkEngine;
  readonly swarm: SwarmNetworks;
  readonly ipam: Ipam;
  readonly contexts: Contexts;
  readonly node: string;
  /** Takes away what is kept of a host that is gone. */
  readonly forgetNode: (name: string) => Promise<void>;
  readonly version: () => Promise<ResultOf<'version'>>;
  readonly metrics: () => Promise<string>;
  readonly log: Log;
};
