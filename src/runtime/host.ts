/** What the runtime asks of its surroundings. */
import type { DeployEngine } from '../deploy/index.ts';
import type { Docker } from '../host/docker.ts';
import type { StateDirectory } from '../host/state-directory.ts';
import type { Store } from '../store/index.ts';
import type { EngineNewsFeed } from './engine-news.ts';

export type RuntimeClock = {
  now(): number;
  schedule(milliseconds: number, then: () => void): () => void;
};

export type Log = (
  level: 'debug' | 'info' | 'warn' | 'error',
  message: string,
  details?: Readonly<Record<string, unknown>>,
) => void;

export type Surroundings = {
  readonly engine: DeployEngine & Pick<Docker, 'apiVersion'>;
  /** Path of the engine's own socket on this host, where it has one. */
  readonly engineSocket?: string;
  readonly store: Store;
  readonly state: StateDirectory;
  readonly node: string;
  /** How this host is reached from outside. */
  readonly address: string;
  readonly news: EngineNewsFeed;
  readonly isPortFree: (port: {
    readonly address: string;
    readonly port: number;
    readonly protocol: string;
  }) => Promise<boolean>;
  readonly clock: RuntimeClock;
  readonly log: Log;
  /** Looks at the entities now: what was done to them is to be seen by whoever asks next. */
  readonly look: () => Promise<void>;
};
