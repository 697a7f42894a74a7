/** Docker's plugin protocol: the socket, the methods and their requests. What they mean is in plugins/ipam and plugins/network. */
export { failAt, noFailPoints, parseFailPoint, type FailPlace, type FailPoints, type Method } from './fail-points.ts';
export { createLocks, type Locks } from './locks.ts';
export type { Handlers, IpamHandlers, NetworkHandlers, Reply, RequestOf } from './messages.ts';
export { openPluginServer, type Call, type PluginServer, type PluginServerOptions } from './server.ts';
export { clearSocket } from './socket.ts';
