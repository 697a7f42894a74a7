/** --report, --report=FILE, --json, --strict and --loose, each for each language written: exit code, streams, files. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { targets } from '../../src/convert/index.ts';
import type { Target } from '../../src/convert/index.ts';
import { run as runProgram } from '../../src/host/process.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const patience = 60_000;
const root = join(import.meta.dirname, '../..');

beforeAll(async () => {
  if (!existsSync(join(root, 'dist/clocker.cjs')))
    await runProgram([process.execPath, join(root, 'scripts/build.mjs')], { timeout: patience });
}, patience);

type Ran = { readonly status: number | null; readonly stdout: string; readonly stderr: string };

const clocker = (words: readonly string[], cwd: string): Ran =>
  spawnSync(process.execPath, [join(root, 'bin/clocker'), ...words], { cwd, encoding: 'utf8', timeout: patience });

/** A warning (line 4), and a loss whatever is written. */
const lossy = `services:
  web:
    image: nginx
    restart: sometimes
    ipc: host
volumes:
  unused: {driver: local}
`;
const lossless = 'services:\n  web:\n    image: nginx\n    init: true\n';
const wrong = 'services:\n  web:\n    restart: sometimes\n';

const unused = { path: 'volumes.unused.driver', reason: 'No active service uses it' };
/** What is lost of it, and why. */
const losses: Readonly<Record<Target, typeof unused>> = {
  blueprint: unused,
  compose: unused,
  stack: { path: 'services.web.ipc', reason: 'Tasks share no namespaces' },
  tosca: unused,
};
const warning = /compose\.yml:4:14 warning restart-unknown/;

type Given = { readonly text: string; readonly flags: readonly string[] };

type Row = Given & {
  readonly name: string;
  readonly status: number;
  readonly isWritten: boolean;
  readonly told: { readonly loss: boolean; readonly warning: boolean };
};

const rows: readonly Row[] = [
  { name: 'nothing', text: lossy, flags: [], status: 0, isWritten: true, told: { loss: false, warning: true } },
  {
    name: '--report',
    text: lossy,
    flags: ['--report'],
    status: 0,
    isWritten: true,
    told: { loss: true, warning: true },
  },
  {
    name: '--strict',
    text: lossy,
    flags: ['--strict'],
    status: 1,
    isWritten: false,
    told: { loss: true, warning: true },
  },
  {
    name: '--strict of what loses nothing',
    text: lossless,
    flags: ['--strict'],
    status: 0,
    isWritten: true,
    told: { loss: false, warning: false },
  },
  {
    name: '--loose',
    text: lossy,
    flags: ['--loose'],
    status: 0,
    isWritten: true,
    told: { loss: false, warning: false },
  },
  {
    name: '--loose --report',
    text: lossy,
    flags: ['--loose', '--report'],
    status: 0,
    isWritten: true,
    told: { loss: false, warning: false },
  },
];

describe.each(targets)('--to %s', { timeout: patience }, (to) => {
  const { path, reason } = losses[to];
  const loss = new RegExp(`^lost ${path}: ${reason}`, 'm');
  const convert = async ({ text, flags }: Given): Promise<Ran & { readonly directory: string }> => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, 'compose.yml'), text);
    return { directory, ...clocker(['convert', 'compose.yml', '--to', to, ...flags], directory) };
  };

  test.each(rows)('$name', async ({ status, isWritten, told, ...given }) => {
    const ran = await convert(given);
    expect(ran.status, ran.stderr).toBe(status);
    expect(ran.stdout.includes('nginx')).toBe(isWritten);
    expect(loss.test(ran.stderr)).toBe(told.loss);
    expect(warning.test(ran.stderr)).toBe(told.warning);
  });

  test('--report=FILE', async () => {
    const { status, stdout, stderr, directory } = await convert({ text: lossy, flags: ['--report=report.txt'] });
    expect(status).toBe(0);
    expect(stdout).toContain('nginx');
    expect(stderr).not.toMatch(loss);
    expect(await readFile(join(directory, 'report.txt'), 'utf8')).toMatch(loss);
  });

  test('--json', async () => {
    const { status, stdout, stderr } = await convert({ text: lossy, flags: ['--json'] });
    expect([status, stderr]).toEqual([0, '']);
    const { text, problems, report } = JSON.parse(stdout) as Record<'text', string> &
      Record<'problems' | 'report', readonly Readonly<Record<string, unknown>>[]>;
    expect(text).toContain('nginx');
    expect(problems).toMatchObject([{ code: 'restart-unknown', severity: 'warning' }]);
    expect(report).toContainEqual(expect.objectContaining({ path: 'services.web.image', fate: 'carried' }));
    expect(report).toContainEqual(expect.objectContaining({ path, fate: 'lost' }));
  });

  test('--json --strict', async () => {
    const { status, stdout } = await convert({ text: lossy, flags: ['--json', '--strict'] });
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ problems: [{ code: 'restart-unknown' }] });
  });

  test.each([[], ['--loose'], ['--report'], ['--json']].map((flags) => ({ flags })))(
    'what is wrong is told, and nothing written: $flags',
    async ({ flags }) => {
      const { status, stdout, stderr } = await convert({ text: wrong, flags });
      expect(status).toBe(1);
      expect(stdout + stderr).toContain('service-image');
      if (!flags.includes('--json')) expect(stdout).toBe('');
    },
  );

  test('--strict and --loose exclude each other', async () => {
    const { status, stdout } = await convert({ text: lossy, flags: ['--strict', '--loose'] });
    expect(status).toBe(2);
    expect(stdout).toBe('');
  });
});
