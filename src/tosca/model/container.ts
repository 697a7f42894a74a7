/** Nodes that are run from an image. */
import { posix } from 'node:path';
import type { Value } from '../../model/value.ts';
import { isList, isMap } from '../../model/value.ts';

import { typeName } from '../../model/entity-types.ts';
import { renderImageReference, parseImageReference } from '../../model/image-reference.ts';
import { scopeOfTemplate } from '../functions/scope.ts';
import type { ArtifactDefinition } from '../definitions/artifact.ts';
import { folderOf } from '../load/locate.ts';
import { sectionOf } from '../topology/topology.ts';
import type { Template } from '../topology/topology.ts';
import { valueOf } from '../../document/node.ts';
import { textOf } from '../types/lineage.ts';
import { composeShaped } from './container-properties.ts';
import type { Draft } from './draft.ts';
import { extendList, extendMap } from './draft.ts';
import { environmentEntry } from './exports.ts';
import { deployedAs, isImage } from '../definitions/artifact.ts';
import { artifactsOfTemplate, dockerImageOf } from './kind.ts';
import { isLifecycle, operationsOf, propertyMembers } from './members.ts';
import type { Operation } from './members.ts';
import { publishEndpoints, publishSpecs } from './ports.ts';
import { translateResources } from './resources.ts';
import { readScript } from './script.ts';
import type { Translating } from './translating.ts';
import { pathOfFile, valueFor } from './translating.ts';

/**
 * A shell, which hooks need anyway: it ends at once when told to, and takes away what ended inside. Docker's own init would do
 * so too, but some distributions link it against a C library that small images do not have.
 */
const sleepForever: readonly Value[] = ['sh', '-c', "trap 'exit 0' TERM INT; while :; do sleep 3600 & wait $!; done"];

export function translateContainer(draft: Draft, t: Translating): void {
  const { template } = draft;
  const image = imageOf(draft);
  draft.type = typeName.container;
  if (image === undefined && !isImageByKeys(template))
    t.findings.add('LossyTranslation', `"${template.name}" is a container without an image.`, template.at, {
      hint: 'Give it an artifact of type tosca.artifacts.Deployment.Image.Container.Docker.',
    });
  else if (image !== undefined) applyImage(draft, image, t);
  for (const operation of operationsOf(template)) if (isLifecycle(operation)) translateOperation(draft, operation, t);
  copyArtifacts(draft, t);
  for (const member of propertyMembers(template)) {
    const value = valueFor(member, template, t);
    if (value === undefined) continue;
    const said = composeShaped(draft, member.name, value);
    if (said) t.account.carried(member.node);
    else {
      draft.config.set(member.name, value);
      t.account.adapted(member.node, `Kept as the config key "${member.name}".`);
    }
  }
  publishEndpoints(draft, t);
  publishSpecs(draft, t);
  translateResources(draft, t);
}

/** A property may have the name of a config key, and tell what is built or pulled. */
const isImageByKeys = (template: Template): boolean =>
  propertyMembers(template).some(({ name }) => name === 'docker.build.context' || name === 'docker.image.name');

/** A machine that others run in is a container that waits, until it is asked for something else. */
export function translateCompute(draft: Draft, t: Translating): void {
  const { template } = draft;
  const own = dockerImageOf(template);
  if (own !== undefined) applyImage(draft, own, t);
  else {
    draft.type = `docker:${imageOfSystem(draft, t)}`;
    draft.config.set('docker.image.commands', sleepForever);
  }
  for (const member of propertyMembers(template)) {
    const value = valueFor(member, template, t);
    if (value === undefined) continue;
    draft.config.set(member.name, value);
    t.account.adapted(member.node, `Kept as the config key "${member.name}".`);
  }
  publishEndpoints(draft, t);
  translateResources(draft, t);
}

/** The system the template asks for, as Docker's own images are named. */
const images: Readonly<Record<string, string>> = {
  debian: 'debian',
  ubuntu: 'ubuntu',
  fedora: 'fedora',
  centos: 'centos',
  alpine: 'alpine',
  busybox: 'busybox',
  rhel: 'redhat/ubi9',
  redhat: 'redhat/ubi9',
  opensuse: 'opensuse/leap',
  suse: 'opensuse/leap',
  amazonlinux: 'amazonlinux',
  arch: 'archlinux',
};

const defaultImage = 'debian:stable-slim';

function imageOfSystem(draft: Draft, t: Translating): string {
  const os = valueOf(valueOf(sectionOf(draft.template, 'capabilities'), 'os'), 'properties');
  const scope = scopeOfTemplate(draft.template);
  const read = (name: string): string | undefined => {
    const node = valueOf(os, name);
    const value = node === undefined ? undefined : valueFor({ node, scope }, draft.template, t);
    if (node !== undefined) t.account.adapted(node, 'Chooses the image of the container that stands for the machine.');
    return typeof value === 'string'
      ? value
      : typeof value === 'number' && node?.kind === 'scalar'
        ? node.text
        : undefined;
  };
  const distribution = read('distribution')?.toLowerCase();
  const version = read('version');
  read('type');
  const architecture = read('architecture');
  if (architecture === 'x86_64' || architecture === 'arm64')
    draft.config.set('docker.image.platform', architecture === 'x86_64' ? 'linux/amd64' : 'linux/arm64');
  const image = distribution === undefined || !Object.hasOwn(images, distribution) ? undefined : images[distribution];
  if (image === undefined) return defaultImage;
  return version === undefined ? image : `${image}:${version}`;
}

