/** Node 20 runs no TypeScript, so what a test starts as a process of its own is bundled first. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { profilesForEsbuild } from '../../scripts/profile-module.mjs';

/** A change of the source for one bundle only, to see that the tests notice it. */
export type Substitution = {
  /** From the root of the project. */
  readonly file: string;
  /** Must be there, once. */
  readonly find: string;
  readonly replace: string;
};

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The source with its changes; throws when one of them finds nothing to change, or more than one place. */
export function substituted(file: string, source: string, substitutions: readonly Substitution[]): string {
  return substitutions
    .filter((one) => one.file === file)
    .reduce((text, { find, replace }) => {
      const places = text.split(find).length - 1;
      if (places !== 1) throw new Error(`${file} has ${places} places that say ${JSON.stringify(find)}, not one.`);
      return text.replace(find, () => replace);
    }, source);
}

function substituting(substitutions: readonly Substitution[]): Plugin {
  const left = new Set(substitutions.map(({ file }) => file));
  return {
    name: 'substitutions',
    setup: (bundler) => {
      bundler.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const file = path.slice(root.length);
        if (!substitutions.some((one) => one.file === file)) return undefined;
        left.delete(file);
        return { contents: substituted(file, readFileSync(path, 'utf8'), substitutions), loader: 'ts' };
      });
      bundler.onEnd(() => {
        if (left.size > 0) throw new Error(`The bundle has no ${[...left].join(', ')}.`);
      });
    },
  };
}

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
    plugins: [profilesForEsbuild, ...(substitutions.length === 0 ? [] : [substituting(substitutions)])],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  return outfile;
}
