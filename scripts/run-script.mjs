/** Sets up what is missing, builds, and runs a script of the source: Node 20 runs no TypeScript, so it is bundled first. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { bundleEntry } from './bundle.mjs';
import { ensureDebianPackages, ensureNodePackages, root, testPackages } from './setup.mjs';

const say = (text) => process.stderr.write(`${text}\n`);

/** `entry`: from the root, `bench/index.ts`. Its arguments and its status are this process's. */
export async function runScript(entry, name) {
  try {
    ensureDebianPackages(testPackages, say);
    ensureNodePackages(say);
    const built = spawnSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: ['ignore', 2, 2] });
    if (built.status !== 0) throw new Error('The build failed.');
    const ran = spawnSync(process.execPath, [await bundleEntry(entry, name), ...process.argv.slice(2)], {
      stdio: 'inherit',
    });
    process.exitCode = ran.status ?? 1;
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