/** `create: image`, as the standard's examples have it, or the first artifact that is an image. */
function imageOf({ template }: Draft): ArtifactDefinition | undefined {
  const artifacts = artifactsOfTemplate(template);
  for (const operation of operationsOf(template)) {
    const { implementation } = operation;
    const primary =
      implementation?.node.kind === 'map' ? valueOf(implementation.node, 'primary') : implementation?.node;
    const named = artifacts.get(textOf(primary) ?? '');
    if (named !== undefined && isImage(named)) return named;
  }
  return dockerImageOf(template);
}

function applyImage(draft: Draft, artifact: ArtifactDefinition, t: Translating): void {
  t.account.carried(artifact.node);
  const file = artifact.file ?? '';
  if (/dockerfile/i.test(artifact.type ?? '') || /(?:^|\/)Dockerfile$/.test(file)) {
    const path = pathOfFile(file, artifact.unit.file, t);
    draft.type = 'docker-container';
    draft.config.set('docker.build.context', folderOf(path));
    draft.config.set('docker.build.dockerfile', path.slice(path.lastIndexOf('/') + 1));
    return;
  }
  const image = parseImageReference(file.replace(/^docker:\/\//, ''));
  draft.type = `docker:${renderImageReference(image)}`;
  const registry = registryOf(artifact);
  if (registry !== undefined) draft.config.set('docker.registry.url', registry);
}

/** Docker Hub needs no name; any other repository is a host. */
function registryOf({ repository, unit }: ArtifactDefinition): string | undefined {
  const url = repository === undefined ? undefined : unit.repositories.get(repository)?.url;
  if (url === undefined || url === '') return undefined;
  const host = url.replace(/^[a-z]+:\/\//i, '').replace(/\/.*$/, '');
  return /(?:^|\.)(?:docker\.com|docker\.io)$/i.test(host) ? undefined : host;
}

/** Inputs are the environment of the container; scripts run inside once it is up, and before it goes. */
function translateOperation(draft: Draft, operation: Operation, t: Translating): void {
  const { template } = draft;
  const environment: (readonly [string, Value])[] = [];
  for (const input of operation.inputs) {
    const value = valueFor(input, template, t);
    if (value === undefined) continue;
    environment.push(environmentEntry(input.name, value));
    t.account.carried(input.node);
  }
  extendMap(draft, 'docker.container.environment', environment);
  const named = textOf(operation.implementation?.node) ?? textOf(valueOf(operation.implementation?.node, 'primary'));
  const artifact = named === undefined ? undefined : artifactsOfTemplate(template).get(named);
  if (artifact !== undefined && isImage(artifact)) return t.account.carried(operation.implementation?.node);
  const script = readScript(operation, template, t);
  if (script === undefined) return;
  const key =
    operation.name === 'stop' || operation.name === 'delete'
      ? 'docker.container.preStop'
      : 'docker.container.postStart';
  const folder = folderFor(template);
  extendList(draft, key, [
    new Map<string, Value>([
      ['command', ['sh', '-c', script.command]],
      ...(script.files.size === 0 ? [] : [['working_dir', folder] as const]),
    ]),
  ]);
  t.account.carried(operation.implementation?.node);
  copyFiles(draft, [...script.files], folder);
}

/** Where files of a node lie in its container, unless it is said. */
const folderFor = ({ name }: Template): string => `/opt/clocker/${name.replaceAll(/[^\w.-]/g, '-')}`;

function copyFiles(draft: Draft, files: readonly (readonly [source: string, target: string])[], folder: string): void {
  const known = draft.config.get('docker.container.files');
  const listed = new Set((isList(known) ? known : []).flatMap((one) => (isMap(one) ? (one.get('target') ?? []) : [])));
  const items = files.flatMap(([source, target]) => {
    const path = posix.resolve('/', folder, target);
    return listed.has(path)
      ? []
      : new Map<string, Value>([
          ['source', source],
          ['target', path],
        ]);
  });
  if (items.length > 0) extendList(draft, 'docker.container.files', items);
}

/** Artifacts that are no image are files beside those of the scripts, or where `deploy_path` says. */
function copyArtifacts(draft: Draft, t: Translating): void {
  for (const artifact of artifactsOfTemplate(draft.template).values()) {
    if (artifact.file === undefined || isImage(artifact)) continue;
    const path = pathOfFile(artifact.file, artifact.unit.file, t);
    const target = posix.resolve('/', folderFor(draft.template), deployedAs(artifact));
    copyFiles(draft, [[path, target]], '/');
    extendMap(draft, 'docker.container.environment', [environmentEntry(artifact.name, target)]);
    t.account.carried(artifact.node);
  }
}
