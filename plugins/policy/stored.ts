/** Where a resource is stored, under which name, and how (Calico v3 etcd layout). */
import {
  endpointNamespace,
  globalNetworkPoliciesPrefix,
  globalNetworkSetsPrefix,
  hostEndpointsPrefix,
  networkPoliciesPrefix,
  networkSetsPrefix,
  profilesPrefix,
  tiersPrefix,
} from '../../src/model/network/keys.ts';
import { parseJson, renderJson } from '../../src/model/network/json.ts';
import { readPolicy } from './translate.ts';
import type { AppliedKind, AppliedResource } from './shapes.ts';

const prefixes = {
  NetworkPolicy: networkPoliciesPrefix,
  GlobalNetworkPolicy: globalNetworkPoliciesPrefix,
  Tier: tiersPrefix,
  Profile: profilesPrefix,
  NetworkSet: networkSetsPrefix,
  GlobalNetworkSet: globalNetworkSetsPrefix,
  HostEndpoint: hostEndpointsPrefix,
} as const satisfies Record<AppliedKind, string>;

export const prefixOfKind = (kind: AppliedKind): string => prefixes[kind];
export const isNamespaced = (kind: AppliedKind): boolean => kind === 'NetworkPolicy' || kind === 'NetworkSet';
const isPolicy = (kind: AppliedKind): boolean => kind === 'NetworkPolicy' || kind === 'GlobalNetworkPolicy';

/** Up to Calico 3.30 a policy of the default tier is stored as `default.<name>`; the others bear their tier already. */
export const storedName = (kind: AppliedKind, name: string, tier = 'default'): string =>
  isPolicy(kind) && tier === 'default' && !name.startsWith('default.') ? `default.${name}` : name;

/** What a person calls it. */
export const shownName = (name: string): string => name.replace(/^default\./, '');

export const resourceKey = (kind: AppliedKind, name: string, namespace: string = endpointNamespace): string =>
  isNamespaced(kind) ? `${prefixes[kind]}${namespace}/${name}` : `${prefixes[kind]}${name}`;

export type Fresh = { readonly uid: string /** RFC 3339 */; readonly creationTimestamp: string };

export type ToStore = {
  readonly key: string;
  readonly name: string;
  readonly value: string;
  readonly isChanged: boolean;
};

/**
 * The resource as Calico's client writes it: what it fills in is filled in, uid and time of creation are those of the
 * one that is there, and what is only for reading is left out.
 */
export function toStore(
  resource: AppliedResource,
  fresh: Fresh,
  current: (key: string) => string | undefined,
): ToStore {
  const { kind, apiVersion, metadata } = resource;
  const spec = filled(resource);
  const tier = 'tier' in spec && typeof spec['tier'] === 'string' ? spec['tier'] : 'default';
  const name = storedName(kind, metadata.name, tier);
  const namespace = isNamespaced(kind) ? (metadata.namespace ?? endpointNamespace) : undefined;
  const key = resourceKey(kind, name, namespace);
  const before = current(key);
  const value = renderJson({
    kind,
    apiVersion,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...{ uid: fresh.uid, creationTimestamp: fresh.creationTimestamp, ...keptOf(before) },
      ...given('labels', metadata.labels),
      ...given('annotations', metadata.annotations),
    },
    spec,
  });
  return { key, name, value, isChanged: value !== before };
}

const given = (key: string, value: unknown): Readonly<Record<string, unknown>> =>
  value === undefined || value === null ? {} : { [key]: value };

function keptOf(text: string | undefined): Partial<Fresh> {
  if (text === undefined) return {};
  try {
    const value = parseJson(text);
    const metadata = isObject(value) ? value['metadata'] : undefined;
    if (!isObject(metadata)) return {};
    const { uid, creationTimestamp } = metadata;
    return {
      ...(typeof uid === 'string' && uid !== '' ? { uid } : {}),
      ...(typeof creationTimestamp === 'string' && creationTimestamp !== '' ? { creationTimestamp } : {}),
    };
  } catch {
    return {};
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Policies get their types and tier written out (clientv3, defaultPolicyTypesField). */
function filled(resource: AppliedResource): Readonly<Record<string, unknown>> {
  const spec = { ...resource.spec };
  if (resource.kind !== 'NetworkPolicy' && resource.kind !== 'GlobalNetworkPolicy') return withoutNulls(spec);
  const { types, tier } = readPolicy(resource, []);
  return withoutNulls({ ...spec, tier, types: [...types].map((type) => (type === 'ingress' ? 'Ingress' : 'Egress')) });
}

const withoutNulls = (spec: object): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== null && value !== undefined));
