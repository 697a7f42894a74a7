/** The policies of the cluster as this host follows them, and what their selectors select. */
import { workloadLabels } from '../../../src/model/network/labels.ts';
import {
  allWorkloadEndpointsPrefix,
  felixConfigurationKey,
  felixConfigurationsPrefix,
  globalNetworkPoliciesPrefix,
  globalNetworkSetsPrefix,
  hostEndpointsPrefix,
  networkPoliciesPrefix,
  networkSetsPrefix,
  ownFelixConfigurationKey,
  profilesPrefix,
  tiersPrefix,
  workloadEndpointKey,
} from '../../../src/model/network/keys.ts';
import { profileName, workloadEndpointName } from '../../../src/model/network/resources.ts';
import type { Item, Mirror, View } from '../../../src/store/index.ts';
import {
  decodeFailsafe,
  decodeGlobalNetworkPolicy,
  decodeGlobalNetworkSet,
  decodeHostEndpoint,
  decodeNetworkPolicy,
  decodeNetworkSet,
  decodeProfile,
  decodeTier,
  decodeWorkloadEndpoint,
  effectiveLabels,
  orderPolicies,
  usualFailsafe,
  type Endpoint,
  type Failsafe,
  type HostEndpoint,
  type Labels,
  type NetworkSet,
  type OrderedTier,
  type Policy,
  type Profile,
} from '../../policy/index.ts';
import type { Attachment } from '../desired.ts';
import { createMemberIndex, type MemberIndex, type Source } from './policy-members.ts';

/** What a mirror must hold besides the records of this host. */
export const policyPrefixes: readonly string[] = [
  networkPoliciesPrefix,
  globalNetworkPoliciesPrefix,
  tiersPrefix,
  profilesPrefix,
  networkSetsPrefix,
  globalNetworkSetsPrefix,
  hostEndpointsPrefix,
  allWorkloadEndpointsPrefix,
  felixConfigurationsPrefix,
];

/** An endpoint of this host as policies see it. */
export type Subject = { readonly labels: Labels; readonly isComplete: boolean };

export type PolicyBook = {
  /** Another number after every change of policies, tiers or profiles. */
  readonly revision: number;
  readonly tiers: readonly OrderedTier[];
  readonly hostEndpoints: Iterable<HostEndpoint>;
  /** Of this host's interfaces. */
  readonly failsafe: Failsafe;
  /** Whether there is anything to judge by. */
  readonly isAny: boolean;
  /** Labels of an attachment of this host; complete when its container is known. */
  subjectOf(attachment: Attachment): Subject;
  labelsOf(endpoint: Endpoint): Labels;
  profileNamed(name: string): Profile | undefined;
  readonly members: MemberIndex;
  /** Policies that can't be read, by their key: they have no effect. */
  readonly unusable: readonly string[];
  onChange(listener: () => void): void;
};

/** The same for every endpoint, which there are many of. */
const none: readonly never[] = [];

