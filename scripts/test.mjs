/**
 * `npm test`: sets up what is missing, builds, then format, lint, types, boundaries, dead code, and the unit, golden and
 * live tests. Every step runs even when one before it failed; the last line is `N passed, N failed`, each step that is
 * not a test run counting as one. `npm test -- unit golden` runs only the steps named.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { conformanceTable } from './conformance.mjs';
import { ensureDebianPackages, ensureNodePackages, root, testPackages } from './setup.mjs';

const say = (text) => process.stdout.write(`${text}\n`);
const reports = mkdtempSync(join(tmpdir(), 'clocker-test-'));
const bin = (name) => join(root, 'node_modules/.bin', name);
const minutes = (count) => count * 60_000;

const vitest = (project, limit) => ({
  name: project,
  command: [
    bin('vitest'),
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${join(reports, `${project}.json`)}`,
  ],
  report: join(reports, `${project}.json`),
  limit,
});

const steps = [
  { name: 'build', command: [process.execPath, join(root, 'scripts/build.mjs')], limit: minutes(2) },
  { name: 'format', command: [bin('biome'), 'format', '.'], limit: minutes(1) },
  {
    name: 'lint',
    command: [
      bin('eslint'),
      '--cache',
      '--cache-location',
      'node_modules/.cache/eslint/',
      'src',
      'plugins',
      'bench',
      'test',
    ],
    limit: minutes(4),
  },
  { name: 'types', command: [bin('tsc'), '-p', 'tsconfig.json', '--noEmit'], limit: minutes(3) },
  {
    name: 'boundaries',
    command: [bin('depcruise'), '--config', '.dependency-cruiser.cjs', 'src', 'plugins'],
    limit: minutes(2),
  },
  { name: 'dead-code', command: [bin('knip')], limit: minutes(2) },
  vitest('unit', minutes(6)),
  vitest('golden', minutes(8)),
  vitest('live', minutes(33)),
];

/** Ends the whole process group when the limit is over, so that nothing it started lives on. */
function runStep(step) {
  return new Promise((resolve) => {
    const [command, ...args] = step.command;
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], detached: true });
    const end = (signal) => {
      try {
        process.kill(-child.pid, signal);
      } catch {
        // Already gone.
      }
    };
    const timer = setTimeout(() => {
      say(`${step.name}: not finished after ${step.limit / 60_000} minutes, stopped`);
      end('SIGTERM');
      setTimeout(() => end('SIGKILL'), 15_000).unref();
    }, step.limit);
    const interrupted = () => end('SIGTERM');
    process.once('SIGINT', interrupted);
    process.once('SIGTERM', interrupted);
    child.on('error', (error) => say(`${step.name}: ${error.message}`));
    child.on('close', (code) => {
      clearTimeout(timer);
      process.off('SIGINT', interrupted);
      process.off('SIGTERM', interrupted);
      resolve(code ?? 1);
    });
  });
}

/** Tests of a report; a run that failed without a failed test (a file that does not load) counts as one. */
function countsOf(step, code) {
  if (step.report === undefined) return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  try {
    const report = JSON.parse(readFileSync(step.report, 'utf8'));
    const failed = report.numFailedTests + (code !== 0 && report.numFailedTests === 0 ? 1 : 0);
    return { passed: report.numPassedTests, failed, skipped: report.numPendingTests + report.numTodoTests };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

/** File, name, status and first line of what went wrong, of each test of the runs that came to a report. */
const resultsOf = (step) => {
  try {
    return JSON.parse(readFileSync(step.report, 'utf8')).testResults.flatMap(
      ({ name: file, message, assertionResults }) =>
        assertionResults.length === 0
          ? [
              {
                file: relative(root, file),
                name: 'the file does not load',
                status: 'failed',
                why: firstLine([message]),
              },
            ]
          : assertionResults.map(({ fullName, status, failureMessages }) => ({
              file: relative(root, file),
              name: fullName,
              status,
              why: firstLine(failureMessages),
            })),
    );
  } catch {
    return [];
  }
};
const firstLine = ([message = ''] = []) => message.split('\n')[0];

/** What failed once more where a reader looks first: the end, minutes of output below where it happened. */
function failuresOf(steps) {
  const failed = steps.flatMap(resultsOf).filter(({ status }) => status === 'failed');
  return failed.map(({ file, name, why }) => `FAILED  ${file}: ${name}\n        ${why}`).join('\n');
}

async function main() {
  ensureDebianPackages(testPackages, say);
  ensureNodePackages(say);
  const asked = process.argv.slice(2);
  const unknown = asked.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0)
    throw new Error(`No such step: ${unknown.join(', ')}. Steps: ${steps.map((step) => step.name).join(' ')}`);
  const total = { passed: 0, failed: 0 };
  const summary = [];
  const chosen = steps.filter(({ name }) => asked.length === 0 || asked.includes(name));
  for (const step of chosen) {
    say(`\n── ${step.name}`);
    const started = Date.now();
    const code = await runStep(step);
    const counts = countsOf(step, code);
    total.passed += counts.passed;
    total.failed += counts.failed;
    const skipped = counts.skipped ? `, ${counts.skipped} skipped` : '';
    summary.push(
      `${step.name.padEnd(12)} ${String(counts.passed).padStart(6)} passed, ${counts.failed} failed${skipped}  ${((Date.now() - started) / 1000).toFixed(1)} s`,
    );
  }
  if (asked.length === 0)
    say(
      `\n── conformance of the drivers\n${conformanceTable(chosen.filter(({ report }) => report).flatMap(resultsOf))}`,
    );
  const failures = failuresOf(chosen.filter(({ report }) => report));
  if (failures !== '') say(`\n${failures}`);
  say(`\n${summary.join('\n')}\n\n${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
}

try {
  await main();
} catch (error) {
  say(`${error instanceof Error ? error.message : error}\n\n0 passed, 1 failed`);
  process.exitCode = 1;
} finally {
  rmSync(reports, { recursive: true, force: true });
}
