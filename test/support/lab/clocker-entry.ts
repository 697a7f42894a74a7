/** The daemon of a lab host: node script.mjs STORE ENGINE NODE. Its log goes to stdout. */
import { runDaemon } from '../../../src/daemon/run.ts';

const [store = '', docker = '', node = ''] = process.argv.slice(2);
await runDaemon({
  store,
  docker,
  node,
  pluginSocket: '/run/docker/plugins/clocker.sock',
  logLevel: 'debug',
  write: (line) => process.stdout.write(`${line}\n`),
});
