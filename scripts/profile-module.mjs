/**
 * Lets code import tosca/*.yaml: the profile is read once, at build time, and becomes a module that exports it packed (see
 * src/tosca/profiles/nodes.ts), so that a cold command needs no YAML parser for its own types. Plug-ins for esbuild and Vite.
 */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { LineCounter, isMap, isSeq, parseDocument } from 'yaml';

export function profileModule(text, file) {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  if (document.errors.length > 0) throw new Error(`${file}: ${document.errors[0].message}`);
  const place = (node) => {
    const { line, col } = lines.linePos(node?.range?.[0] ?? 0);
    return [line, col];
  };
  const pack = (node) => {
    if (isMap(node))
      return {
        m: node.items.flatMap(({ key, value }) => [...place(key), key.source ?? String(key.value), pack(value)]),
      };
    if (isSeq(node)) return { l: node.items.flatMap((item) => [...place(item), pack(item)]) };
    return node?.type === 'PLAIN' && needsReading(node.source) ? { p: node.source } : (node?.value ?? { p: '' });
  };
  // A text in a text: parsed when the profile is used, not when the bundle is loaded.
  const packed = JSON.stringify(JSON.stringify({ file, root: pack(document.contents) }));
  return `export default ${packed};\n`;
}

/** A plain scalar that may be something else than a text. */
const needsReading = (source) => !/^[A-Za-z$][^\n]*$/.test(source) || /^(?:true|false|null)$/i.test(source);

const nameOf = (path) => relative(new URL('..', import.meta.url).pathname, path);

export const profilesForEsbuild = {
  name: 'tosca-profiles',
  setup(build) {
    build.onLoad({ filter: /[\\/]tosca[\\/][^\\/]*\.yaml$/ }, ({ path }) => ({
      contents: profileModule(readFileSync(path, 'utf8'), nameOf(path)),
      loader: 'js',
    }));
  },
};

export const profilesForVite = {
  name: 'tosca-profiles',
  enforce: 'pre',
  load(id) {
    const path = id.split('?')[0];
    return /[\\/]tosca[\\/][^\\/]*\.yaml$/.test(path)
      ? profileModule(readFileSync(path, 'utf8'), nameOf(path))
      : undefined;
  },
};
