/** What may follow the words of a command line, for each shell. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { completionOf, type Known } from '../../src/commands/completion/candidates.ts';
import { scripts, shells } from '../../src/commands/completion/scripts.ts';
import { loadCommands } from '../../src/commands/table.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const root = join(import.meta.dirname, '../..');
const { oclif } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { oclif: Pick<Known, 'topics'> };
const classes = await loadCommands();

/** As the manifest has them. */
const known: Known = {
  topics: oclif.topics,
  commands: Object.fromEntries(
    Object.entries(classes).map(([id, { summary = '', strict, args, flags, baseFlags }]) => [
      id,
      {
        id,
        summary,
        strict,
        args: Object.fromEntries(
          Object.entries(args).map(([name, { options }]) => [name, { name, ...(options && { options }) }]),
        ),
        flags: { ...baseFlags, ...flags },
      },
    ]),
  ),
};

const valuesAfter = (...line: readonly string[]): readonly string[] | string => {
  const completion = completionOf(line, known);
  if (completion.kind === 'names') return `${completion.of} ${completion.given.join(' ')}`.trim();
  return completion.kind === 'files' ? 'files' : completion.candidates.map(({ value }) => value);
};

describe('what may follow', () => {
  test.each<readonly [line: readonly string[], expected: readonly string[] | string]>([
    [['val'], ['validate']],
    [
      ['network', ''],
      ['create', 'ls', 'rm', 'show'],
    ],
    [['network', 's'], ['show']],
    [['nothing', ''], []],
    [['show', ''], 'applications'],
    [['show', 'shop', ''], 'entities shop'],
    [['show', 'shop', 'web', ''], []],
    [['show', '--json', 'shop', ''], 'entities shop'],
    [['show', '--host', 'unix:///x', ''], 'applications'],
    [['network', 'rm', 'ne'], 'networks'],
    [['node', 'show', ''], 'nodes'],
    [['policy', 'rm', ''], 'policies'],
    [['logs', '-n', '5', ''], 'applications'],
    [['convert', ''], 'files'],
    [['convert', 'a.yml', 'b'], 'files'],
    [['convert', '--to', 's'], ['stack']],
    [['convert', '--to=s'], ['stack']],
    [['convert', '--to', '=', 's'], ['stack']],
    [['convert', '--output', ''], 'files'],
    [['validate', '--', '-x'], 'files'],
    [['logs', 'shop', '--fo'], ['--follow']],
    [['logs', 'shop', '-f', '--fo'], []],
    [['completion', ''], [...shells]],
  ])('%j', (line, expected) => {
    expect(valuesAfter(...line)).toEqual(expected);
  });

  test('every command and topic at the beginning', () => {
    const first = new Set(Object.keys(classes).map((id) => id.split(':')[0]));
    expect(valuesAfter('')).toEqual([...first]);
  });

  test.each(Object.keys(classes))('every flag of %s', (id) => {
    const flags = Object.entries({ ...classes[id]?.baseFlags, ...classes[id]?.flags }).flatMap(([name, { hidden }]) =>
      hidden === true ? [] : [name],
    );
    const found = valuesAfter(...id.split(':'), '--');
    for (const flag of flags) expect(found).toContain(`--${flag}`);
  });

  test('the flags that say which daemon go along', () => {
    const asked = completionOf(['show', '--host', 'unix:///x.sock', ''], known);
    expect(asked).toMatchObject({ kind: 'names', flags: { host: 'unix:///x.sock' } });
  });
});

/** A program in the place of clocker that tells what it was asked, and answers. */
async function fakeClocker(answer: string): Promise<string> {
  const directory = await temporaryDirectory();
  const program = join(directory, 'clocker');
  await writeFile(program, `#!/bin/sh\nprintf '%s|' "$@" >${directory}/asked\nprintf '${answer}'\n`, { mode: 0o755 });
  return directory;
}

test('bash hands over the words and takes what comes back', async () => {
  const directory = await fakeClocker('one\\tthe first\\ntwo words\\tthe second\\n');
  const script = `${scripts.bash}
COMP_WORDS=(clocker network show o); COMP_CWORD=3; _clocker; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const path = `${directory}:${process.env['PATH'] ?? ''}`;
  const { stdout, stderr } = spawnSync('bash', ['--norc', '--noprofile', '-c', script], {
    env: { PATH: path },
    encoding: 'utf8',
  });
  expect([stdout, stderr]).toEqual(['one\ntwo\\ words\n', '']);
  expect(readFileSync(join(directory, 'asked'), 'utf8')).toBe('completion|--|network|show|o|');
});

const isThere = (shell: string): boolean => {
  const found = existsSync(`/usr/bin/${shell}`);
  if (!found) console.warn(`SKIPPED: ${shell} completes by its script: ${shell} is not installed`);
  return found;
};

test.skipIf(!isThere('fish'))('fish offers what comes back', async () => {
  const directory = await fakeClocker('one\\tthe first\\nother\\tthe second\\n');
  const environment = { PATH: `${directory}:${process.env['PATH'] ?? ''}`, HOME: directory };
  const script = `${scripts.fish}\ncomplete -C 'clocker network show o'`;
  const { stdout } = spawnSync('/usr/bin/fish', ['-c', script], { env: environment, encoding: 'utf8' });
  expect(stdout).toBe('one\tthe first\nother\tthe second\n');
  expect(readFileSync(join(directory, 'asked'), 'utf8')).toBe('completion|--|network|show|o|');
});

test.skipIf(!isThere('zsh'))('zsh reads its script', async () => {
  const file = join(await temporaryDirectory(), '_clocker');
  await writeFile(file, scripts.zsh);
  const { status, stderr } = spawnSync('/usr/bin/zsh', ['-f', '-n', file], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
});
