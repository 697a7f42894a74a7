/** Routes of this host to the containers of the others. */
export { openAdjacency, type AdjacencyOptions } from './adjacency.ts';
export { remoteProtocol, tunnelDevice } from './names.ts';
export { routeKernelOfHost } from './kernel.ts';
export { createRouteProgrammer } from './programmer.ts';
export { openRoutes, type Routes, type RoutesOptions } from './routes.ts';
