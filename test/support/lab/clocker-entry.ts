/** The daemon of a lab host: node script.mjs STORE ENGINE NODE OPTIONS. Its log goes to stdout. */
import { runDaemon, type DaemonOptions } from '../../../src/daemon/run.ts';

const [store = '', docker = '', node = '', more = '{}'] = process.argv.slice(2);
await runDaemon({
  ...(JSON.parse(more) as Partial<DaemonOptions>),
  store,
  docker,
  node,
  pluginSocket: '/run/docker/plugins/clocker.sock',
  logLevel: 'debug',
  write: (line) => process.stdout.write(`${line}\n`),
});
