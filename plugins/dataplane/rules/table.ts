/** The inet table of this host. */
import type { Desired, NetworkRules, Workload } from '../desired.ts';
import { addressType, type Family } from '../family.ts';
import { filterChains, hostChain, networkChain } from './filter.ts';
import { mapOf, setOf, type RuleSet, type Table } from './model.ts';
import { filterTable } from './names.ts';
import { natChains, publicationsOf, type Publications } from './nat.ts';
import type { PolicyPart } from './policy.ts';

/** Workloads of one container may use each other's addresses: they are all the container's own. */
export type Siblings = ReadonlyMap<string, readonly Workload[]>;

const containerOf = ({ sandbox, id }: Workload): string => sandbox ?? id;

export function siblingsOf(workloads: readonly Workload[]): Siblings {
  const siblings = new Map<string, Workload[]>();
  for (const workload of workloads) {
    const known = siblings.get(containerOf(workload));
    if (known === undefined) siblings.set(containerOf(workload), [workload]);
    else known.push(workload);
  }
  return siblings;
}

/** Addresses of one container in its other networks, with the interfaces it may use them at besides their own. */
const siblingAddresses = (workload: Workload, siblings: Siblings, family: Family): readonly string[] =>
  (siblings.get(containerOf(workload)) ?? []).flatMap((one) => (one === workload ? [] : (one.address[family] ?? [])));

const poolsOf = (networks: readonly NetworkRules[], family: Family): readonly string[] =>
  networks.flatMap(({ pools }) => pools[family]);

const verdicts = (networks: readonly NetworkRules[], family: Family, chain: (index: number) => string) =>
  networks.flatMap(({ pools, index }) => pools[family].map((pool) => [pool, `goto ${chain(index)}`] as const));

function setsOf(
  family: Family,
  { workloads, networks, peers }: Desired,
  siblings: Siblings,
  publications: Publications,
): Readonly<Record<string, RuleSet>> {
  const address = addressType[family];
  const published = workloads.filter((one) => one.published.length > 0);
  const where = `${address} . inet_service`;
  return {
    [`siblings${family}`]: setOf(
      `ifname . ${address}`,
      workloads.flatMap((one) => siblingAddresses(one, siblings, family).map((own) => `"${one.interface}" . ${own}`)),
    ),
    [`peers${family}`]: setOf(address, peers[family]),
    [`pools${family}`]: setOf(address, poolsOf(networks, family), true),
    [`masquerade${family}`]: setOf(
      address,
      poolsOf(
        networks.filter((one) => one.masquerade),
        family,
      ),
      true,
    ),
    [`routable${family}`]: setOf(
      address,
      poolsOf(
        networks.filter((one) => !one.masquerade && !one.internal),
        family,
      ),
      true,
    ),
    [`networks${family}`]: mapOf(`${address} : verdict`, verdicts(networks, family, networkChain), true),
    [`hosts${family}`]: mapOf(`${address} : verdict`, verdicts(networks, family, hostChain), true),
    [`gateways${family}`]: setOf(
      address,
      networks.flatMap(({ pools, gateway }) => (pools[family].length > 0 ? gateway[family] : [])),
    ),
    [`itself${family}`]: setOf(
      `${address} . ${address}`,
      published.flatMap((one) => one.address[family] ?? []).map((own) => `${own} . ${own}`),
    ),
    [`ports-at${family}`]: mapOf(`${address} . inet_proto . inet_service : ${where}`, publications.at[family]),
    [`ports-any${family}`]: mapOf(`inet_proto . inet_service : ${where}`, publications.any[family]),
  };
}

/** `dockerBridges`: names of the bridges Docker made on this host. */
export function desiredTable(desired: Desired, dockerBridges: readonly string[], policy: PolicyPart): Table {
  const siblings = siblingsOf(desired.workloads);
  const publications = publicationsOf(desired.workloads);
  return {
    ...filterTable,
    sets: {
      'tunnel-port': setOf('inet_service', [String(desired.tunnel.port)]),
      'docker-bridges': setOf(
        'ifname',
        dockerBridges.map((name) => `"${name}"`),
      ),
      ...setsOf(4, desired, siblings, publications),
      ...setsOf(6, desired, siblings, publications),
      ...policy.sets,
    },
    chains: { ...filterChains(desired), ...natChains, ...policy.chains },
  };
}
