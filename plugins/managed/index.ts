/** What Swarm needs besides: the managed plugin, and networks that are there on every node. */
export { keepConfigs } from './configs.ts';
export { defaultSocket, pluginName } from './image.ts';
export { installPlugin, revivePlugin, type Installed, type InstallOptions } from './install.ts';
export { createSwarmNetwork, removeSwarmNetwork, type SwarmDeps, type SwarmWish } from './swarm-network.ts';
