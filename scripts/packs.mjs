/**
 * Splits the command where the source says `import()`, and puts the parts that are loaded together into one file: a cold
 * command reads few files, and none of what it does not use.
 */
import { basename } from 'node:path';
import { build, transform } from 'esbuild';

/**
 * Parts of the source that are loaded by themselves, by what needs them; what they import statically goes with them. A chunk
 * is in the first pack that reaches it, and what none reaches is in the last.
 */
const packs = [
  {
    name: 'start.pack.js',
    entries: [
      'src/commands/main.ts',
      'src/commands/convert.ts',
      'src/commands/validate.ts',
      'src/commands/archive.ts',
      'src/commands/tosca-flags.ts',
      'src/host/files.ts',
      'src/convert/index.ts',
      'src/diagnostic/render.ts',
    ],
  },
  {
    name: 'compose.pack.js',
    entries: ['compose', 'from-compose', 'to-compose', 'render'].map((name) => `src/convert/${name}.ts`),
  },
  {
    name: 'tosca.pack.js',
    entries: ['src/convert/tosca.ts'],
  },
  { name: 'blueprint.pack.js', entries: ['src/blueprint/index.ts', 'src/document/render.ts', 'src/graph/index.ts'] },
  {
    name: 'template.pack.js',
    entries: [
      ...['inputs', 'explain', 'upgrade'].map((name) => `src/convert/${name}.ts`),
      ...['csar/index', 'read', 'write/template', 'explain', 'upgrade/template'].map((name) => `src/tosca/${name}.ts`),
    ],
  },
  { name: 'client.pack.js', entries: ['src/client/index.ts'] },
  { name: 'daemon.pack.js', entries: [] },
];

/** Answers files by name, and the pack of each chunk. `options` are esbuild's. */
export async function buildPacks(entry, options) {
  const { outputFiles, metafile } = await build({
    ...options,
    entryPoints: [entry],
    outdir: 'dist',
    bundle: true,
    format: 'esm',
    splitting: true,
    write: false,
    metafile: true,
  });
  const chunks = new Map(Object.entries(metafile.outputs).map(([path, chunk]) => [basename(path), chunk]));
  const packOf = assignChunks(chunks);
  const parts = new Map(packs.map(({ name }) => [name, []]));
  for (const { path, text } of outputFiles) {
    const name = basename(path);
    // The packs run as scripts, in which import() of what is outside of them does not work; require() does.
    const { code } = await transform(text, {
      ...options.transform,
      format: 'cjs',
      supported: { 'dynamic-import': false },
    });
    parts.get(packOf.get(name)).push(`${JSON.stringify(`./${name}`)}(require,module,exports){${code}}`);
  }
  const files = new Map(
    [...parts].map(([name, functions]) => [
      name,
      `(function(__dirname,__clockerUrl){return{${functions.join(',\n')}}})\n`,
    ]),
  );
  return { files, packOf, main: chunkOf(chunks, 'src/commands/main.ts') };
}

const chunkOf = (chunks, entry) => [...chunks].find(([, chunk]) => chunk.entryPoint === entry)?.[0];

/** With what they import statically. */
function reached(chunks, entries, found = new Set()) {
  for (const entry of entries) {
    if (!chunks.has(entry) || found.has(entry)) continue;
    found.add(entry);
    const imports = chunks.get(entry).imports.filter(({ kind }) => kind === 'import-statement');
    reached(
      chunks,
      imports.map(({ path }) => basename(path)),
      found,
    );
  }
  return found;
}

function assignChunks(chunks) {
  const packOf = new Map();
  const take = (chunk, pack) => {
    if (!chunks.has(chunk) || packOf.has(chunk)) return;
    packOf.set(chunk, pack);
    for (const { path, kind } of chunks.get(chunk).imports) if (kind === 'import-statement') take(basename(path), pack);
  };
  const chunksOf = ({ entries }) =>
    entries.map((entry) => {
      const chunk = chunkOf(chunks, entry);
      if (chunk === undefined) throw new Error(`${entry} is no part that is loaded by itself.`);
      return chunk;
    });
  const [start, compose, tosca] = packs;
  for (const chunk of chunksOf(start)) take(chunk, start.name);
  // What checking documents of either language needs: neither opens the pack of the other for it.
  const ofTosca = reached(chunks, chunksOf(tosca));
  for (const chunk of reached(chunks, chunksOf(compose))) if (ofTosca.has(chunk)) take(chunk, start.name);
  for (const pack of packs) for (const chunk of chunksOf(pack)) take(chunk, pack.name);
  for (const [chunk, { entryPoint = '' }] of chunks) {
    // A profile is one text, read when a template needs it.
    if (!packOf.has(chunk)) packOf.set(chunk, entryPoint.startsWith('tosca/') ? 'tosca.pack.js' : packs.at(-1).name);
  }
  return packOf;
}
