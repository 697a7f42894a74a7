/** What carrying out a deployment asks of the outside. */
import type { Readable } from 'node:stream';
import type { Docker } from '../../host/docker.ts';
import type { Progress } from './progress.ts';

export type DeployEngine = Pick<
  Docker,
  | 'networks'
  | 'network'
  | 'createNetwork'
  | 'removeNetwork'
  | 'connectNetwork'
  | 'volumes'
  | 'createVolume'
  | 'removeVolume'
  | 'containers'
  | 'container'
  | 'createContainer'
  | 'startContainer'
  | 'stopContainer'
  | 'removeContainer'
  | 'renameContainer'
  | 'putArchive'
  | 'image'
  | 'pullImage'
  | 'buildImage'
  | 'tagImage'
  | 'removeImage'
  | 'exec'
  | 'logs'
>;

export type Tools = {
  readonly engine: DeployEngine;
  /** An uploaded build context; undefined when it is not there any more. */
  readonly openContext: (digest: string) => Promise<Readable | undefined>;
  /** Keeps a file on the host for a container whose file system is read-only; answers its path there. */
  readonly keepFile: (file: KeptFile) => Promise<string>;
  /** How far the commands run after a start have come, by application and instance; forgotten when they are through, unless they started software. */
  readonly hooks: HookJournal;
  /** Whether a port of the host is free; `address` '' is all of them. */
  readonly isPortFree: (port: {
    readonly address: string;
    readonly port: number;
    readonly protocol: string;
  }) => Promise<boolean>;
  /** Resolves at the next news of the engine, after so many milliseconds, or when the signal aborts. */
  readonly untilNews: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** How this host is reached from outside. */
  readonly host: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
};

export type HookJournal = {
  read(application: string, instance: string): Promise<HooksRun | undefined>;
  /** Undefined: there is nothing left to do. Durable when it resolves. */
  write(application: string, instance: string, run: HooksRun | undefined): Promise<void>;
};

export type HooksRun = {
  /** Id of the container they run in. */
  readonly container: string;
  /** So many have ended. */
  readonly done: number;
  /** All have, of the run of the container that began then: of software it hosts, which is gone when the engine restarts it. */
  readonly startedAt?: string;
};

export type KeptFile = {
  readonly application: string;
  readonly instance: string;
  readonly content: Buffer;
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
};
