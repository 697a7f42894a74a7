/** The pools of a network, as CreateNetwork brings them. Pure. */
import { Fault } from '../../src/diagnostic/fault.ts';
import { formatAddress } from '../../src/ip/address.ts';
import { contains, formatPrefix, parseCidr } from '../../src/ip/prefix.ts';
import { addressSpaces, isSwarmId, poolNameOf } from '../../src/model/network/names.ts';
import type { NetworkPool } from '../../src/model/network/records.ts';
import type { RequestOf } from '../protocol/index.ts';

type Request = RequestOf<'NetworkDriver.CreateNetwork'>;
type Data = NonNullable<Request['IPv4Data']>[number];

export function readPools({ NetworkID, IPv4Data, IPv6Data }: Request): readonly NetworkPool[] {
  const families = [IPv4Data ?? [], IPv6Data ?? []];
  if (families.every((data) => data.length === 0))
    throw new Fault('request-invalid', 'A clocker network needs a subnet.');
  if (families.some((data) => data.length > 1))
    throw new Fault('request-invalid', 'A clocker network has at most one subnet of each family.', {
      hint: 'Give one larger --subnet instead.',
    });
  return families.flat().map((data) => readPool(data, NetworkID));
}

function readPool({ AddressSpace = '', Pool = '', Gateway = '' }: Data, networkId: string): NetworkPool {
  if (AddressSpace !== addressSpaces.local && AddressSpace !== addressSpaces.global) throw otherIpam(networkId, Pool);
  const prefix = parseCidr(Pool)?.prefix;
  if (prefix === undefined) throw new Fault('request-invalid', `${JSON.stringify(Pool)} is not a subnet.`);
  const cidr = formatPrefix(prefix);
  const gateway = parseCidr(Gateway)?.address;
  if (Gateway !== '' && gateway === undefined)
    throw new Fault('request-invalid', `${JSON.stringify(Gateway)} is not a gateway address.`);
  // 0.0.0.0 is what our IPAM said: no address of the pool is the gateway.
  const isGiven = gateway !== undefined && gateway.value !== 0 && gateway.value !== 0n;
  if (isGiven && !contains(prefix, gateway))
    throw new Fault('request-invalid', `The gateway ${formatAddress(gateway)} is not in the subnet ${cidr}.`);
  return { pool: poolNameOf(cidr), cidr, ...(isGiven ? { gateway: formatAddress(gateway) } : {}) };
}

/** Docker's default IPAM counts on each host for itself: two hosts would give out the same address. */
function otherIpam(networkId: string, pool: string): Fault {
  const subnet = pool === '' ? '' : ` --subnet ${pool}`;
  return new Fault('request-invalid', "The clocker driver needs clocker's own address management (IPAM).", {
    hint: isSwarmId(networkId)
      ? "Docker drops --subnet, --ipam-driver and -o of a swarm's network. Remove it, and make it on a manager with: clocker network create --swarm NAME (which takes --subnet and -o)."
      : `Run: docker network create -d clocker --ipam-driver clocker${subnet} NAME (in a compose file: ipam: {driver: clocker}).`,
  });
}
