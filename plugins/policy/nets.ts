/** Prefixes of a resource. */
import { contains, parseCidr, type Prefix } from '../../src/ip/prefix.ts';
import type { Address } from '../../src/ip/address.ts';
import type { Issues } from './selectors.ts';

/** Bits behind the length are cut off, and an address alone is a prefix, as in Calico. */
export function readNets(nets: readonly string[] | null | undefined, at: string, issues: Issues): readonly Prefix[] {
  return (nets ?? []).flatMap((net, index) => {
    const cidr = parseCidr(net);
    if (cidr !== undefined) return cidr.prefix;
    issues.push({ at: `${at}[${index}]`, message: `${JSON.stringify(net)} is no address and no prefix` });
    return [];
  });
}

export const isIn = (nets: readonly Prefix[], address: Address): boolean => nets.some((net) => contains(net, address));
