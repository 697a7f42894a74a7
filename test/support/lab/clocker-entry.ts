/**
 * The daemon of a lab host: node script.mjs STORE ENGINE NODE STATE-DIRECTORY CONFIG. Its log goes to stdout. A test
 * steers it by files of its state directory: `fail-point` (FailOrder) and `clock` (milliseconds the clock is ahead).
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseFailPoint, type FailPoints } from '../../../plugins/protocol/index.ts';
import { defaultConfig, type DaemonConfig } from '../../../src/daemon/config.ts';
import { runDaemon } from '../../../src/daemon/run.ts';

const [store = '', docker = '', node = '', stateDir = '', more = '{}'] = process.argv.slice(2);
const told = JSON.parse(more) as Partial<DaemonConfig>;

function readIfThere(name: string): string | undefined {
  try {
    return readFileSync(join(stateDir, name), 'utf8');
  } catch {
    return undefined;
  }
}

/** Kills once: the file is gone before the one who is killed is. */
const failPoints: FailPoints = {
  reach: (method, place) => {
    const order = readIfThere('fail-point');
    if (order === undefined) return;
    const [point = '', victim = ''] = order.split(' ');
    const wanted = parseFailPoint(point);
    if (wanted.method !== method || wanted.place !== place) return;
    rmSync(join(stateDir, 'fail-point'));
    process.kill(victim === '' ? process.pid : Number(victim), 'SIGKILL');
  },
};

/** What a clock that was set wrong does: timers go on, the time of day does not. */
const realNow = Date.now;
let ahead = 0;
Date.now = () => realNow() + ahead;
setInterval(() => {
  ahead = Number(readIfThere('clock') ?? 0);
}, 200).unref();

await runDaemon({
  config: { ...defaultConfig(node), store, docker, stateDir, logLevel: 'debug', ...told },
  version: '0.0.0',
  write: (line) => process.stdout.write(`${line}\n`),
  failPoints,
});
