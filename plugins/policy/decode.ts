/** Resources of the store, read back. Anybody may have written them: undefined for what can't be used. */
import { parseJson } from '../../src/model/network/json.ts';
import { readShape } from '../../src/shape/index.ts';
import type { Endpoint, NetworkSet, Policy, Profile, Tier } from './model.ts';
import type { Issues } from './selectors.ts';
import { storedShapes, type Kind, type ResourceOf } from './shapes.ts';
import {
  readHostEndpoint,
  readPolicy,
  readProfile,
  readSet,
  readTier,
  readWorkload,
  type HostEndpoint,
} from './translate.ts';

function decodeAs<K extends Kind>(kind: K, value: string): ResourceOf<K> | undefined {
  try {
    const read = readShape<ResourceOf<Kind>>(storedShapes[kind], parseJson(value));
    return read.kind === 'value' && isKind(read.value, kind) ? read.value : undefined;
  } catch {
    return undefined;
  }
}

const isKind = <K extends Kind>(resource: ResourceOf<Kind>, kind: K): resource is ResourceOf<K> & ResourceOf<Kind> =>
  resource.kind === kind;

/** What has a mistake is not used at all: half a policy would say something else. */
const sound = <T>(read: (issues: Issues) => T): T | undefined => {
  const issues: Issues = [];
  const value = read(issues);
  return issues.length === 0 ? value : undefined;
};

const then = <A, B>(value: A | undefined, next: (value: A) => B | undefined): B | undefined =>
  value === undefined ? undefined : next(value);

export const decodeNetworkPolicy = (value: string): Policy | undefined =>
  then(decodeAs('NetworkPolicy', value), (one) => sound((issues) => readPolicy(one, issues)));
export const decodeGlobalNetworkPolicy = (value: string): Policy | undefined =>
  then(decodeAs('GlobalNetworkPolicy', value), (one) => sound((issues) => readPolicy(one, issues)));
export const decodeTier = (value: string): Tier | undefined => then(decodeAs('Tier', value), readTier);
export const decodeProfile = (value: string): Profile | undefined =>
  then(decodeAs('Profile', value), (one) => sound((issues) => readProfile(one, issues)));
export const decodeNetworkSet = (value: string): NetworkSet | undefined =>
  then(decodeAs('NetworkSet', value), (one) => sound((issues) => readSet(one, issues)));
export const decodeGlobalNetworkSet = (value: string): NetworkSet | undefined =>
  then(decodeAs('GlobalNetworkSet', value), (one) => sound((issues) => readSet(one, issues)));
export const decodeWorkloadEndpoint = (value: string): Endpoint | undefined =>
  then(decodeAs('WorkloadEndpoint', value), readWorkload);
export const decodeHostEndpoint = (value: string): HostEndpoint | undefined =>
  then(decodeAs('HostEndpoint', value), readHostEndpoint);
