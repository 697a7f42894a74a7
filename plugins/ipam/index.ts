/** Addresses: pools, blocks in Calico's layout, and Docker's IPAM driver on top of them. */
export { createAllocator, type Allocator } from './allocator.ts';
export { checkIpam, type IpamCheck, type IpamProblem } from './check.ts';
export { ensureCluster } from './cluster.ts';
export { holdPool, letPoolsGo, type HoldWish } from './hold.ts';
export { ipamDriver, type IpamDeps } from './driver.ts';
export { defaultSupernet, parsePoolId, type PoolId, type Taken } from './pools.ts';
export { giveVirtual, takeVirtual, type VirtualAddresses, type VirtualDeps } from './virtual.ts';
export { createIpamSweeper, type EnginePools, type IpamSweepDeps, type IpamSweeper } from './sweep.ts';
