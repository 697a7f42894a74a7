/** Containers of an engine: making, running, ending them. What they look like is in container.ts. */
import type { Readable } from 'node:stream';
import { list, record, text } from '../../shape/index.ts';
import { engineText, expectShape, lenient, mostThings } from './answers.ts';
import { containerOf, containerShape, summaryOf, summaryShape } from './container.ts';
import type { ContainerSummary, EngineContainer } from './container.ts';
import { labelFilter } from './filters.ts';
import { segment } from './transport.ts';
import type { VersionedTransport } from './version.ts';

const created = record({ Id: text(engineText) }, lenient);

const deadline = 30_000;
/** Attaching to networks asks drivers, and dockerd repeats a driver call for up to 30 s. */
const startDeadline = 120_000;

export type ContainerCalls = {
  /** Running or not. */
  containers(labels?: readonly string[]): Promise<readonly ContainerSummary[]>;
  /** The same of these ids; never waits for one that is being started, as `container` does. */
  summaries(ids: readonly string[]): Promise<readonly ContainerSummary[]>;
  /** By id or name; undefined when there is none. */
  container(name: string): Promise<EngineContainer | undefined>;
  /** The body of the engine's `POST /containers/create`; answers the id. */
  createContainer(name: string, platform: string | undefined, body: Readonly<Record<string, unknown>>): Promise<string>;
  startContainer(name: string): Promise<void>;
  /** `grace`: seconds until it is killed; the engine's or the container's own when undefined. Gone already is as good. */
  stopContainer(name: string, grace: number | undefined): Promise<void>;
  /** With its anonymous volumes. Gone already is as good. */
  removeContainer(name: string): Promise<void>;
  renameContainer(name: string, to: string): Promise<void>;
  /** Unpacks a tar archive in a folder of the container's file system. */
  putArchive(name: string, folder: string, tar: Readable): Promise<void>;
};

export const containerCalls = (engine: VersionedTransport): ContainerCalls => ({
  containers: async (labels = []) => {
    const query = { all: 'true', ...labelFilter(labels) };
    const { body } = await engine.call({ method: 'GET', path: '/containers/json', query, deadline });
    return expectShape(list(summaryShape, mostThings), body, 'the list of containers').map(summaryOf);
  },
  summaries: async (ids) => {
    const query = { all: 'true', filters: JSON.stringify({ id: ids }) };
    const { body } = await engine.call({ method: 'GET', path: '/containers/json', query, deadline });
    return expectShape(list(summaryShape, mostThings), body, 'the list of containers').map(summaryOf);
  },
  container: async (name) => {
    const path = `/containers/${segment(name)}/json`;
    const { status, body } = await engine.call({ method: 'GET', path, deadline, fine: [404] });
    return status === 404 ? undefined : containerOf(expectShape(containerShape, body, 'a container'));
  },
  createContainer: async (name, platform, value) => {
    const query = { name, ...(platform === undefined ? {} : { platform }) };
    const body = { kind: 'json', value } as const;
    const answer = await engine.call({ method: 'POST', path: '/containers/create', query, body, deadline });
    return expectShape(created, answer.body, 'the creation of a container').Id;
  },
  startContainer: async (name) => {
    await engine.call({ method: 'POST', path: `/containers/${segment(name)}/start`, deadline: startDeadline });
  },
  stopContainer: async (name, grace) => {
    const query = grace === undefined ? {} : { t: String(Math.ceil(grace)) };
    const path = `/containers/${segment(name)}/stop`;
    const patience = startDeadline + (grace ?? 10) * 1000;
    await engine.call({ method: 'POST', path, query, deadline: patience, fine: [404] });
  },
  removeContainer: async (name) => {
    const query = { force: 'true', v: 'true' };
    const path = `/containers/${segment(name)}`;
    // 409: somebody else is removing it.
    await engine.call({ method: 'DELETE', path, query, deadline: startDeadline, fine: [404, 409] });
  },
  renameContainer: async (name, to) => {
    await engine.call({ method: 'POST', path: `/containers/${segment(name)}/rename`, query: { name: to }, deadline });
  },
  putArchive: async (name, folder, tar) => {
    const path = `/containers/${segment(name)}/archive`;
    const body = { kind: 'tar', tar } as const;
    await engine.call({ method: 'PUT', path, query: { path: folder }, body, deadline: startDeadline });
  },
});
