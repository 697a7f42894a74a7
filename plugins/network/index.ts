/** Docker's network driver, and the sweeper that brings records and engine together again after a crash. */
export { forgetNetwork, networkDriver, type NetworkDeps } from './driver.ts';
export type { EndpointGate } from './gate.ts';
export { deleteEndpoint } from './records.ts';
export {
  applySweep,
  planSweep,
  readSweepState,
  twice,
  type EngineNetworkView,
  type EngineView,
  type SweepActions,
  type SweepPlan,
} from './sweep.ts';
