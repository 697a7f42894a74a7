/** The daemon of a lab host: node script.mjs STORE ENGINE NODE STATE-DIRECTORY CONFIG. Its log goes to stdout. */
import { defaultConfig, type DaemonConfig } from '../../../src/daemon/config.ts';
import { runDaemon } from '../../../src/daemon/run.ts';

const [store = '', docker = '', node = '', stateDir = '', more = '{}'] = process.argv.slice(2);
const told = JSON.parse(more) as Partial<DaemonConfig>;
await runDaemon({
  config: { ...defaultConfig(node), store, docker, stateDir, logLevel: 'debug', ...told },
  version: '0.0.0',
  write: (line) => process.stdout.write(`${line}\n`),
});
