/**
 * Who is called what, on which network: look-ups by name and by address. Changes take time in proportion to what has
 * changed, however many there are. Names are compared in lower case (RFC 4343).
 */

/** An endpoint that answers to names. */
export type Member = {
  readonly endpoint: string;
  /** Clocker's id of the network; the same on every host. */
  readonly network: string;
  /** Its container's own name. */
  readonly name: string;
  /** All it answers to, its own name among them. */
  readonly names: readonly string[];
  /** Service of a swarm or of a compose file. */
  readonly service?: string;
  readonly ipv4?: string;
  readonly ipv6?: string;
};

export type Directory = {
  /** Members of a network with a name, in order of endpoint. */
  named(network: string, name: string): readonly Member[];
  /** Members of a service on a network. */
  serving(network: string, service: string): readonly Member[];
  /** Whose address it is; `address` in canonical form. */
  owner(network: string, address: string): Member | undefined;
};

export type EditableDirectory = Directory & {
  /** Undefined takes it out. */
  set(endpoint: string, member: Member | undefined): void;
};

/** Longest name in text (RFC 1035 §2.3.4, without the root). */
const longestName = 253;

const isName = (name: string): boolean => name.length > 0 && name.length <= longestName;
export const sameCase = (name: string): string => name.toLowerCase();

/** Index key -> the members under it. The network comes first: its ids have no space in them. */
type Index = Map<string, Set<Member>>;

function put(index: Index, key: string, member: Member): void {
  const known = index.get(key);
  if (known === undefined) index.set(key, new Set([member]));
  else known.add(member);
}

function take(index: Index, key: string, member: Member): void {
  const known = index.get(key);
  known?.delete(member);
  if (known?.size === 0) index.delete(key);
}

const keyOf = (network: string, word: string): string => `${network} ${sameCase(word)}`;
const byEndpoint = (a: Member, b: Member): number => (a.endpoint < b.endpoint ? -1 : a.endpoint > b.endpoint ? 1 : 0);

const sorted = (members: ReadonlySet<Member> | undefined): readonly Member[] =>
  members === undefined ? [] : [...members].sort(byEndpoint);

export function createDirectory(): EditableDirectory {
  const members = new Map<string, Member>();
  const names: Index = new Map();
  const services: Index = new Map();
  const owners: Index = new Map();

  function each(member: Member, change: (index: Index, key: string, member: Member) => void): void {
    for (const name of new Set([member.name, ...member.names].map(sameCase)))
      if (isName(name)) change(names, keyOf(member.network, name), member);
    if (member.service !== undefined) change(services, keyOf(member.network, member.service), member);
    for (const address of [member.ipv4, member.ipv6])
      if (address !== undefined) change(owners, keyOf(member.network, address), member);
  }

  return {
    named: (network, name) => sorted(names.get(keyOf(network, name))),
    serving: (network, service) => sorted(services.get(keyOf(network, service))),
    owner: (network, address) => sorted(owners.get(keyOf(network, address)))[0],
    set: (endpoint, member) => {
      const known = members.get(endpoint);
      if (known !== undefined) each(known, take);
      members.delete(endpoint);
      if (member === undefined) return;
      members.set(endpoint, member);
      each(member, put);
    },
  };
}
