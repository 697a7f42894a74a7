/** Node 20 runs no TypeScript, so what a test starts as a process of its own is bundled first. */
import { createHash } from 'node:crypto';
import { copyFile, rename } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { profilesForEsbuild } from '../../scripts/profile-module.mjs';
import { substitutionsForEsbuild, type Substitution } from '../../scripts/substitute.mjs';

/** Where bundles are kept for the files of one run of tests; its sources don't change. Without it each is made anew. */
export const bundlesVariable = 'CLOCKER_TEST_BUNDLES';

/** Answers the path of the script to run with `process.execPath`. */
export async function bundleScript(
  source: URL,
  directory: string,
  substitutions: readonly Substitution[] = [],
): Promise<string> {
  const outfile = join(directory, 'script.mjs');
  const kept = substitutions.length === 0 ? process.env[bundlesVariable] : undefined;
  if (kept === undefined) await bundle(source, outfile, substitutions);
  else await copyFile(await keptBundle(source, kept), outfile);
  return outfile;
}

const running = new Map<string, Promise<string>>();

/** Whoever asks meanwhile waits for the same bundle; of two processes the later one wins, with the same bytes. */
function keptBundle(source: URL, directory: string): Promise<string> {
  const path = join(directory, `${createHash('sha256').update(source.href).digest('hex')}.mjs`);
  if (existsSync(path)) return Promise.resolve(path);
  const made = running.get(path) ?? make(source, path);
  running.set(path, made);
  return made;
}

async function make(source: URL, path: string): Promise<string> {
  const own = `${path}.${process.pid}`;
  await bundle(source, own, []);
  await rename(own, path);
  return path;
}

async function bundle(source: URL, outfile: string, substitutions: readonly Substitution[]): Promise<void> {
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
}
