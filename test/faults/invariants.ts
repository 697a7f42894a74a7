/**
 * What must hold after every fault, whatever it was. `differences` are those that must be gone once a fault has healed;
 * `leaks` may take the grace that a container which is just starting has.
 */
import type { HostView, StoreView, View } from './observe.ts';

/** reference: performance and reliability, B2. */
export const invariants = {
  I1: 'no address in two live endpoints',
  I2: 'every allocation has a live owner, and no live container loses its address',
  I3: 'kernel as it should be, and what is others’ untouched',
  I4: 'established flows lose nothing',
  I5: 'every docker command ends in 30 s, docker ps in 1 s',
  I6: 'what is forbidden stays closed all the time',
  I7: 'converged 10 s after the fault is over',
  I8: 'a docker run that failed leaves nothing',
  I9: 'the store holds the keys it held before',
  I10: 'memory, descriptors and threads bounded',
} as const;
export type Invariant = keyof typeof invariants;
export const isInvariant = (text: string): text is Invariant => Object.hasOwn(invariants, text);

type Said = `${Invariant}: ${string}`;

type Names = readonly string[];

const surplus = (invariant: Invariant, what: string, have: Names, want: Names): readonly Said[] => {
  const more = have.filter((one) => !want.includes(one));
  return more.length === 0 ? [] : [`${invariant}: ${what} too many: ${more.join(' ')}`];
};
const missing = (invariant: Invariant, what: string, have: Names, want: Names): readonly Said[] => {
  const less = want.filter((one) => !have.includes(one));
  return less.length === 0 ? [] : [`${invariant}: ${what} missing: ${less.join(' ')}`];
};
const same = (...all: readonly [Invariant, string, Names, Names]): readonly Said[] => [
  ...surplus(...all),
  ...missing(...all),
];

const recordsOf = (host: string, store: StoreView): Names =>
  store.endpoints.filter(({ node }) => node === host).map(({ id, ipv4 }) => `${id.slice(0, 12)}=${ipv4}`);
const wantedRecords = ({ engine }: HostView): Names =>
  (engine ?? []).map(({ id, address }) => `${id.slice(0, 12)}=${address}`);

const twice = (all: readonly string[]): readonly string[] => [
  ...new Set(all.filter((one, index) => all.indexOf(one) !== index)),
];

/** I1: asked of engines, records and kernels; each alone may be right. */
function duplicates({ hosts, store }: View): readonly Said[] {
  const everywhere = {
    engines: hosts.flatMap(({ engine }) => engine ?? []).map(({ address }) => address),
    records: store.endpoints.flatMap(({ ipv4 }) => ipv4 ?? []),
    kernels: hosts.flatMap(({ routes }) => routes),
  };
  return Object.entries(everywhere).flatMap(([who, addresses]) =>
    twice(addresses).map((address) => `I1: ${who} have ${address} twice` as const),
  );
}

/** I2 and I3 for a host whose engine answers. */
function ofHost(seen: HostView, store: StoreView): readonly Said[] {
  const { host, engine, interfaces, routes, open, ruled, verdicts } = seen;
  if (engine === undefined) return [];
  const wanted = engine.map(({ id }) => `cali${id.slice(0, 11)}`);
  const addresses = engine.map(({ address }) => address);
  return [
    ...same('I3', `${host}: interfaces`, interfaces, wanted),
    ...same('I3', `${host}: routes`, routes, addresses),
    ...same('I3', `${host}: open interfaces`, open, wanted),
    ...surplus('I3', `${host}: interfaces in rules`, ruled, wanted),
    // Two in FORWARD where it leads to DOCKER-USER, one where somebody took that away; one in INPUT.
    ...(verdicts === 2 || verdicts === 3 ? [] : [`I3: ${host}: ${verdicts} rules in iptables` as const]),
    ...missing('I2', `${host}: records`, recordsOf(host, store), wantedRecords(seen)),
    ...engine.flatMap(({ container, address, id }): Said[] =>
      store.allocated.has(address) && store.owners.get(address) === id
        ? []
        : [`I2: ${container} on ${host} runs with ${address}, which ${store.owners.get(address) ?? 'nobody'} has`],
    ),
  ];
}

export const differences = (seen: View): readonly Said[] => [
  ...duplicates(seen),
  ...seen.hosts.flatMap((host) => ofHost(host, seen.store)),
];

/** Keys that come and go by themselves: leases, elections, what people are told, what etcdctl put. */
const isPassing = (key: string): boolean => /^\/clocker\/v1\/(alive|elections|notices|pool-turn)|^\/healthy/.test(key);

const lasting = (keys: ReadonlyMap<string, string>): readonly string[] =>
  [...keys.keys()].filter((key) => !isPassing(key)).sort();

const folderOf = (key: string): string => key.slice(0, key.lastIndexOf('/'));

/** Keys of folders that hold another number of them than before: a container that starts anew has other names, and as many. */
function keyCounts(now: Names, before: Names): readonly Said[] {
  const countIn = (names: Names, folder: string): number => names.filter((one) => folderOf(one) === folder).length;
  const changed = (key: string): boolean => countIn(now, folderOf(key)) !== countIn(before, folderOf(key));
  return same('I9', 'keys', now.filter(changed), before.filter(changed));
}

/** I2 and I8: what is taken and nobody has. */
export const orphans = ({ hosts, store }: View): readonly Said[] => [
  ...same('I2', 'allocations', [...store.allocated.keys()], [...store.owners.keys()]),
  ...hosts.flatMap((host) => surplus('I8', `${host.host}: records`, recordsOf(host.host, store), wantedRecords(host))),
];

/** And I3 and I9: keys and rules that are not those of the beginning. */
export const leaks = ({ hosts, store }: View, before: View): readonly Said[] => [
  ...orphans({ hosts, store }),
  ...keyCounts(lasting(store.keys), lasting(before.store.keys)),
  ...hosts.flatMap(({ host, rules }, index) =>
    same('I3', `${host}: rules`, rules.split('\n'), before.hosts[index]?.rules.split('\n') ?? []),
  ),
];
