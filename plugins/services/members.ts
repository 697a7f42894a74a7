/** Which endpoints a service's virtual address stands for. Kept up to date by single changes; costs what has changed. */
import { formatAddress, parseAddress } from '../../src/ip/address.ts';
import type { EndpointRecord } from '../../src/model/network/records.ts';
import { serviceOf } from '../../src/model/network/service.ts';

export type Member = {
  readonly node: string;
  readonly ipv4?: string;
  readonly ipv6?: string;
};

export type Service = { readonly network: string; readonly name: string };

/** The network comes first: its ids have no space in them. */
export const idOf = ({ network, name }: Service): string => `${network} ${name}`;
export function serviceOfId(id: string): Service {
  const space = id.indexOf(' ');
  return { network: id.slice(0, space), name: id.slice(space + 1) };
}

export type Members = {
  /** Undefined takes it out. Answers the ids of services that have changed. */
  set(endpoint: string, record: EndpointRecord | undefined): readonly string[];
  /** In order of endpoint. */
  of(id: string): readonly Member[];
  /** Of services with a member on this host. */
  idsHere(): Iterable<string>;
  /** Addresses of this host's members, in order. */
  own(family: 4 | 6): readonly string[];
};

/** What comes from a record goes into commands, so only what is an address, in the one way to write it. */
function canonical(text: string | undefined, family: 4 | 6): string | undefined {
  const address = text === undefined ? undefined : parseAddress(text);
  return address?.family === family ? formatAddress(address) : undefined;
}

function memberOf({ node, ipv4, ipv6 }: EndpointRecord): Member {
  const [four, six] = [canonical(ipv4, 4), canonical(ipv6, 6)];
  return { node, ...(four === undefined ? {} : { ipv4: four }), ...(six === undefined ? {} : { ipv6: six }) };
}

const same = (a: Member, b: Member): boolean => a.node === b.node && a.ipv4 === b.ipv4 && a.ipv6 === b.ipv6;

/** `node`: this host. */
export function createMembers(node: string): Members {
  const byService = new Map<string, Map<string, Member>>();
  const byEndpoint = new Map<string, string>();
  /** Of this host: endpoint -> its service and itself. */
  const here = new Map<string, { readonly id: string; readonly member: Member }>();

  function place(endpoint: string): Member | undefined {
    return byService.get(byEndpoint.get(endpoint) ?? '')?.get(endpoint);
  }
  function take(endpoint: string): readonly string[] {
    const id = byEndpoint.get(endpoint);
    if (id === undefined) return [];
    byEndpoint.delete(endpoint);
    here.delete(endpoint);
    const members = byService.get(id);
    members?.delete(endpoint);
    if (members?.size === 0) byService.delete(id);
    return [id];
  }

  return {
    set: (endpoint, record) => {
      const name =
        record?.state === 'joined' && record.container !== undefined ? serviceOf(record.container) : undefined;
      if (record === undefined || name === undefined) return take(endpoint);
      const id = idOf({ network: record.network, name: name.toLowerCase() });
      const member = memberOf(record);
      const before = place(endpoint);
      if (byEndpoint.get(endpoint) === id && before !== undefined && same(before, member)) return [];
      const changed = take(endpoint);
      const members = byService.get(id) ?? new Map<string, Member>();
      byService.set(id, members.set(endpoint, member));
      byEndpoint.set(endpoint, id);
      if (member.node === node) here.set(endpoint, { id, member });
      return [...new Set([...changed, id])];
    },
    of: (id) => [...(byService.get(id) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, member]) => member),
    idsHere: () => new Set([...here.values()].map(({ id }) => id)),
    own: (family) =>
      [...new Set([...here.values()].flatMap(({ member }) => (family === 4 ? member.ipv4 : member.ipv6) ?? []))].sort(),
  };
}
