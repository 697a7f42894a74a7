/** By which of its addresses this host is reached: the one the kernel would send from to those it must reach. */
import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import { bitsOf, formatAddress, parseAddress, sameAddress, type Address, type Family } from '../ip/address.ts';
import { prefixOf, type Cidr } from '../ip/prefix.ts';
import { readLinks, readSource, type Link } from './ip.ts';

export type Reached = { readonly ipv4?: string; readonly ipv6?: string };

/** Interfaces of containers and of tunnels: nobody else reaches the host by them. */
const isInner = (name: string): boolean =>
  /^(lo|docker|br-[0-9a-f]{12}|veth|cali|clocker|vxlan\.|virbr|cni|flannel|tunl)/.test(name);

/** Link-local addresses reach no further than the cable. */
const isNarrow = (address: Address): boolean => /^(169\.254\.|127\.|fe80:|::1$)/.test(formatAddress(address));

const outer = (links: readonly Link[]): readonly Link[] => links.filter(({ name, isUp }) => isUp && !isInner(name));

const usable = (link: Link, family: Family): readonly Cidr[] =>
  link.addresses.filter(({ address }) => address.family === family && !isNarrow(address));

/**
 * `198.18.0.11/24` for each family. `sources`: what the kernel sends from; the first that an outer interface has counts.
 * The other family's address is taken from that interface. Pure.
 */
export function chooseAddresses(links: readonly Link[], sources: readonly Address[]): Reached {
  const candidates = outer(links);
  const found = (family: Family): Cidr | undefined =>
    sources
      .filter((source) => source.family === family)
      .flatMap((source) =>
        candidates.flatMap((link) => usable(link, family).find(({ address }) => sameAddress(address, source)) ?? []),
      )[0];
  const uplinkOf = (cidr: Cidr | undefined): Link | undefined =>
    cidr === undefined
      ? undefined
      : candidates.find(({ addresses }) => addresses.some(({ address }) => sameAddress(address, cidr.address)));
  const [four, six] = [found(4), found(6)];
  const uplink = uplinkOf(four) ?? uplinkOf(six) ?? candidates.find((link) => usable(link, 4).length > 0);
  const of = (family: Family, known: Cidr | undefined): Cidr | undefined =>
    known ?? (uplink === undefined ? undefined : usable(uplink, family)[0]);
  return textOf(of(4, four), of(6, six));
}

const textOf = (ipv4: Cidr | undefined, ipv6: Cidr | undefined): Reached => ({
  ...(ipv4 === undefined ? {} : { ipv4: render(ipv4) }),
  ...(ipv6 === undefined ? {} : { ipv6: render(ipv6) }),
});
const render = ({ address, prefix }: Cidr): string => `${formatAddress(address)}/${prefix.length}`;

/** Somewhere far away: nothing is sent there, the kernel is only asked for the way. */
const far = ['192.0.2.1', '2001:db8::1'] as const;

async function addressesOf(name: string): Promise<readonly Address[]> {
  const plain = parseAddress(name);
  if (plain !== undefined) return [plain];
  const found = await lookup(name, { all: true }).catch(() => []);
  return found.flatMap(({ address }) => parseAddress(address) ?? []);
}

/** `peers`: names or addresses this host must reach, for example those of the store. */
export async function findAddresses(peers: readonly string[]): Promise<Reached> {
  const targets = (await Promise.all(peers.map(addressesOf))).flat();
  const asked = [...targets.map(formatAddress), ...far];
  const [links, ...sources] = await Promise.all([readLinks(), ...asked.map(readSource)]);
  return chooseAddresses(
    links,
    sources.flatMap((source) => source ?? []),
  );
}

/** Milliseconds for which an answer holds at most: another route may lead out by another address. */
const longestHeld = 60_000;

/** Asks again only when an interface or an address is another: asking starts programs, and this looks without. */
export function whenChanged(ask: () => Promise<Reached>, now: () => number): () => Promise<Reached> {
  let known: { readonly seen: string; readonly at: number; readonly answer: Reached } | undefined;
  return async () => {
    const outer = Object.entries(networkInterfaces()).filter(([name]) => !isInner(name));
    const seen = JSON.stringify(outer);
    if (known?.seen === seen && now() - known.at < longestHeld) return known.answer;
    const answer = await ask();
    known = { seen, at: now(), answer };
    return answer;
  };
}

/** Addresses given by hand, with the length of the interface's network where an interface has them. */
export async function givenAddresses(given: readonly string[]): Promise<Reached> {
  const links = await readLinks();
  const cidrs = given.flatMap((one) => parseAddress(one) ?? []).map((address) => withLength(address, links));
  return textOf(
    cidrs.find(({ address }) => address.family === 4),
    cidrs.find(({ address }) => address.family === 6),
  );
}

function withLength(address: Address, links: readonly Link[]): Cidr {
  const known = links.flatMap(({ addresses }) => addresses).find((one) => sameAddress(one.address, address));
  return known ?? { address, prefix: prefixOf(address, bitsOf(address.family)) };
}
