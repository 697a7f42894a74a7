/**
 * `npm run score`: how Clocker does on the corpora, next to what other tools reach on them, as one table; `--json` as
 * JSON. The golden tests compute it. Exit code 1: a case is not as it has to be. 2: there is no corpus.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './setup.mjs';

const names = ['compose', 'tosca'];
const folder = mkdtempSync(join(tmpdir(), 'clocker-score-'));

function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Rows as objects by the heads. */
const objects = ([heads, ...rows]) => rows.map((row) => Object.fromEntries(row.map((cell, at) => [heads[at], cell])));

try {
  const tests = names.map((name) => `test/golden/${name}-corpus.test.ts`);
  const { status, stdout, stderr } = spawnSync(
    join(root, 'node_modules/.bin/vitest'),
    ['run', '--project', 'golden', ...tests],
    { cwd: root, encoding: 'utf8', env: { ...process.env, CLOCKER_SCORES: folder }, maxBuffer: 1 << 28 },
  );
  const found = names.filter((name) => existsSync(join(folder, `${name}.json`)));
  const scores = found.map((name) => [name, JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'))]);
  if (process.argv.includes('--json'))
    process.stdout.write(
      `${JSON.stringify(Object.fromEntries(scores.map(([name, rows]) => [name, objects(rows)])), undefined, 2)}\n`,
    );
  else process.stdout.write(`${scores.map(([name, rows]) => `${name}\n${table(rows)}\n`).join('\n')}`);
  if (found.length < names.length) {
    process.stderr.write('No score for all corpora: they are read from ../shared/corpus beside the checkout.\n');
    process.exitCode = 2;
  } else if (status !== 0) {
    process.stderr.write(`${stdout}${stderr}`);
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
