/** What the network driver asks of the data plane: Join is answered only when an endpoint's traffic is let through. */
import type { EndpointRecord, NetworkRecord } from '../../src/model/network/records.ts';

export type EndpointGate = {
  /** Join will come: begins to make the interface, so that it need not wait for that. Nothing goes through it yet. */
  prepare(endpoint: EndpointRecord, network: NetworkRecord): void;
  /** Makes the veth pair (host side `endpoint.interface`, container side `containerInterface`), its routes and rules. */
  open(endpoint: EndpointRecord, network: NetworkRecord, signal: AbortSignal): Promise<void>;
  /** Closes the traffic at once; the interface may go a moment later. Fine for one that was never open. */
  close(endpoint: Pick<EndpointRecord, 'id' | 'interface'>): Promise<void>;
};
