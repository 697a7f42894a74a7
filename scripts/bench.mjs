/**
 * `npm run bench`: sets up what is missing, builds, and runs the benchmark. `npm run bench -- docker-run --json` runs one part
 * and prints JSON. Node 20 runs no TypeScript, so the benchmark is bundled first.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { bundleEntry } from './bundle.mjs';
import { ensureDebianPackages, ensureNodePackages, root, testPackages } from './setup.mjs';

const say = (text) => process.stderr.write(`${text}\n`);

try {
  ensureDebianPackages(testPackages, say);
  ensureNodePackages(say);
  const built = spawnSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: ['ignore', 2, 2] });
  if (built.status !== 0) throw new Error('The build failed.');
  const outfile = await bundleEntry('bench/index.ts', 'bench');
  const ran = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = ran.status ?? 1;
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
