/**
 * `npm run bench`: sets up what is missing, builds, and runs the benchmark. `npm run bench -- docker-run --json` runs one part
 * and prints JSON. Node 20 runs no TypeScript, so the benchmark is bundled first.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureDebianPackages, ensureNodePackages, root, testPackages } from './setup.mjs';

const say = (text) => process.stderr.write(`${text}\n`);

/** Files of the lab find what is beside them by their own address, which a bundle would take from them. */
const keepPlaces = {
  name: 'keep-places',
  setup(build) {
    build.onLoad({ filter: /[\\/](?:bench|test)[\\/].*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8')
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)))
        .replaceAll(', import.meta.url)', `, ${JSON.stringify(pathToFileURL(path).href)})`),
      loader: 'ts',
    }));
  },
};

try {
  ensureDebianPackages(testPackages, say);
  ensureNodePackages(say);
  const built = spawnSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: ['ignore', 2, 2] });
  if (built.status !== 0) throw new Error('The build failed.');
  const { build } = await import('esbuild');
  const { profilesForEsbuild } = await import('./profile-module.mjs');
  const outfile = join(root, 'node_modules/.cache/clocker-bench/bench.mjs');
  await build({
    entryPoints: [join(root, 'bench/index.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    plugins: [profilesForEsbuild, keepPlaces],
    logLevel: 'error',
  });
  const ran = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = ran.status ?? 1;
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
