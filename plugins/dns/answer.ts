/**
 * What is answered to a question: pure. Names are looked for as Docker's own resolver does: the whole name on each of the
 * asker's networks, then `name.network`. Besides, `tasks.name` stands for all members on all hosts (Docker answers a bare
 * name by itself with the members of its own host), and `service.vip` for the virtual address of a service.
 */
import { addressFrom, formatAddress, parseAddress, type Address } from '../../src/ip/address.ts';
import { contains, type Prefix } from '../../src/ip/prefix.ts';
import { sameCase, type Directory } from './directory.ts';

export type KnownNetwork = {
  readonly id: string;
  /** Unknown until the engine has told it. */
  readonly name?: string;
};

export type Asker = {
  /** The networks it may see the names of, in the order in which they are looked through. */
  readonly networks: readonly KnownNetwork[];
  /**
   * `host`: the question came from the host itself, where dockerd asks for containers when the host's resolver is on
   * loopback. Which container asked can't be seen, so a bare name counts only while one network alone has it.
   */
  readonly kind: 'container' | 'host';
  /** False on internal networks alone: nothing is asked of the world for it. */
  readonly mayAskOthers: boolean;
};

/** Addresses of a service that stand for all its members. */
export type Virtual = { readonly ipv4?: string; readonly ipv6?: string };

export type Names = {
  readonly directory: Directory;
  readonly virtual: (network: string, service: string) => Virtual | undefined;
  /** Pools of all Clocker networks: nobody else knows the reverse names of what is in them. */
  readonly pools: readonly Prefix[];
};

export type Question = { readonly name: string; readonly type: string };

export type ResourceRecord = { readonly type: 'A' | 'AAAA' | 'PTR'; readonly data: string };

export type Verdict =
  /** Empty: the name is there, with nothing of that type. */
  | { readonly kind: 'records'; readonly records: readonly ResourceRecord[] }
  | { readonly kind: 'no-such-name' }
  /** Not ours: the host's own nameservers know. */
  | { readonly kind: 'ask-others' }
  | { readonly kind: 'refused' };

type Addresses = Virtual;

export function answer({ name: asked, type }: Question, asker: Asker, names: Names): Verdict {
  const name = sameCase(asked.replace(/\.$/, ''));
  const reverse = addressOfReverse(name);
  if (reverse !== undefined) return answerReverse(reverse, type, asker, names);
  const found = find(name, asker, names);
  return found === undefined ? answerUnknown(name, asker) : { kind: 'records', records: recordsOf(found, type) };
}

/** A name of one part is no domain of the world's: it would be asked for in vain. */
function answerUnknown(name: string, { mayAskOthers }: Asker): Verdict {
  if (mayAskOthers) return { kind: 'ask-others' };
  return name.includes('.') ? { kind: 'refused' } : { kind: 'no-such-name' };
}

function find(name: string, asker: Asker, names: Names): readonly Addresses[] | undefined {
  const bare = asker.networks.map(({ id }) => findOn(id, name, names)).filter((found) => found.length > 0);
  if (bare[0] !== undefined && (asker.kind === 'container' || bare.length === 1)) return bare[0];
  for (const { id, name: network } of asker.networks) {
    const end = network === undefined || network === '' ? undefined : `.${sameCase(network)}`;
    if (end === undefined || !name.endsWith(end) || name.length === end.length) continue;
    const found = findOn(id, name.slice(0, -end.length), names);
    if (found.length > 0) return found;
  }
  return undefined;
}

const allMembers = 'tasks.';
const virtualEnd = '.vip';

function findOn(network: string, word: string, { directory, virtual }: Names): readonly Addresses[] {
  const named = directory.named(network, word);
  if (named.length > 0) return named;
  if (word.startsWith(allMembers)) {
    const name = word.slice(allMembers.length);
    const serving = directory.serving(network, name);
    return serving.length > 0 ? serving : directory.named(network, name);
  }
  const one = word.endsWith(virtualEnd) ? virtual(network, word.slice(0, -virtualEnd.length)) : undefined;
  return one === undefined ? [] : [one];
}

function recordsOf(found: readonly Addresses[], type: string): readonly ResourceRecord[] {
  const wants = (one: ResourceRecord['type']): boolean => type === one || type === 'ANY';
  const of = (kind: 'A' | 'AAAA', addresses: readonly (string | undefined)[]): readonly ResourceRecord[] =>
    wants(kind) ? [...new Set(addresses)].flatMap((data) => (data === undefined ? [] : { type: kind, data })) : [];
  return [
    ...of(
      'A',
      found.map(({ ipv4 }) => ipv4),
    ),
    ...of(
      'AAAA',
      found.map(({ ipv6 }) => ipv6),
    ),
  ];
}

function answerReverse(address: Address, type: string, asker: Asker, { directory, pools }: Names): Verdict {
  const text = formatAddress(address);
  for (const network of asker.networks) {
    const owner = directory.owner(network.id, text);
    const name = owner === undefined ? undefined : reverseName(owner.name, network.name);
    if (name === undefined) continue;
    const isWanted = type === 'PTR' || type === 'ANY';
    return { kind: 'records', records: isWanted ? [{ type: 'PTR', data: name }] : [] };
  }
  if (pools.some((pool) => contains(pool, address))) return { kind: 'no-such-name' };
  return asker.mayAskOthers ? { kind: 'ask-others' } : { kind: 'refused' };
}

/** What Docker makes a container's or network's name of may be longer than a label of a name (RFC 1035 §2.3.4). */
const isLabels = (name: string): boolean =>
  name.length <= 253 && name.split('.').every((label) => /^[!-~]{1,63}$/.test(label) && !label.includes('\\'));

function reverseName(name: string, network: string | undefined): string | undefined {
  const whole = network === undefined || network === '' ? name : `${name}.${network}`;
  return [whole, name].find(isLabels);
}

/** `5.8.19.198.in-addr.arpa` (RFC 1035 §3.5), `….ip6.arpa` (RFC 3596 §2.5); undefined for what is no whole address. */
export function addressOfReverse(name: string): Address | undefined {
  const four = /^((?:\d{1,3}\.){4})in-addr\.arpa$/.exec(name)?.[1];
  if (four !== undefined) return parseAddress(four.split('.').slice(0, 4).reverse().join('.'));
  const six = /^((?:[0-9a-f]\.){32})ip6\.arpa$/.exec(name)?.[1];
  return six === undefined ? undefined : addressFrom(6, BigInt(`0x${six.split('.').reverse().join('')}`));
}
