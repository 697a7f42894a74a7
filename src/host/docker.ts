/**
 * The Docker Engine, as far as we use it: every call has a deadline, failures are `docker-unreachable`, `docker-refused`
 * and `deadline-exceeded`. Opening connects nothing: the daemon starts with Docker down.
 */
import { parseEngineAddress, type EngineTls } from './docker/address.ts';
import { containerCalls, type ContainerCalls } from './docker/containers.ts';
import { eventCalls, type EventCalls } from './docker/events.ts';
import { imageCalls, type ImageCalls } from './docker/images.ts';
import { networkCalls, type NetworkCalls } from './docker/networks.ts';
import { outputCalls, type OutputCalls } from './docker/output.ts';
import { pluginCalls, type PluginCalls } from './docker/plugins.ts';
import { swarmCalls, type SwarmCalls } from './docker/swarm.ts';
import { systemCalls, type SystemCalls } from './docker/system.ts';
import { openTransport } from './docker/transport.ts';
import { readVersion, versioned, type EngineVersion } from './docker/version.ts';
import { volumeCalls, type VolumeCalls } from './docker/volumes.ts';

export { defaultEngine } from './docker/address.ts';
export type { Labels } from './docker/answers.ts';
export type {
  Attachment,
  ContainerHealth,
  ContainerSummary,
  EngineContainer,
  PublishedPort,
} from './docker/container.ts';
export type { EngineEvent, EngineNews } from './docker/events.ts';
export type { EngineImage } from './docker/images.ts';
export type { OutputChunk } from './docker/lines.ts';
export type { EngineNetwork, EnginePool } from './docker/networks.ts';
export type { ExecOptions, LogOptions } from './docker/output.ts';
export type { SwarmNode } from './docker/swarm.ts';
export type { EngineInfo } from './docker/system.ts';
export type { EnginePlugin } from './docker/plugins.ts';
export type { EngineVolume } from './docker/volumes.ts';
export { compareVersions } from './docker/version.ts';

export type Docker = NetworkCalls &
  VolumeCalls &
  ContainerCalls &
  ImageCalls &
  OutputCalls &
  EventCalls &
  PluginCalls &
  SwarmCalls &
  SystemCalls & {
    readonly host: string;
    version(): Promise<EngineVersion>;
    /** The API version both sides know. */
    apiVersion(): Promise<string>;
    close(): void;
  };

export type DockerOptions = {
  /** `unix:///var/run/docker.sock`, `tcp://host:2375`; with `tls`, by https. */
  readonly host: string;
  readonly tls?: EngineTls;
};

export function openDocker({ host, tls }: DockerOptions): Docker {
  const transport = openTransport(host, parseEngineAddress(host, tls));
  const engine = versioned(transport);
  return {
    ...networkCalls(engine),
    ...volumeCalls(engine),
    ...containerCalls(engine),
    ...imageCalls(engine),
    ...outputCalls(engine),
    ...eventCalls(engine),
    ...pluginCalls(engine),
    ...swarmCalls(engine),
    ...systemCalls(engine),
    host,
    version: () => readVersion(transport),
    apiVersion: () => engine.apiVersion(),
    close: () => transport.close(),
  };
}
