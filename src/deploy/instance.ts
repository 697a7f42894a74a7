/** The entities of an application as they are to be: clusters have members, conditions are decided. */
import type { Entity } from '../model/entity.ts';
import type { EntityKind } from '../model/entity-types.ts';
import type { Value, ValueMap } from '../model/value.ts';

export type Instance = {
  /** Unique within the application: its plan id, `web.2` for a member, `pod.1.web` for what a member has inside. */
  readonly id: string;
  /** What `$brooklyn:entity("…")` finds it by. */
  readonly planId: string;
  readonly kind: EntityKind;
  readonly type: string;
  readonly name: string;
  readonly config: ValueMap;
  readonly entity: Entity;
  /** Instance id; absent for those right below the application. */
  readonly parent?: string;
  /** Members of a group, by instance id, in order. */
  readonly members: readonly string[];
  /** Of a member, from 1. */
  readonly number?: number;
};

export type Instances = ReadonlyMap<string, Instance>;

/** The instance itself and what it is in, nearest first. */
export function* ancestry(instances: Instances, instance: Instance): Generator<Instance, void, undefined> {
  let current: Instance | undefined = instance;
  while (current !== undefined) {
    yield current;
    current = current.parent === undefined ? undefined : instances.get(current.parent);
  }
}

/** A key's value here or at the nearest ancestor; `root` is the application's own config. */
export function inheritedValue(
  instances: Instances,
  root: ValueMap,
  instance: Instance,
  key: string,
): Value | undefined {
  for (const { config } of ancestry(instances, instance)) if (config.has(key)) return config.get(key);
  return root.get(key);
}

/** The container that software runs in; undefined for what runs in none. */
export function hostOf(instances: Instances, { kind, parent }: Instance): Instance | undefined {
  const around = kind === 'software' && parent !== undefined ? instances.get(parent) : undefined;
  return around === undefined || around.kind === 'container' ? around : hostOf(instances, around);
}

export const isHosted = (instances: Instances, instance: Instance): boolean =>
  hostOf(instances, instance) !== undefined;
