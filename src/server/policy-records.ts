/** Policies and endpoints of the store, as they are judged. */
import {
  decodeGlobalNetworkPolicy,
  decodeGlobalNetworkSet,
  decodeNetworkPolicy,
  decodeNetworkSet,
  decodeProfile,
  decodeTier,
  decodeWorkloadEndpoint,
  orderPolicies,
  prefixOfKind,
  type AppliedKind,
  type Endpoint,
  type Policy,
  type Rulebook,
} from '../../plugins/policy/index.ts';
import { allWorkloadEndpointsPrefix, nodesPrefix, workloadEndpointKey } from '../model/network/keys.ts';
import { decodeNode, type NodeFacts } from '../model/network/node.ts';
import type { EndpointRecord, NetworkRecord } from '../model/network/records.ts';
import { workloadEndpointName } from '../model/network/resources.ts';
import type { Store } from '../store/index.ts';
import { readEndpoints, readNetworks } from './network-records.ts';

export type StoredPolicy = {
  readonly kind: 'NetworkPolicy' | 'GlobalNetworkPolicy';
  readonly key: string;
  readonly value: string;
  /** Undefined: it can't be read. */
  readonly policy: Policy | undefined;
};

async function all<T>(store: Store, prefix: string, decode: (value: string) => T | undefined): Promise<readonly T[]> {
  return (await store.list(prefix)).entries.flatMap(({ value }) => decode(value) ?? []);
}

const list = <T>(store: Store, kind: AppliedKind, decode: (value: string) => T | undefined): Promise<readonly T[]> =>
  all(store, prefixOfKind(kind), decode);

export async function readStoredPolicies(store: Store): Promise<readonly StoredPolicy[]> {
  const kinds = [
    ['NetworkPolicy', decodeNetworkPolicy],
    ['GlobalNetworkPolicy', decodeGlobalNetworkPolicy],
  ] as const;
  const lists = await Promise.all(
    kinds.map(async ([kind, decode]) =>
      (await store.list(prefixOfKind(kind))).entries.map(({ key, value }) => ({
        kind,
        key,
        value,
        policy: decode(value),
      })),
    ),
  );
  return lists.flat();
}

export async function readRulebook(store: Store): Promise<Rulebook> {
  const [stored, tiers, profiles, own, global] = await Promise.all([
    readStoredPolicies(store),
    list(store, 'Tier', decodeTier),
    list(store, 'Profile', decodeProfile),
    list(store, 'NetworkSet', decodeNetworkSet),
    list(store, 'GlobalNetworkSet', decodeGlobalNetworkSet),
  ]);
  return {
    tiers: orderPolicies(
      tiers,
      stored.flatMap(({ policy }) => policy ?? []),
    ),
    profiles: new Map(profiles.map((profile) => [profile.name, profile])),
    sets: [...own, ...global],
  };
}

/** An endpoint as policies see it, with what Clocker knows of it. */
export type KnownEndpoint = {
  readonly endpoint: Endpoint;
  readonly record?: EndpointRecord;
  readonly network?: NetworkRecord;
};

export type Population = { readonly endpoints: readonly KnownEndpoint[]; readonly nodes: readonly NodeFacts[] };

export async function readPopulation(store: Store): Promise<Population> {
  const [workloads, records, networks, nodes] = await Promise.all([
    store.list(allWorkloadEndpointsPrefix),
    readEndpoints(store),
    readNetworks(store),
    all(store, nodesPrefix, decodeNode),
  ]);
  const byKey = new Map(records.map((one) => [workloadEndpointKey(workloadEndpointName(one.node, one.id)), one]));
  const byId = new Map(networks.map((one) => [one.id, one]));
  const endpoints = workloads.entries.flatMap(({ key, value }): readonly KnownEndpoint[] => {
    const endpoint = decodeWorkloadEndpoint(value);
    if (endpoint === undefined) return [];
    const record = byKey.get(key);
    const network = record === undefined ? undefined : byId.get(record.network);
    return [{ endpoint, ...(record === undefined ? {} : { record }), ...(network === undefined ? {} : { network }) }];
  });
  return { endpoints, nodes };
}
