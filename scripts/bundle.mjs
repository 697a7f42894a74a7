/** Bundles TypeScript that runs from the sources, for Node 20, which runs none: the benchmark and the demo of several hosts. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './setup.mjs';

/** Files of the lab find what is beside them by their own address, which a bundle would take from them. */
const keepPlaces = {
  name: 'keep-places',
  setup(build) {
    build.onLoad({ filter: /[\\/](?:bench|demo|test)[\\/].*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8')
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)))
        .replaceAll(', import.meta.url)', `, ${JSON.stringify(pathToFileURL(path).href)})`),
      loader: 'ts',
    }));
  },
};

/** Answers the path of the bundle of `<root>/<entry>`. npm packages must be installed. */
export async function bundleEntry(entry, name) {
  const { build } = await import('esbuild');
  const { profilesForEsbuild } = await import('./profile-module.mjs');
  const outfile = join(root, 'node_modules/.cache', `clocker-${name}`, `${name}.mjs`);
  await build({
    entryPoints: [join(root, entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    plugins: [profilesForEsbuild, keepPlaces],
    logLevel: 'error',
  });
  return outfile;
}
