/**
 * How the containers of a service are replaced: Compose's `deploy.update_config` and `rollback_config`, with the words and
 * defaults of Docker's services. Pure.
 */
import { readNumber, textOf } from '../model/read.ts';
import type { Value, ValueMap } from '../model/value.ts';
import { isMap } from '../model/value.ts';
import { inheritedValue } from './instance.ts';
import type { Instance, Instances } from './instance.ts';
import { asMilliseconds } from './container/readers.ts';
import type { Complain } from './problems.ts';

export const failureActions = ['pause', 'continue', 'rollback'] as const;
export const updateOrders = ['stop-first', 'start-first'] as const;

export type UpdatePolicy = {
  /** Members replaced at once; 0 is all. */
  readonly parallelism: number;
  /** Milliseconds between one and the next. */
  readonly delay: number;
  readonly failureAction: (typeof failureActions)[number];
  /** Milliseconds that a new one must stay up before its replacement counts as done. */
  readonly monitor: number;
  /** Part of all members, 0 to 1, whose failure is borne. */
  readonly maxFailureRatio: number;
  readonly order: (typeof updateOrders)[number];
};

/** Where nothing is said, members go one by one, each when the one before is up; nobody waits longer than for that. */
const unsaid: UpdatePolicy = {
  parallelism: 1,
  delay: 0,
  failureAction: 'pause',
  monitor: 0,
  maxFailureRatio: 0,
  order: 'stop-first',
};

/** As Docker has it where an update is described, though not for how long it is watched. */
const standardMonitor = 5000;

export function readUpdatePolicy(value: Value, complain: Complain): UpdatePolicy {
  if (!isMap(value)) {
    if (value !== null) complain('deploy-value', 'An update is described by a map.');
    return unsaid;
  }
  const duration = (key: string, standard: number): number => {
    const said = value.get(key);
    return said === undefined || said === null ? standard : (asMilliseconds(said, complain) ?? standard);
  };
  return {
    parallelism: numberIn(value, 'parallelism', { standard: 1, most: 5000 }, complain),
    delay: duration('delay', 0),
    failureAction: wordIn(value, 'failure_action', failureActions, complain),
    monitor: duration('monitor', standardMonitor),
    maxFailureRatio: numberIn(value, 'max_failure_ratio', { standard: 0, most: 1 }, complain),
    order: wordIn(value, 'order', updateOrders, complain),
  };
}

type Bounds = { readonly standard: number; readonly most: number };

function numberIn(map: ValueMap, key: string, { standard, most }: Bounds, complain: Complain): number {
  const said = map.get(key);
  if (said === undefined || said === null) return standard;
  const number = readNumber(map, key);
  if (number !== undefined && number >= 0 && number <= most) return number;
  complain('deploy-value', `${key} is a number from 0 to ${most}.`);
  return standard;
}

function wordIn<W extends string>(map: ValueMap, key: string, words: readonly [W, ...W[]], complain: Complain): W {
  const said = map.get(key);
  const [standard] = words;
  if (said === undefined || said === null) return standard;
  const known = words.find((word) => word === textOf(said));
  if (known === undefined) complain('deploy-value', `${key} is one of ${words.join(', ')}.`);
  return known ?? standard;
}

export type UpdateGroup = {
  /** Instance id of the cluster, or of the container that is alone. */
  readonly id: string;
  readonly policy: UpdatePolicy;
  /** Containers in it. */
  readonly size: number;
  /** Somebody described how it is updated. */
  readonly isDescribed: boolean;
};

type Places = { readonly instances: Instances; readonly root: ValueMap };

/** `key`: `docker.service.update`, or `docker.service.rollback` while an older application is put back. */
export function updateGroupOf({ instances, root }: Places, instance: Instance, key: string): UpdateGroup {
  const around = instance.parent === undefined ? undefined : instances.get(instance.parent);
  const isMember = around?.kind === 'cluster';
  const value = inheritedValue(instances, root, instance, key) ?? null;
  return {
    id: isMember ? around.id : instance.id,
    policy: readUpdatePolicy(value, () => undefined),
    size: isMember ? around.members.length : 1,
    isDescribed: isMap(value),
  };
}

/** Whether a failure takes the whole application back: a service of it wants so. */
export const wantsRollback = ({ instances, root }: Places): boolean =>
  [...instances.values()].some(
    (instance) =>
      instance.kind === 'container' &&
      updateGroupOf({ instances, root }, instance, 'docker.service.update').policy.failureAction === 'rollback',
  );
