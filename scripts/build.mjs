/**
 * Builds dist/: packs of the command, so that a cold start reads no more than it needs; packages with native parts, or that
 * read files beside themselves, stay in node_modules and load when first used. Then the manifest (so that `--help` loads no
 * command) and V8's code cache.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { lazyOclif } from './lazy-oclif.mjs';
import { buildPacks } from './packs.mjs';
import { profilesForEsbuild } from './profile-module.mjs';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const require = createRequire(import.meta.url);

/** Loaded from node_modules at run time: native, or finds its files relative to itself. */
const external = ['typescript', '@grpc/grpc-js', 'express', '*.node'];

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
const { files, packOf, main } = await buildPacks(join(root, 'src/commands/main.ts'), {
  absWorkingDir: root,
  platform: 'node',
  target: 'node20',
  external,
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
  define: { 'import.meta.dirname': '__dirname', 'import.meta.url': '__clockerUrl' },
  loader: { '.html': 'text', '.css': 'text' },
  plugins: [profilesForEsbuild, lazyOclif],
});
for (const [name, text] of files) writeFileSync(join(dist, name), text);
const table = JSON.stringify(Object.fromEntries([...packOf].map(([chunk, pack]) => [`./${chunk}`, pack])));
const loader = readFileSync(join(root, 'scripts/pack-loader.cjs'), 'utf8');
const enter = `module.exports.main = (argv, root) => load(${JSON.stringify(`./${main}`)}).main(argv, root);`;
writeFileSync(join(dist, 'clocker.cjs'), `${loader}\nconst packOfChunk = ${table};\n${enter}\n`);
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
// oclif asks the module that package.json names for the classes.
const built = require(join(dist, 'clocker.cjs'));
built.commands = await built.load(`./${main}`).loadCommands();
const config = await Config.load({ root, ignoreManifest: true });
const own = [...config.plugins.values()].find((plugin) => plugin.root === root);
const packageJson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
writeFileSync(manifestFile, JSON.stringify({ ...own.manifest, version: packageJson.version }));

// Only functions that ran are compiled in the cache: runs of the command are what makes a cold one fast. What checking
// documents of both grammars runs, right ones and wrong ones, is most of what a cold command waits for.
const examples = join(root, 'tosca/examples');
const warming = [
  { argv: ['--help'], status: 0 },
  { argv: ['convert', 'compose-examples/guestbook/compose.yml', '--output', '/dev/null'], status: 0 },
  {
    argv: ['validate', ...['web-and-database', 'static-addresses'].map((name) => `${examples}/${name}/template.yaml`)],
    status: 0,
  },
  { argv: ['validate', 'scripts/warming/template.yaml'], status: 1 },
  { argv: ['validate', 'scripts/warming/compose.yml'], status: 1 },
];
for (const { argv, status } of warming) {
  const warmed = spawnSync(process.execPath, [join(root, 'bin/clocker'), ...argv], {
    cwd: root,
    env: { ...process.env, CLOCKER_WRITE_CODE_CACHE: '1' },
    encoding: 'utf8',
  });
  if (warmed.status !== status) {
    process.stderr.write(`The built command does not run ${argv.join(' ')}:\n${warmed.stderr}`);
    process.exitCode = 1;
  }
}
