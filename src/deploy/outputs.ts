/** What an application tells of itself: outputs of a template, sensors of a blueprint's root. Pure. */
import type { Application } from '../model/entity.ts';
import type { Value } from '../model/value.ts';
import { derivedSensors } from './derived.ts';
import type { Derived } from './derived.ts';
import type { Deployment } from './deployment.ts';
import { expandApplication } from './expand.ts';
import type { Instance } from './instance.ts';
import { noMaterials } from './materials.ts';
import type { Found } from './resolve/lookup.ts';
import { resolveValue } from './resolve/resolve.ts';
import type { Scope } from './resolve/resolve.ts';
import { hostSoftware } from './software.ts';

/**
 * Those that are known with what sensors say now. What was handed over with the application is not: an output is no
 * place for a secret.
 */
export function applicationOutputs(
  application: Application,
  sizes: ReadonlyMap<string, number>,
  sensor: Scope['sensor'],
): ReadonlyMap<string, Value> {
  const hosted = hostSoftware(application);
  const outputs = derivedSensors(hosted);
  if (outputs.size === 0) return outputs;
  const { instances } = expandApplication(hosted, sizes);
  return known(outputs, undefined, { instances, root: hosted.config, materials: noMaterials, sensor });
}

/** Sensors an entity has by its own word, as far as they are known. */
export function derivedOf(
  { instances, root }: Pick<Deployment, 'instances' | 'root'>,
  instance: Instance,
  sensor: Scope['sensor'],
): ReadonlyMap<string, Value> {
  const derived = derivedSensors(instance.entity);
  return derived.size === 0 ? derived : known(derived, instance, { instances, root, materials: noMaterials, sensor });
}

const known = (derived: Derived, self: Found, scope: Scope): ReadonlyMap<string, Value> =>
  new Map(
    [...derived].flatMap(([name, value]) => {
      const told = resolveValue(value, self, scope);
      return told.kind === 'value' ? [[name, told.value] as const] : [];
    }),
  );
