/** What an instance waits for before it starts: its latches, those of what it is in, and whom it cannot be without. */
import type { Problem } from '../diagnostic/problem.ts';
import { parseLatch, readySensor } from '../model/latches.ts';
import { readMap, readString, readTexts, textEntries, textOf } from '../model/read.ts';
import { chainsIn, referencedId } from '../model/traverse.ts';
import { isDeferred } from '../model/value.ts';
import type { Deployment } from './deployment.ts';
import { effectiveConfig } from './deployment.ts';
import { ancestry, hostOf } from './instance.ts';
import type { Instance } from './instance.ts';
import { deployProblem } from './problems.ts';
import { findEntity } from './resolve/lookup.ts';
import type { SensorReference } from './resolve/resolve.ts';

export type Dependencies = { readonly waits: readonly SensorReference[]; readonly problems: readonly Problem[] };

export function dependenciesOf(deployment: Deployment, instance: Instance): Dependencies {
  const problems: Problem[] = [];
  const waits = new Map<string, SensorReference>();
  const own = [...ancestry(deployment.instances, instance)];
  const optional = new Set(
    own.flatMap(({ config }) => readTexts(config, 'docker.container.dependencies.optional') ?? []),
  );
  const wait = (id: string, sensor: string): void => {
    const search = findEntity(deployment.instances, instance, id);
    const found = search.kind === 'found' ? search.entity : undefined;
    // Waiting for oneself, or for a group one is in, would never end.
    if (found !== undefined && !own.includes(found) && hostOf(deployment.instances, found) !== instance)
      waits.set(`${found.id} ${sensor}`, { instance: found.id, sensor });
    if (found === undefined && !optional.has(id))
      problems.push(deployProblem('deploy-reference', instance.id, `It waits for "${id}", which is not deployed.`));
  };
  for (const { config } of own)
    for (const { entity, sensor } of parseLatch(config.get('latch.start'))) wait(entity, sensor);
  for (const id of sharedWith(deployment, instance)) wait(id, readySensor.running);
  return { waits: [...waits.values()], problems };
}

/** Entities whose container must run for this one to be made: namespaces, volumes, links. */
function sharedWith(deployment: Deployment, instance: Instance): readonly string[] {
  const config = effectiveConfig(deployment.instances, deployment.root, instance);
  const modes = ['networkMode', 'ipc', 'pid', 'uts'].flatMap((key) => {
    const text = readString(config, `docker.container.${key}`) ?? '';
    return text.startsWith('service:') ? [text.slice('service:'.length)] : [];
  });
  const volumes = (readTexts(config, 'docker.container.volumes.import') ?? []).flatMap((text) => {
    const [id = ''] = text.split(':');
    return id === 'container' ? [] : [id];
  });
  const links = textEntries(readMap(config, 'docker.container.links')).flatMap(([alias, target]) => {
    if (!isDeferred(target)) return textOf(target) ?? alias;
    const [chain] = chainsIn(target);
    return chain === undefined ? [] : (referencedId(chain) ?? []);
  });
  return [...modes, ...volumes, ...links];
}

/** Instances whose containers must be there before this one's: members instead of groups. */
export function containersBehind(deployment: Deployment, id: string): readonly string[] {
  const instance = deployment.instances.get(id);
  if (instance === undefined) return [];
  if (instance.kind === 'container') return [id];
  const host = hostOf(deployment.instances, instance);
  if (host !== undefined) return [host.id];
  const inside = [...deployment.instances.values()].filter((each) => each.parent === id);
  return inside.flatMap((each) => containersBehind(deployment, each.id));
}
