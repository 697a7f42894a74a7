/**
 * Labels of a workload, as policies select by them: those of its container, those given to its attachment
 * (`docker network connect --driver-opt org.projectcalico.label.app=web`, known before the first packet), and where it
 * is. Only what Calico holds for a label is one; of others its own node agent would refuse the whole endpoint.
 */
import { endpointNamespace } from './keys.ts';
import type { EndpointRecord, NetworkRecord } from './records.ts';

/** Calico's own plugin took only container labels with this prefix, without it; here they win over others. */
const calicoPrefix = 'org.projectcalico.label.';

const name = /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/;
const value = /^(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/;

type Pairs = readonly (readonly [string, string])[];

const withoutPrefix = (labels: Readonly<Record<string, string>>): Pairs =>
  Object.entries(labels).flatMap(([key, said]) =>
    key.startsWith(calicoPrefix) ? [[key.slice(calicoPrefix.length), said] as const] : [],
  );

/** Nobody may give himself one of ours or of Calico's, nor the one that tells who is on a network (its profile's). */
const isFree = (key: string): boolean =>
  !/^(?:projectcalico\.org|clocker)\//.test(key) && !/^pc(?:ns|sa)\./.test(key) && !/^clocker-[0-9a-z]{12}$/.test(key);

type Labelled = Pick<EndpointRecord, 'options' | 'container'>;

/** Sorted by name, so that the same labels are always the same text. */
export function workloadLabels(
  { options, container }: Labelled,
  network?: Pick<NetworkRecord, 'name'>,
): Readonly<Record<string, string>> {
  const given: Pairs = [
    ...Object.entries(container?.labels ?? {}),
    ...withoutPrefix(container?.labels ?? {}),
    ...withoutPrefix(options),
  ].filter(([key]) => isFree(key));
  const own: Pairs = [
    ['projectcalico.org/namespace', endpointNamespace],
    ['projectcalico.org/orchestrator', 'libnetwork'],
    ...(container === undefined ? [] : [['clocker/container', container.name] as const]),
    ...(container === undefined || network?.name === undefined ? [] : [['clocker/network', network.name] as const]),
  ];
  const all = new Map([...given, ...own].filter(([key, said]) => name.test(key) && value.test(said)));
  return Object.fromEntries([...all].sort(([a], [b]) => (a < b ? -1 : 1)));
}
