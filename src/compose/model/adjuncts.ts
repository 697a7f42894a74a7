/**
 * Policies and enrichers that follow from what a service says: a health check is watched, and what fails is restarted.
 * They are derived, so a compose file need not say them; one that differs is kept in `x-clocker`.
 */
import { enricherType, policyType } from '../../model/entity-types.ts';
import type { Adjunct } from '../../model/entity.ts';
import type { Value, ValueMap } from '../../model/value.ts';
import { isList } from '../../model/value.ts';
import { mapValue } from './values.ts';

export type Adjuncts = { readonly policies: readonly Adjunct[]; readonly enrichers: readonly Adjunct[] };

const windowKey = 'failOnRecurringFailuresInThisDuration';

const restartPolicyKey = 'docker.service.restartPolicy';

const isRestarted = (config: ValueMap): boolean => {
  const condition = mapValue(config.get(restartPolicyKey)).get('condition');
  if (config.has(restartPolicyKey)) return condition !== 'none';
  const restart = config.get('docker.container.restartPolicy');
  return restart !== undefined && restart !== 'no';
};

const isWatched = (config: ValueMap): boolean => {
  const check = mapValue(config.get('docker.container.healthcheck'));
  const test = check.get('test');
  return check.size > 0 && check.get('disable') !== true && !(isList(test) && test[0] === 'NONE');
};

/** The window of `restart_policy` is said by the restarter, so it is taken from the config. */
export function deriveAdjuncts(config: ValueMap): { readonly config: Map<string, Value>; readonly adjuncts: Adjuncts } {
  const rest = new Map<string, Value>();
  for (const [key, value] of config) if (typeof key === 'string') rest.set(key, value);
  const restarted = isRestarted(config);
  const policy = new Map(mapValue(config.get(restartPolicyKey)));
  const window = restarted ? policy.get('window') : undefined;
  if (window !== undefined) {
    policy.delete('window');
    rest.set(restartPolicyKey, policy);
  }
  const detector: Adjunct = { type: enricherType.serviceFailureDetector, config: new Map() };
  const restarter: Adjunct = {
    type: policyType.serviceRestarter,
    config: window === undefined ? new Map() : new Map([[windowKey, window]]),
  };
  return {
    config: rest,
    adjuncts: {
      policies: restarted ? [restarter] : [],
      enrichers: restarted || isWatched(config) ? [detector] : [],
    },
  };
}

/** Puts the restarter's window back where Compose says it. */
export function absorbWindow(config: ValueMap, policies: readonly Adjunct[]): ValueMap {
  if (!config.has(restartPolicyKey)) return config;
  const window = policies.find((policy) => policy.type === policyType.serviceRestarter)?.config.get(windowKey);
  if (typeof window !== 'string') return config;
  return new Map(config).set(restartPolicyKey, new Map(mapValue(config.get(restartPolicyKey))).set('window', window));
}
