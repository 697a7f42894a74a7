/** What the network driver needs of the world. */
import type { Fault } from '../../src/diagnostic/fault.ts';
import type { EndpointRecord, PortMapping, RouteMode } from '../../src/model/network/records.ts';
import type { Overlay, Store } from '../../src/store/index.ts';
import type { FailPoints, Locks } from '../protocol/index.ts';
import type { EndpointGate } from './gate.ts';

export type NetworkDeps = {
  readonly store: Store;
  readonly overlay: Overlay;
  readonly node: string;
  readonly gate: EndpointGate;
  readonly locks: Locks;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly uuid: () => string;
  /** Whether an endpoint's interface is there, so that its container may be alive. Asked of the kernel, never of Docker. */
  readonly isAttached: (endpoint: Pick<EndpointRecord, 'interface' | 'state'>) => boolean;
  /** Whether no program of the host listens on a port. */
  readonly isPortFree: (port: PortMapping) => Promise<boolean>;
  /** The host's nameservers. */
  readonly resolvers: () => readonly string[];
  /** Of networks that do not say; `auto` where the daemon was not told either. */
  readonly routeMode?: RouteMode;
  readonly failPoints: FailPoints;
  /** Called after a network was recorded or forgotten: its name is learned from the engine later. */
  readonly onNetworks: () => void;
  /** A delete could not be carried out now; the sweeper makes up for it. */
  readonly onPutOff: (what: string, why: Fault) => void;
};
