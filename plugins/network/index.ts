/** Docker's network driver, and the sweeper that brings records and engine together again after a crash. */
export { networkDriver, type NetworkDeps } from './driver.ts';
export type { EndpointGate } from './gate.ts';
export { gatewayOf, gatewayV6Of } from './join.ts';
