/**
 * Whose an endpoint is: no plugin request tells the container, its name or its labels. dockerd tells that a container was
 * connected while it still starts it, and answers what it is without waiting for the start; so the labels are known,
 * and policies in force by them, before the container's program runs. What is missed here the sweeper finds.
 */
import { decodeEndpoint, decodeNetwork } from '../../src/model/network/decode.ts';
import { parseJson, renderJson } from '../../src/model/network/json.ts';
import { endpointsPrefix, networkKey, workloadEndpointKey } from '../../src/model/network/keys.ts';
import { workloadLabels } from '../../src/model/network/labels.ts';
import type { ContainerNames, EndpointRecord } from '../../src/model/network/records.ts';
import { workloadEndpointName } from '../../src/model/network/resources.ts';
import type { Condition } from '../../src/store/index.ts';
import type { NetworkDeps } from './deps.ts';
import { findEndpoint, putEndpoint, type Write } from './records.ts';

type LearnDeps = Pick<NetworkDeps, 'overlay' | 'node' | 'locks'>;

export type ConnectedContainer = Pick<ContainerNames, 'id' | 'name' | 'labels'>;

/** What is asked of the engine; nothing of it may wait for a container that is being started. */
export type ConnectionsView = {
  /** Engine ids of networks to which a container was connected; undefined: some may have been missed. */
  connections(signal: AbortSignal): AsyncIterable<string | undefined>;
  /** Ids of the containers on a network, by endpoint. */
  endpoints(network: string): Promise<ReadonlyMap<string, string>>;
  containers(ids: readonly string[]): Promise<readonly ConnectedContainer[]>;
};

export type LearnerOptions = LearnDeps & {
  readonly engine: ConnectionsView;
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Something may have been missed: the sweeper is to look. */
  readonly onMissed: () => void;
  readonly signal: AbortSignal;
};

const firstPause = 5;
const longestPause = 100;
/** Looks at a network whose endpoints have no container yet. */
const mostLooks = 10;

/** Runs until the signal; never rejects. */
export async function learnConnections(options: LearnerOptions): Promise<void> {
  const { engine, overlay, node, signal, onMissed } = options;
  const here = overlay.records(endpointsPrefix(node), ({ value }) => decodeEndpoint(value));
  const looks = new Map<string, Promise<void>>();
  const again = new Set<string>();

  const strangers = (): readonly EndpointRecord[] =>
    [...here.all()].flatMap(({ value }) => (value.state === 'joined' && value.container === undefined ? [value] : []));

  /** True when every endpoint of this network is known. */
  async function look(network: string): Promise<boolean> {
    const unknown = new Map(strangers().map((one) => [one.id, one]));
    const containers = new Map(
      [...(await engine.endpoints(network))].flatMap(([endpoint, container]) =>
        unknown.has(endpoint) ? [[container, endpoint] as const] : [],
      ),
    );
    if (containers.size === 0) return unknown.size === 0;
    for (const found of await engine.containers([...containers.keys()])) {
      const endpoint = containers.get(found.id);
      if (endpoint === undefined) continue;
      const { id, name, labels } = found;
      await learnContainer(endpoint, { id, name, labels, aliases: [] }, options);
    }
    return strangers().length === 0;
  }

  async function lookUntilKnown(network: string): Promise<void> {
    for (let count = 0; count < mostLooks && !signal.aborted; count++) {
      again.delete(network);
      const isKnown = await look(network).catch(() => false);
      if (isKnown && !again.has(network)) return;
      await options.pause(Math.min(longestPause, firstPause * 2 ** count));
    }
    onMissed();
  }

  for await (const network of engine.connections(signal)) {
    if (network === undefined) onMissed();
    else if (looks.has(network)) again.add(network);
    else
      looks.set(
        network,
        lookUntilKnown(network).finally(() => looks.delete(network)),
      );
  }
  await Promise.all(looks.values());
}

/** The record and Calico's resource change together, and only if nobody has changed them meanwhile. */
export async function learnContainer(id: string, container: ContainerNames, deps: LearnDeps): Promise<void> {
  await deps.locks.hold(`endpoint ${id}`, async () => {
    const known = await findEndpoint(deps, id);
    if (known === undefined) return;
    const endpoint = { ...known.value, container };
    const labelled = label(endpoint, deps);
    await deps.overlay.transact(
      [known.condition, ...(labelled === undefined ? [] : [labelled.condition])],
      [putEndpoint(endpoint), ...(labelled === undefined ? [] : [labelled.write])],
    );
  });
}

type Labelled = { readonly condition: Condition; readonly write: Write };

/** Labels that Calico's tools have given it stay. */
function label(endpoint: EndpointRecord, { overlay }: LearnDeps): Labelled | undefined {
  const key = workloadEndpointKey(workloadEndpointName(endpoint.node, endpoint.id));
  const entry = overlay.get(key);
  const network = decodeNetwork(overlay.get(networkKey(endpoint.network))?.value ?? '');
  const value = entry === undefined ? undefined : withLabels(entry.value, workloadLabels(endpoint, network));
  if (entry === undefined || value === undefined || value === entry.value) return undefined;
  return { condition: { key, is: 'revision', revision: entry.revision }, write: { op: 'put', key, value } };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Undefined for what is no resource. */
function withLabels(text: string, labels: Readonly<Record<string, string>>): string | undefined {
  let resource: unknown;
  try {
    resource = parseJson(text);
  } catch {
    return undefined;
  }
  if (!isObject(resource) || !isObject(resource['metadata'])) return undefined;
  const { metadata } = resource;
  const before = isObject(metadata['labels']) ? metadata['labels'] : {};
  return renderJson({ ...resource, metadata: { ...metadata, labels: { ...before, ...labels } } });
}
