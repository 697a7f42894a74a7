/** What Swarm needs besides: the managed plugin, and networks that are there on every node. */
export { defaultSocket, pluginName } from './image.ts';
export { installPlugin, revivePlugin, type Installed, type InstallOptions } from './install.ts';
