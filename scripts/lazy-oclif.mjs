/**
 * Makes the bundled oclif load its parts when they are used: half of them are for plug-ins, generators and spinners that no
 * command here has, and evaluating them is most of what a cold command would wait for. A plug-in for esbuild.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';

const require = createRequire(import.meta.url);

/** What our code takes from '@oclif/core', and where that has it; its own index evaluates everything. */
const entry = {
  Args: "require('@oclif/core/args')",
  Flags: "require('@oclif/core/flags')",
  Errors: "require('@oclif/core/errors')",
  Command: "require('@oclif/core/command').Command",
  Config: "require('@oclif/core/config').Config",
  flush: "require('@oclif/core/flush').flush",
  handle: "require('@oclif/core/handle').handle",
  run: "require('@oclif/core/run').run",
};

const index = Object.entries(entry)
  .map(([name, value]) => `Object.defineProperty(exports, '${name}', { enumerable: true, get: () => ${value} });`)
  .join('\n');

/**
 * Every `const name_1 = require(…)` as a function that is called where the name was used. That is sound for what TypeScript
 * emits: such a name is only ever read, and always with a member.
 */
export function requireWhenUsed(text) {
  const declaration = /^(?:const|var) (\w+_\d+) = ((?:__import(?:Default|Star)\()?require\("[^"]+"\)\)?);$/gm;
  const names = [...text.matchAll(declaration)].map(([, name]) => name);
  const lazy = text.replace(
    declaration,
    (_line, name, value) => `let ${name}$; const ${name}$$ = () => ${name}$ ??= ${value};`,
  );
  return names.reduce((all, name) => all.replaceAll(new RegExp(`\\b${name}\\b(?!\\$)`, 'g'), `(${name}$$$$())`), lazy);
}

export const lazyOclif = {
  name: 'lazy-oclif',
  setup(build) {
    build.onResolve({ filter: /^@oclif\/core$/ }, () => ({ path: 'index', namespace: 'lazy-oclif' }));
    build.onLoad({ filter: /.*/, namespace: 'lazy-oclif' }, () => ({
      contents: index,
      resolveDir: dirname(require.resolve('@oclif/core/package.json')),
    }));
    build.onLoad({ filter: /[\\/]@oclif[\\/]core[\\/]lib[\\/].*\.js$/ }, ({ path }) => ({
      contents: requireWhenUsed(
        readFileSync(path, 'utf8')
          // Looks at terminal and colours before it says nothing, which is what it says unless asked.
          .replaceAll('(0, debug_1.default)(', '((process.env.DEBUG ? debug_1.default : () => () => {}))('),
        // Asked only for the name of the platform, at a cost that is felt.
      ).replaceAll("await import('wsl-utils')", '{ isWsl: false }'),
    }));
  },
};
