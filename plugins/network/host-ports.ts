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

/** Each mapping with the one host port it gets. Throws `port-taken` naming who has it. */
export function chooseHostPorts(wanted: readonly PortMapping[], held: readonly HeldPort[]): readonly PortMapping[] {
  const taken: HeldPort[] = [...held];
  return wanted.map((mapping) => {
    const { from, to } = mapping.hostPort === 0 ? freeRange : { from: mapping.hostPort, to: mapping.hostPortEnd };
    let holder: HeldPort | undefined;
    for (let hostPort = from; hostPort <= to; hostPort++) {
      const chosen = { ...mapping, hostPort, hostPortEnd: hostPort };
      holder = taken.find(({ port }) => collides(port, chosen));
      if (holder !== undefined) continue;
      taken.push({ port: chosen, by: 'another port of the same container' });
      return chosen;
    }
    const which = from === to ? `port ${from}/${mapping.protocol}` : `ports ${from} to ${to}/${mapping.protocol}`;
    throw new Fault('port-taken', `The host's ${which} can't be published: ${holder?.by ?? 'somebody'} has it.`, {
      hint: 'Choose another with -p.',
    });
  });
}
