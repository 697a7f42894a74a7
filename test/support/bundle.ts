/** Node 20 runs no TypeScript, so what a test starts as a process of its own is bundled first. */
import { join } from 'node:path';
import { build } from 'esbuild';
import { profilesForEsbuild } from '../../scripts/profile-module.mjs';
import { substitutionsForEsbuild, type Substitution } from '../../scripts/substitute.mjs';

/** Answers the path of the script to run with `process.execPath`. */
export async function bundleScript(
  source: URL,
  directory: string,
  substitutions: readonly Substitution[] = [],
): Promise<string> {
  const outfile = join(directory, 'script.mjs');
  await build({
    entryPoints: [source.pathname],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
    plugins: [profilesForEsbuild, ...(substitutions.length === 0 ? [] : [substitutionsForEsbuild(substitutions)])],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  return outfile;
}
