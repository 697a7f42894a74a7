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

/** Network -> word -> the members under it; most words have one, and a set takes more than all else of a member. */
type Index = Map<string, Map<string, Member | Set<Member>>>;

function put(index: Index, network: string, word: string, member: Member): void {
  const words = index.get(network) ?? new Map<string, Member | Set<Member>>();
  index.set(network, words);
  const known = words.get(word);
  if (known === undefined) words.set(word, member);
  else if (known instanceof Set) known.add(member);
  else words.set(word, new Set([known, member]));
}

function take(index: Index, network: string, word: string, member: Member): void {
  const words = index.get(network);
  const known = words?.get(word);
  if (known instanceof Set) known.delete(member);
  if (known === member || (known instanceof Set && known.size === 0)) words?.delete(word);
  if (words?.size === 0) index.delete(network);
}

const find = (index: Index, network: string, word: string): readonly Member[] => {
  const known = index.get(network)?.get(word);
  if (known === undefined) return [];
  return known instanceof Set ? [...known].sort(byEndpoint) : [known];
};

const byEndpoint = (a: Member, b: Member): number => (a.endpoint < b.endpoint ? -1 : a.endpoint > b.endpoint ? 1 : 0);

export function createDirectory(): EditableDirectory {
  const members = new Map<string, Member>();
  const names: Index = new Map();
  const services: Index = new Map();
  const owners: Index = new Map();

  function each(member: Member, change: typeof put): void {
    const { network } = member;
    for (const name of new Set([member.name, ...member.names].map(sameCase)))
      if (isName(name)) change(names, network, name, member);
    if (member.service !== undefined) change(services, network, sameCase(member.service), member);
    for (const address of [member.ipv4, member.ipv6])
      if (address !== undefined) change(owners, network, address, member);
  }

  return {
    named: (network, name) => find(names, network, sameCase(name)),
    serving: (network, service) => find(services, network, sameCase(service)),
    owner: (network, address) => find(owners, network, sameCase(address))[0],
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
