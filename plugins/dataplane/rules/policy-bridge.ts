/** Which addresses at docker_gwbridge are whose. */
import type { Attachment } from '../desired.ts';
import type { BridgePort } from './bridge.ts';
import type { BridgeAddresses } from './policy.ts';

export type KnownAtBridge = {
  readonly byEndpoint: BridgeAddresses;
  /** All of them. */
  readonly known: ReadonlySet<string>;
};

/** What was seen of a port counts only for as long as an endpoint of its container is here: addresses are given out again. */
export function bridgeAddressesOf(attachments: readonly Attachment[], ports: readonly BridgePort[]): KnownAtBridge {
  const byAddress = new Map(
    attachments.flatMap(({ endpoint: { ipv4, id } }) => (ipv4 === undefined ? [] : [[ipv4, id]])),
  );
  const byEndpoint = new Map<string, readonly string[]>();
  const known = new Set<string>();
  for (const { addresses, atBridge } of ports) {
    if (atBridge === undefined) continue;
    for (const address of addresses[4]) {
      const id = byAddress.get(address);
      if (id === undefined) continue;
      byEndpoint.set(id, atBridge[4]);
      for (const one of [address, ...atBridge[4]]) known.add(one);
    }
  }
  return { byEndpoint, known };
}
