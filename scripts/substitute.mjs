/** Changes of the source for one bundle or one test run only, to see that the tests notice them. */
import { readFileSync } from 'node:fs';

const fileOf = (path, substitutions) => substitutions.find(({ file }) => path.endsWith(`/${file}`))?.file;

/** The source with its changes; throws when one of them finds nothing to change, or more than one place. */
export function substituted(file, source, substitutions) {
  return substitutions
    .filter((one) => one.file === file)
    .reduce((text, { find, replace }) => {
      const places = text.split(find).length - 1;
      if (places !== 1) throw new Error(`${file} has ${places} places that say ${JSON.stringify(find)}, not one.`);
      return text.replace(find, () => replace);
    }, source);
}

export const substitutionsForEsbuild = (substitutions) => ({
  name: 'substitutions',
  setup(build) {
    const left = new Set(substitutions.map(({ file }) => file));
    build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const file = fileOf(path, substitutions);
      if (file === undefined) return undefined;
      left.delete(file);
      return { contents: substituted(file, readFileSync(path, 'utf8'), substitutions), loader: 'ts' };
    });
    build.onEnd(() => {
      if (left.size > 0) throw new Error(`The bundle has no ${[...left].join(', ')}.`);
    });
  },
});

/** Those of CLOCKER_PLANTED, as JSON; none otherwise. */
export const substitutionsForVite = {
  name: 'substitutions',
  enforce: 'pre',
  transform(source, id) {
    const substitutions = JSON.parse(process.env.CLOCKER_PLANTED ?? '[]');
    const file = fileOf(id.split('?')[0], substitutions);
    return file === undefined ? undefined : substituted(file, source, substitutions);
  },
};
