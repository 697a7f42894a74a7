/**
 * Resources -> what is judged (libcalico-go/lib/backend/syncersv1/updateprocessors). Everything that is wrong is told by
 * its path in the resource; what is wrong anywhere makes the whole resource unusable, as in Calico.
 */
import { formatAddress } from '../../src/ip/address.ts';
import { parseCidr } from '../../src/ip/prefix.ts';
import {
  defaultTier,
  namespaceLabel,
  type Direction,
  type Endpoint,
  type NamedPort,
  type NetworkSet,
  type Policy,
  type Profile,
  type Tier,
} from './model.ts';
import { readNets } from './nets.ts';
import { protocolNumber } from './protocols.ts';
import { readRules } from './rules.ts';
import { allOf, type Selector } from './selector/selector.ts';
import { readNamespaces, readSelector, readServiceAccounts, type Issues } from './selectors.ts';
import type { PolicySpec, PortResource, ResourceOf } from './shapes.ts';

export function readPolicy(
  resource: ResourceOf<'NetworkPolicy'> | ResourceOf<'GlobalNetworkPolicy'>,
  issues: Issues,
): Policy {
  const { kind, metadata, spec = {} } = resource;
  const namespace = kind === 'NetworkPolicy' ? (metadata.namespace ?? 'default') : undefined;
  return {
    kind,
    name: metadata.name,
    ...(namespace === undefined ? {} : { namespace }),
    tier: spec.tier === undefined || spec.tier === null || spec.tier === '' ? defaultTier.name : spec.tier,
    ...(spec.order === undefined || spec.order === null ? {} : { order: spec.order }),
    selector: whom(spec, namespace, issues),
    types: typesOf(spec),
    ingress: readRules(spec.ingress ?? [], namespace, 'spec.ingress', issues),
    egress: readRules(spec.egress ?? [], namespace, 'spec.egress', issues),
    isPreDnat: spec.preDNAT === true,
    isUntracked: spec.doNotTrack === true,
    appliesOnForward: spec.applyOnForward === true,
  };
}

/** A namespaced policy is for the workloads of its namespace; a global one for all, or for some namespaces. */
function whom(spec: PolicySpec, namespace: string | undefined, issues: Issues): Selector {
  const namespaces =
    namespace === undefined
      ? readNamespaces(spec.namespaceSelector, 'spec.namespaceSelector', issues)
      : ({ kind: 'equals', label: namespaceLabel, value: namespace } as const);
  return allOf(
    namespaces,
    readServiceAccounts({ selector: spec.serviceAccountSelector }, 'spec.serviceAccountSelector', issues),
    readSelector(spec.selector, 'spec.selector', issues),
  );
}

/** Where nothing is said: the directions it has rules for, and ingress when it has none (clientv3, defaultPolicyTypesField). */
function typesOf({ types, ingress, egress }: PolicySpec): ReadonlySet<Direction> {
  if (types !== undefined && types !== null && types.length > 0)
    return new Set(types.map((type) => (type === 'Ingress' ? 'ingress' : 'egress')));
  if ((egress ?? []).length === 0) return new Set(['ingress']);
  return (ingress ?? []).length === 0 ? new Set(['egress']) : new Set(['ingress', 'egress']);
}

export function readTier({ metadata, spec }: ResourceOf<'Tier'>): Tier {
  return {
    name: metadata.name,
    ...(spec?.order === undefined || spec.order === null ? {} : { order: spec.order }),
    defaultAction: spec?.defaultAction === 'Pass' ? 'pass' : 'deny',
  };
}

export const readProfile = ({ metadata, spec }: ResourceOf<'Profile'>, issues: Issues): Profile => ({
  name: metadata.name,
  ingress: readRules(spec?.ingress ?? [], undefined, 'spec.ingress', issues),
  egress: readRules(spec?.egress ?? [], undefined, 'spec.egress', issues),
  labelsToApply: new Map(Object.entries(spec?.labelsToApply ?? {})),
});

export function readSet(
  { kind, metadata, spec }: ResourceOf<'NetworkSet'> | ResourceOf<'GlobalNetworkSet'>,
  issues: Issues,
): NetworkSet {
  const namespace = kind === 'NetworkSet' ? (metadata.namespace ?? 'default') : undefined;
  return {
    name: metadata.name,
    ...(namespace === undefined ? {} : { namespace }),
    labels: new Map([
      ...Object.entries(metadata.labels ?? {}),
      ...(namespace === undefined ? [] : [[namespaceLabel, namespace] as const]),
    ]),
    nets: readNets(spec?.nets, 'spec.nets', issues),
  };
}

const addressOf = (cidr: string): readonly string[] => {
  const parsed = parseCidr(cidr);
  return parsed === undefined ? [] : [formatAddress(parsed.address)];
};

const readPorts = (ports: readonly PortResource[] | null | undefined): readonly NamedPort[] =>
  (ports ?? []).flatMap(({ name, protocol, port }) => {
    const known = protocolNumber(protocol);
    return known === undefined ? [] : { name, protocol: known, port };
  });

export function readWorkload({ metadata, spec = {} }: ResourceOf<'WorkloadEndpoint'>): Endpoint {
  const namespace = metadata.namespace ?? undefined;
  return {
    kind: 'workload',
    name: metadata.name,
    ...(namespace === undefined ? {} : { namespace }),
    node: spec.node ?? '',
    labels: new Map(Object.entries(metadata.labels ?? {})),
    profiles: spec.profiles ?? [],
    addresses: (spec.ipNetworks ?? []).flatMap(addressOf),
    ports: readPorts(spec.ports),
  };
}

/** `interfaceName` as in the resource: `*` is every interface of the host, '' is found by the addresses. */
export type HostEndpoint = Endpoint & { readonly kind: 'host'; readonly interfaceName: string };

export const readHostEndpoint = ({ metadata, spec = {} }: ResourceOf<'HostEndpoint'>): HostEndpoint => ({
  kind: 'host',
  name: metadata.name,
  node: spec.node ?? '',
  labels: new Map(Object.entries(metadata.labels ?? {})),
  profiles: spec.profiles ?? [],
  addresses: (spec.expectedIPs ?? []).flatMap(addressOf),
  ports: readPorts(spec.ports),
  interfaceName: spec.interfaceName ?? '',
});
