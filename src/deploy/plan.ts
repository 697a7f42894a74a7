/** The difference between a deployment and what is on the engine, as steps. Pure. */
import type { EngineContainer, EngineImage } from '../host/docker.ts';
import { textAt } from '../shape/index.ts';
import type { Change } from './change.ts';
import type { WantedContainer } from './container/desired.ts';
import type { Deployment } from './deployment.ts';
import { ancestry } from './instance.ts';
import { applicationLabel, buildLabel, entityLabel, hashLabel } from './labels.ts';
import type { WantedImage } from './image.ts';
import type { WantedNetwork } from './network.ts';
import { isOf } from './observed.ts';
import type { Observed } from './observed.ts';

export function planNetworks(deployment: Deployment, observed: Observed): readonly Change[] {
  return deployment.networks.flatMap((network): readonly Change[] => {
    const known = observed.networks.find(({ name }) => name === network.name);
    if (network.external) return [];
    if (known === undefined) return [{ kind: 'create-network', network }];
    const isOurs = textAt(known.labels, applicationLabel) === deployment.application;
    const differs = textAt(known.labels, hashLabel) !== network.hash;
    return isOurs && differs && !network.implicit ? [{ kind: 'replace-network', network, id: known.id }] : [];
  });
}

/** A volume that is there is used as it is: its content is worth more than its options. */
export const planVolumes = (deployment: Deployment, observed: Observed): readonly Change[] =>
  deployment.volumes
    .filter(({ name, external }) => !external && !observed.volumes.some((known) => known.name === name))
    .map((volume) => ({ kind: 'create-volume', volume }));

/** `now`: milliseconds since 1970. */
export function planImage(image: WantedImage, known: EngineImage | undefined, now: number): Change | undefined {
  const { build, pull } = image;
  if (build !== undefined) {
    if (known === undefined) return { kind: 'build-image', image, because: 'it is not there' };
    if (build.always) return { kind: 'build-image', image, because: 'it is always built' };
    return textAt(known.labels, buildLabel) === build.hash
      ? undefined
      : { kind: 'build-image', image, because: 'what it is built from changed' };
  }
  if (pull.kind === 'never') return undefined;
  if (known === undefined) return { kind: 'pull-image', image, because: 'it is not there' };
  if (pull.kind === 'always') return { kind: 'pull-image', image, because: 'it is always pulled' };
  if (pull.kind === 'older-than' && now - known.tagged > pull.age)
    return { kind: 'pull-image', image, because: 'it was pulled too long ago' };
  return undefined;
}

/** `imageId`: of the image as it is now; undefined when it is about to be made. */
export function planContainer(
  wanted: WantedContainer,
  known: EngineContainer | undefined,
  imageId: string | undefined,
): Change | undefined {
  if (known === undefined) return { kind: 'create-container', wanted };
  const { id } = known;
  if (textAt(known.labels, hashLabel) !== wanted.hash)
    return { kind: 'replace-container', wanted, id, because: 'its definition changed' };
  if (known.name !== wanted.name)
    return { kind: 'replace-container', wanted, id, because: 'an earlier deployment was cut off' };
  if (imageId !== undefined && imageId !== known.imageId)
    return { kind: 'replace-container', wanted, id, because: 'its image changed' };
  const hasEnded = known.state === 'exited' && known.exitCode === 0 && wanted.isJob;
  return known.running || hasEnded || known.state === 'restarting'
    ? undefined
    : { kind: 'start-container', wanted, id };
}

/** What starting an application does to a container: what is there and does not run is started, as it is. */
export const planStart = (wanted: WantedContainer, known: EngineContainer | undefined): Change | undefined =>
  known === undefined || known.running || known.state === 'restarting'
    ? undefined
    : { kind: 'start-container', wanted, id: known.id };

/** Containers of the application that are nobody's any more. */
export function planSurplus(deployment: Deployment, observed: Observed): readonly Change[] {
  const gone = [...observed.own].filter(([instance]) => deployment.instances.get(instance)?.kind !== 'container');
  return [...gone.map(([, container]) => container), ...observed.surplus].map((container) => ({
    kind: 'remove-container',
    name: container.name,
    id: container.id,
    instance: textAt(container.labels, entityLabel) ?? '',
  }));
}

/** Networks of the application that it no longer has, or has under another name. */
export function planSurplusNetworks(deployment: Deployment, observed: Observed): readonly Change[] {
  const wanted = new Set(deployment.networks.map(({ name }) => name));
  return observed.networks
    .filter(({ labels, name }) => isOf(deployment.application, { labels }) && !wanted.has(name))
    .map(({ name, id }) => ({ kind: 'remove-network', name, id }));
}

/** Networks in the way: they have the name and are somebody else's. */
export const foreignNetworks = (
  deployment: Deployment,
  observed: Observed,
): readonly { readonly network: WantedNetwork; readonly owner: string | undefined }[] =>
  deployment.networks.flatMap((network) => {
    if (network.external || network.implicit) return [];
    const known = observed.networks.find(({ name }) => name === network.name);
    const owner = known === undefined ? deployment.application : textAt(known.labels, applicationLabel);
    return owner === deployment.application ? [] : [{ network, owner }];
  });

/** Containers in the order in which they are stopped: whoever depends on another before it. */
export function stopOrder(
  deployment: Deployment,
  dependsOn: (instance: string) => readonly string[],
): readonly string[] {
  const order: string[] = [];
  const seen = new Set<string>();
  const visit = (id: string): void => {
    if (seen.has(id)) return;
    seen.add(id);
    const instance = deployment.instances.get(id);
    if (instance === undefined) return;
    for (const { id: around } of ancestry(deployment.instances, instance)) dependsOn(around).forEach(visit);
    if (instance.kind === 'container') order.push(id);
  };
  for (const id of deployment.instances.keys()) visit(id);
  return order.reverse();
}