export function keepPolicies(mirror: Pick<Mirror, 'view' | 'feed' | 'get'>, node: string): PolicyBook {
  const own: View<Policy> = mirror.view(networkPoliciesPrefix, ({ value }) => decodeNetworkPolicy(value));
  const global: View<Policy> = mirror.view(globalNetworkPoliciesPrefix, ({ value }) =>
    decodeGlobalNetworkPolicy(value),
  );
  const tiers = mirror.view(tiersPrefix, ({ value }) => decodeTier(value));
  const profiles: View<Profile> = mirror.view(profilesPrefix, ({ value }) => decodeProfile(value));
  const sets: readonly View<NetworkSet>[] = [
    mirror.view(networkSetsPrefix, ({ value }) => decodeNetworkSet(value)),
    mirror.view(globalNetworkSetsPrefix, ({ value }) => decodeGlobalNetworkSet(value)),
  ];
  const hosts: View<HostEndpoint> = mirror.view(hostEndpointsPrefix, ({ value }) => decodeHostEndpoint(value));
  const felix = mirror.view(felixConfigurationsPrefix, ({ key, value }) =>
    key === felixConfigurationKey || key === ownFelixConfigurationKey(node) ? decodeFailsafe(value) : undefined,
  );
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of listeners) listener();
  };

  let revision = 1;
  let ordered: readonly OrderedTier[] | undefined;
  const profileNamed = (name: string): Profile | undefined => profiles.items.get(`${profilesPrefix}${name}`)?.value;
  const labelsOf = (endpoint: Pick<Endpoint, 'labels' | 'profiles'>): Labels => effectiveLabels(endpoint, profileNamed);

  /** Opened by the first selector somebody asks for: without policies nobody needs to know all endpoints. */
  let readWorkloads: (() => void) | undefined;
  const index = createMemberIndex();

  const ofEndpoint = (endpoint: Endpoint | undefined): Source | undefined =>
    endpoint === undefined
      ? undefined
      : { labels: labelsOf(endpoint), addresses: endpoint.addresses, ports: endpoint.ports, nets: none };
  const ofSet = (set: NetworkSet | undefined): Source | undefined =>
    set === undefined ? undefined : { labels: set.labels, addresses: [], ports: [], nets: set.nets };

  function follow<T>(view: View<T>, sourceOf: (value: T | undefined) => Source | undefined): void {
    view.onChange((changes) => {
      for (const { key, after } of changes) index.put(key, sourceOf(after?.value));
      tell();
    });
  }

  function fill<T>(items: ReadonlyMap<string, Item<T>>, sourceOf: (value: T) => Source | undefined): void {
    for (const [key, { value }] of items) index.put(key, sourceOf(value));
  }

  function fillOthers(): void {
    fill(hosts.items, ofEndpoint);
    for (const view of sets) fill(view.items, ofSet);
  }

  function fillAll(): void {
    if (readWorkloads === undefined) return;
    readWorkloads();
    fillOthers();
  }

  function open(): void {
    if (readWorkloads !== undefined) return;
    let isFilling = true;
    // Who fills it is about to ask.
    readWorkloads = mirror.feed(
      allWorkloadEndpointsPrefix,
      ({ value }) => decodeWorkloadEndpoint(value),
      (changes) => {
        for (const { key, value } of changes) index.put(key, ofEndpoint(value));
        if (!isFilling) tell();
      },
    );
    isFilling = false;
    fillOthers();
    follow(hosts, ofEndpoint);
    for (const view of sets) follow(view, ofSet);
  }

  const changed = (): void => {
    revision++;
    ordered = undefined;
    tell();
  };
  for (const view of [own, global, tiers]) view.onChange(changed);
  profiles.onChange(() => {
    index.clear();
    fillAll();
    changed();
  });
  hosts.onChange(changed);
  felix.onChange(changed);

  /** What Calico's tools have added to the labels of an endpoint of this host, as of its last change. */
  const added = new Map<string, { readonly revision: number; readonly endpoint: Endpoint | undefined }>();
  function resourceOf(id: string): Endpoint | undefined {
    const key = workloadEndpointKey(workloadEndpointName(node, id));
    const entry = mirror.get(key);
    if (entry === undefined) {
      added.delete(key);
      return undefined;
    }
    const known = added.get(key);
    if (known?.revision === entry.revision) return known.endpoint;
    const endpoint = decodeWorkloadEndpoint(entry.value);
    added.set(key, { revision: entry.revision, endpoint });
    return endpoint;
  }

  return {
    get revision() {
      return revision;
    },
    get isAny() {
      return [own, global, hosts].some((view) => view.items.size > 0);
    },
    get tiers() {
      ordered ??= orderPolicies(
        [...tiers.items.values()].map(({ value }) => value),
        [...own.items.values(), ...global.items.values()].map(({ value }) => value),
      );
      return ordered;
    },
    get hostEndpoints() {
      return [...hosts.items.values()].map(({ value }) => value);
    },
    get failsafe() {
      const stored = [felixConfigurationKey, ownFelixConfigurationKey(node)].map((key) => felix.items.get(key)?.value);
      return { ...usualFailsafe, ...stored[0], ...stored[1] };
    },
    subjectOf: ({ endpoint, network }) => {
      const resource = resourceOf(endpoint.id);
      const derived = Object.entries(workloadLabels(endpoint, network));
      const names = resource?.profiles ?? [profileName(network.id)];
      const labels = new Map([...(resource?.labels ?? []), ...derived]);
      return { labels: labelsOf({ labels, profiles: names }), isComplete: endpoint.container !== undefined };
    },
    labelsOf,
    profileNamed,
    members: {
      ...index,
      addresses: (name, selector) => {
        open();
        return index.addresses(name, selector);
      },
      endpoints: (name, selector) => {
        open();
        return index.endpoints(name, selector);
      },
      ports: (name, selector, port) => {
        open();
        return index.ports(name, selector, port);
      },
    },
    get unusable() {
      return [own, global, tiers].flatMap((view) => [...view.unusable]);
    },
    onChange: (listener) => void listeners.add(listener),
  };
}
