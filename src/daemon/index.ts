/** The daemon, `clocker up`: wiring, no logic. */
export { toldOf } from './config-file.ts';
export { readConfig } from './read-config.ts';
export { removeFromHost } from './remove.ts';
export { runDaemon } from './run.ts';
