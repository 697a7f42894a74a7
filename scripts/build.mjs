/**
 * Builds dist/: one bundle for the command, so that a cold start reads one file; packages with native parts, or that read
 * files beside themselves, stay in node_modules and load when first used. Then the manifest (so that `--help` loads no
 * command) and V8's code cache.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import { profilesForEsbuild } from './profile-module.mjs';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const require = createRequire(import.meta.url);

/** Loaded from node_modules at run time: native, or finds its files relative to itself. */
const external = ['typescript', '@grpc/grpc-js', 'express', '*.node'];

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
await build({
  entryPoints: [join(root, 'src/commands/main.ts')],
  outfile: join(dist, 'clocker.cjs'),
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external,
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: true,
  // The bundle runs as a script of bin/clocker, in which import() of what is outside of it does not work; require() does.
  supported: { 'dynamic-import': false },
  legalComments: 'none',
  logLevel: 'warning',
  define: { 'import.meta.dirname': '__dirname', 'import.meta.url': '__clockerUrl' },
  banner: { js: 'const __clockerUrl=require("node:url").pathToFileURL(__filename).href;' },
  loader: { '.html': 'text', '.css': 'text' },
  plugins: [profilesForEsbuild],
});
writeFileSync(join(dist, 'package.json'), '{ "type": "commonjs" }\n');
cpSync(join(root, 'tosca'), join(dist, 'tosca'), {
  recursive: true,
  errorOnExist: false,
  force: true,
  filter: () => true,
});

const manifestFile = join(root, 'oclif.manifest.json');
rmSync(manifestFile, { force: true });
const { Config } = require('@oclif/core');
const config = await Config.load({ root, ignoreManifest: true });
const own = [...config.plugins.values()].find((plugin) => plugin.root === root);
const packageJson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
writeFileSync(manifestFile, JSON.stringify({ ...own.manifest, version: packageJson.version }));

// Only functions that ran are compiled in the cache: a run of the command is what makes a cold one fast.
const environment = { ...process.env, CLOCKER_WRITE_CODE_CACHE: '1' };
// Templates of both grammars and a compose file: what checking them runs is most of what a cold command waits for.
const warming = [
  'tosca/examples/web-and-database/template.yaml',
  'tosca/examples/static-addresses/template.yaml',
  'compose-examples/guestbook/compose.yml',
].map((path) => join(root, path));
const warmed = spawnSync(process.execPath, [join(root, 'bin/clocker'), 'validate', ...warming], {
  env: environment,
  encoding: 'utf8',
});
if (warmed.status !== 0) {
  process.stderr.write(`The built command does not start:\n${warmed.stderr}`);
  process.exitCode = 1;
}
