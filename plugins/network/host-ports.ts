/** Which port of the host a published port gets when nftables publishes it (`-o clocker.ports=routed`). Pure. */
import { Fault } from '../../src/diagnostic/fault.ts';
import type { PortMapping } from '../../src/model/network/records.ts';

/** Where `-P` and `-p 80` find a port: beyond what the kernel gives to programs that connect. */
const freeRange = { from: 61_000, to: 65_535 } as const;

const anyAddress = new Set(['', '0.0.0.0', '::']);

const collides = (a: PortMapping, b: PortMapping): boolean =>
  a.protocol === b.protocol &&
  a.hostPort === b.hostPort &&
  (a.hostAddress === b.hostAddress || anyAddress.has(a.hostAddress) || anyAddress.has(b.hostAddress));

export type HeldPort = { readonly port: PortMapping; readonly by: string };

/**
 * Each mapping with the one host port it gets. Throws `port-taken` naming who has it. `isFree`: whether no program of the
 * host listens there.
 */
export async function chooseHostPorts(
  wanted: readonly PortMapping[],
  held: readonly HeldPort[],
  isFree: (port: PortMapping) => Promise<boolean>,
): Promise<readonly PortMapping[]> {
  const taken: HeldPort[] = [...held];
  const chosen: PortMapping[] = [];
  for (const mapping of wanted) {
    const port = await choose(mapping, taken, isFree);
    taken.push({ port, by: 'another port of the same container' });
    chosen.push(port);
  }
  return chosen;
}

async function choose(
  mapping: PortMapping,
  taken: readonly HeldPort[],
  isFree: (port: PortMapping) => Promise<boolean>,
): Promise<PortMapping> {
  const { from, to } = mapping.hostPort === 0 ? freeRange : { from: mapping.hostPort, to: mapping.hostPortEnd };
  let by = 'somebody';
  for (let hostPort = from; hostPort <= to; hostPort++) {
    const port = { ...mapping, hostPort, hostPortEnd: hostPort };
    const holder = taken.find((one) => collides(one.port, port));
    if (holder === undefined && (await isFree(port))) return port;
    by = holder?.by ?? 'a program of the host';
  }
  const which = from === to ? `port ${from}/${mapping.protocol}` : `ports ${from} to ${to}/${mapping.protocol}`;
  throw new Fault('port-taken', `The host's ${which} can't be published: ${by} has it.`, {
    hint: 'Choose another with -p.',
  });
}
