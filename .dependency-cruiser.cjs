/** The table "Who may import whom" of ARCHITECTURE.md, read and enforced: the text is the law. */
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const escape = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
const cells = (line) =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
const words = (cell) =>
  cell
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

const text = readFileSync(join(__dirname, 'ARCHITECTURE.md'), 'utf8');
const rows = text
  .split('\n')
  .filter((line) => /^\| (src|plugins)\//.test(line))
  .map(cells)
  .map(([folder, modules, packages]) => ({
    folder,
    modules: words(modules).map((name) => (name.startsWith('plugins/') ? name : `src/${name}`)),
    packages: words(packages),
  }));

const order = rows.map((row) => row.folder);
for (const row of rows)
  for (const name of row.modules) {
    if (!order.includes(name)) throw new Error(`ARCHITECTURE.md: ${row.folder} names ${name}, which has no row.`);
    if (order.indexOf(name) >= order.indexOf(row.folder))
      throw new Error(`ARCHITECTURE.md: ${row.folder} imports ${name}, which is not above it.`);
  }

const folderRules = rows.flatMap((row) => [
  {
    name: `${row.folder}: modules`,
    severity: 'error',
    comment: 'Not in the row of this folder in ARCHITECTURE.md.',
    from: { path: `^${escape(row.folder)}/` },
    to: {
      path: '^(src|plugins|test|scripts)/',
      pathNot: [row.folder, ...row.modules].map((name) => `^${escape(name)}/`).concat('\\.json$'),
    },
  },
  {
    name: `${row.folder}: packages`,
    severity: 'error',
    comment: 'Packages a folder may import are in its row of ARCHITECTURE.md.',
    from: { path: `^${escape(row.folder)}/` },
    to: {
      dependencyTypes: ['npm', 'npm-dev', 'npm-no-pkg', 'npm-unknown', 'npm-optional', 'npm-peer'],
      pathNot: row.packages.map((name) => `(^|/)node_modules/(@types/)?${escape(name)}(/|$)`),
    },
  },
]);

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'every folder has a row',
      severity: 'error',
      comment: 'Add the folder to the table of ARCHITECTURE.md.',
      from: { path: '^(src|plugins)/', pathNot: order.map((name) => `^${escape(name)}/`) },
      to: {},
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    ...folderRules,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
