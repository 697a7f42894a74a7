/** One container as it is to be: the body of its creation, and what is done before and after. */
import type { Problem } from '../../diagnostic/problem.ts';
import { readBoolean, readList, readMap, readString, readTexts, textEntries, textOf } from '../../model/read.ts';
import type { ValueMap } from '../../model/value.ts';
import type { Deployment } from '../deployment.ts';
import { effectiveConfig, networkNamed } from '../deployment.ts';
import { hashOf } from '../hash.ts';
import { desiredImage } from '../image.ts';
import type { WantedImage } from '../image.ts';
import type { Instance } from '../instance.ts';
import { containerName } from '../names.ts';
import { deployProblem } from '../problems.ts';
import type { Complain } from '../problems.ts';
import { findEntity } from '../resolve/lookup.ts';
import type { SensorReference } from '../resolve/resolve.ts';
import { attachmentsOf } from './attachments.ts';
import type { WantedAttachment } from './attachments.ts';
import { contentsOf } from './contents.ts';
import { put } from './draft.ts';
import type { Draft, Fields } from './draft.ts';
import { environmentOf, labelsOf } from './environment.ts';
import { filesOf } from './files.ts';
import type { WantedFile } from './files.ts';
import { hooksOf, initHooksOf } from './hooks.ts';
import type { Hook, InitHook } from './hooks.ts';
import { mountsOf } from './mounts.ts';
import { portFields, portsOf } from './ports.ts';
import type { PortBinding } from './ports.ts';
import { resolveConfig } from './resolve-config.ts';
import { rowEntries } from './rows.ts';

export type WantedContainer = {
  readonly instance: Instance;
  readonly name: string;
  readonly image: WantedImage;
  /** Of `POST /containers/create`, without Image, our marks and the networks. */
  readonly body: Fields;
  readonly labels: Readonly<Record<string, string>>;
  readonly attachments: readonly WantedAttachment[];
  readonly published: readonly PortBinding[];
  readonly files: readonly WantedFile[];
  readonly postStart: readonly Hook[];
  readonly preStop: readonly Hook[];
  readonly preStart: readonly InitHook[];
  /** Its work ends: then it is not started again. */
  readonly isJob: boolean;
  /** Of all this; the image's content is not in it. */
  readonly hash: string;
};

export type Desired =
  | { readonly kind: 'container'; readonly value: WantedContainer; readonly problems: readonly Problem[] }
  /** Nothing can be made of it. */
  | { readonly kind: 'impossible'; readonly problems: readonly Problem[] }
  /** It is only known once these sensors are ready. */
  | { readonly kind: 'waits'; readonly for: readonly SensorReference[] };

export type SensorOf = (reference: SensorReference) => ReturnType<ValueMap['get']>;

export function desiredContainer(deployment: Deployment, instance: Instance, sensor: SensorOf): Desired {
  const problems: Problem[] = [];
  const complainAt =
    (where: string): Complain =>
    (code, message, hint) => {
      problems.push(deployProblem(code, where, message, hint));
    };
  const { instances, root, materials, application } = deployment;
  const raw = effectiveConfig(instances, root, instance);
  const resolved = resolveConfig(raw, instance, { instances, root, materials, sensor }, complainAt);
  if (resolved.kind === 'waits') return resolved;
  const { config } = resolved;
  const complain = complainAt(instance.id);
  const { planId, type } = instance;
  const image = desiredImage({ application, planId, type, config, materials, complain });
  if (image === undefined) return { kind: 'impossible', problems };
  const parts = { deployment, instance, config, complain };
  const draft = fieldsOf(config, instance.id, complainAt);
  const attachments = networksOf(parts, draft);
  writeReferences(parts, draft);
  const ports = portsOf(config, complain);
  const { Volumes, Binds, Mounts } = mountsOf(config, (id) => volumeName(deployment, id), complain);
  const { ExposedPorts, PortBindings } = portFields(ports);
  const body = {
    ...draft.config,
    Env: environmentOf(config, materials, complain),
    ExposedPorts,
    Volumes,
    HostConfig: {
      ...draft.host,
      Mounts,
      Binds: [...Binds, ...apiSocketBinds(config, deployment.engine.socket)],
      PortBindings,
    },
  };
  const labels = labelsOf(config, materials, complain);
  const files = filesOf(config, { ...contentsOf(deployment, instance), files: materials.files }, complain);
  const hooks = {
    postStart: hooksOf(config, 'docker.container.postStart', complain),
    preStop: hooksOf(config, 'docker.container.preStop', complain),
    preStart: initHooksOf(config, complain),
  };
  const name = containerName(application, { ...instance, config });
  const hash = hashOf({ body, labels, attachments, files: files.map(fileHash), hooks, image: image.reference, name });
  const isJob = deployment.jobs.has(instance.id);
  const value = {
    instance,
    name,
    image,
    body,
    labels,
    attachments,
    published: ports.published,
    files,
    ...hooks,
    isJob,
    hash,
  };
  return { kind: 'container', value, problems };
}

