/**
 * The live lab: hosts as namespaces of this machine (network, mounts, names, processes), joined by a switch in a
 * namespace of its own, each with its own Docker Engine on demand. Traffic stays in the lab. A host is the process its
 * namespaces belong to: when that ends, and it ends with the test's process however that ends, the kernel takes every
 * process, interface, route, rule and mount of the host away.
 */
export { connectAgent, type Agent } from './agent.ts';
export { pings, placeOf, reaches, runBox, throughOf, type Box, type Place, type Route } from './box.ts';
export { startClocker, type Clocker } from './clocker.ts';
export { networkAppears, openCluster, type LabCluster } from './cluster.ts';
export { startLabEtcd, type LabEtcd, type LabMember } from './etcd.ts';
export { withDump } from './dump.ts';
export { image } from './engine.ts';
export type { LabHost } from './host.ts';
export { loadImage, type ImageOptions } from './image.ts';
export { openLab, type Lab } from './lab.ts';
export { until } from './process.ts';
export { whyNoLab } from './requirements.ts';
export { createService, formSwarm, installManaged, placesOf, untilRunning } from './swarm.ts';
