/** Which containers have work that ends: then being gone is being done, not being down. Pure. */
import { parseLatch, readySensor } from '../model/latches.ts';
import { readMap, readString, textOf } from '../model/read.ts';
import type { ValueMap } from '../model/value.ts';
import type { Instance, Instances } from './instance.ts';
import { ancestry } from './instance.ts';
import { findEntity } from './resolve/lookup.ts';

/** Instance ids: those that others wait for to be completed, and those that say that they end. */
export function jobsIn(instances: Instances): ReadonlySet<string> {
  const awaited = new Set<string>();
  for (const instance of instances.values())
    for (const { entity, sensor } of parseLatch(instance.config.get('latch.start'))) {
      const search = sensor === readySensor.completed ? findEntity(instances, instance, entity) : undefined;
      if (search?.kind === 'found' && search.entity !== undefined) awaited.add(search.entity.id);
    }
  const isJob = (instance: Instance): boolean =>
    saysSo(instance.config) || [...ancestry(instances, instance)].some(({ id }) => awaited.has(id));
  return new Set([...instances.values()].filter(isJob).map(({ id }) => id));
}

/** Started again only when it failed, or of a mode that is one of jobs. */
function saysSo(config: ValueMap): boolean {
  const restart = readString(config, 'docker.container.restartPolicy') ?? '';
  const condition = textOf(readMap(config, 'docker.service.restartPolicy')?.get('condition'));
  const mode = readString(config, 'docker.service.mode') ?? '';
  return restart.startsWith('on-failure') || condition === 'on-failure' || mode.endsWith('-job');
}