const fileHash = ({ content, ...rest }: WantedFile): object => ({
  ...rest,
  content: hashOf(content.toString('base64')),
});

function fieldsOf(config: ValueMap, id: string, complainAt: (where: string) => Complain): Draft {
  const draft: Draft = { config: {}, host: {} };
  for (const [key, row] of rowEntries) {
    const value = config.get(key);
    if (value === undefined || (value === null && key !== 'docker.image.commands')) continue;
    if (row.kind === 'field') row.write(value, draft, complainAt(`${id}: ${key}`));
    else if (row.kind === 'not-carried') complainAt(`${id}: ${key}`)('deploy-not-carried', row.why);
  }
  return draft;
}

type Parts = {
  readonly deployment: Deployment;
  readonly instance: Instance;
  readonly config: ValueMap;
  readonly complain: Complain;
};

/** Name of the container of an entity, by plan or instance id: of a cluster, its first member. */
function containerOf({ deployment, instance, complain }: Parts, id: string): string | undefined {
  const search = findEntity(deployment.instances, instance, id);
  const found = search.kind === 'found' ? search.entity : undefined;
  const [first] = found?.members ?? [];
  const container = first === undefined ? found : deployment.instances.get(first);
  if (container?.kind === 'container') return containerName(deployment.application, container);
  complain('deploy-reference', `No container has the id "${id}".`);
  return undefined;
}

/** `service:id` is that entity's container; anything else is said as it is. */
function sharedWith(parts: Parts, text: string): string | undefined {
  if (!text.startsWith('service:')) return text;
  const name = containerOf(parts, text.slice('service:'.length));
  return name === undefined ? undefined : `container:${name}`;
}

function networksOf(parts: Parts, draft: Draft): readonly WantedAttachment[] {
  const { deployment, instance, config, complain } = parts;
  const mode = readString(config, 'docker.container.networkMode');
  if (mode !== undefined) {
    put(draft.host, 'NetworkMode', sharedWith(parts, mode));
    return [];
  }
  const { networks } = deployment;
  const attachments = attachmentsOf({
    config,
    aliases: aliasesOf(instance),
    links: linksOf(parts),
    networkName: (id) => networkNamed(networks, id)?.name,
    applicationNetwork: networkNamed(networks, deployment.application)?.name ?? deployment.application,
    complain,
  });
  if (attachments.length === 0) draft.host['NetworkMode'] = 'none';
  const dns =
    readTexts(config, 'docker.container.dns') ??
    attachments.flatMap(({ network }) => networks.find(({ name }) => name === network)?.dns ?? []);
  if (dns.length > 0) draft.host['Dns'] = [...new Set(dns)];
  return attachments;
}

/** It is found by its plan id, as Compose has it for services; a member also by its own. */
const aliasesOf = ({ id, planId }: Instance): readonly string[] => [...new Set([planId, id.replaceAll('.', '-')])];

function linksOf(parts: Parts): readonly string[] {
  const own = textEntries(readMap(parts.config, 'docker.container.links')).flatMap(([alias, target]) => {
    const name = containerOf(parts, textOf(target) ?? alias);
    return name === undefined ? [] : [`${name}:${alias}`];
  });
  const external = (readTexts(parts.config, 'docker.container.externalLinks') ?? []).map((link) =>
    link.includes(':') ? link : `${link}:${link}`,
  );
  return [...own, ...external];
}

const volumeName = ({ volumes }: Deployment, id: string): string | undefined =>
  (volumes.find((volume) => volume.id === id) ?? volumes.find(({ name }) => name === id))?.name;

/** Fields that name other containers, or the host. */
function writeReferences(parts: Parts, { host }: Draft): void {
  const { config } = parts;
  const modes = [
    ['docker.container.ipc', 'IpcMode'],
    ['docker.container.pid', 'PidMode'],
    ['docker.container.uts', 'UTSMode'],
  ] as const;
  for (const [key, field] of modes) {
    const text = readString(config, key);
    if (text !== undefined) put(host, field, sharedWith(parts, text));
  }
  const imported = (readTexts(config, 'docker.container.volumes.import') ?? []).flatMap((text) => {
    const [id = '', ...options] = text.split(':');
    if (id === 'container') return options.join(':');
    const name = containerOf(parts, id);
    return name === undefined ? [] : [name, ...options].join(':');
  });
  if (imported.length > 0) host['VolumesFrom'] = imported;
  const hosts = (readList(config, 'docker.container.extraHosts') ?? []).flatMap((item) => textOf(item) ?? []);
  if (hosts.length > 0) host['ExtraHosts'] = hosts.map((line) => line.replace('=', ':'));
}

const apiSocketBinds = (config: ValueMap, socket: string | undefined): readonly string[] =>
  readBoolean(config, 'docker.container.useApiSocket') === true && socket !== undefined
    ? [`${socket}:/var/run/docker.sock`]
    : [];
