/** Addresses: pools, blocks in Calico's layout, and Docker's IPAM driver on top of them. */
export { releaseAddress, type AllocatorDeps } from './allocate.ts';
export { checkIpam, type IpamCheck, type IpamProblem } from './check.ts';
export { dropPool, ipamDriver, type IpamDeps } from './driver.ts';
export { defaultSupernet, parsePoolId, type PoolId, type Taken } from './pools.ts';
