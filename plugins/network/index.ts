/** Docker's network driver, and the sweeper that brings records and engine together again after a crash. */
export type { NetworkDeps } from './deps.ts';
export { networkDriver } from './driver.ts';
export type { EndpointGate } from './gate.ts';
export { learnConnections, learnContainer, type ConnectedContainer, type ConnectionsView } from './learn.ts';
export { networkOptions } from './options.ts';
export {
  createSweeper,
  type EngineEndpoint,
  type EngineNetworkView,
  type EngineView,
  type SweepDeps,
  type Sweeper,
} from './sweep.ts';
