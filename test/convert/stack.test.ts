/**
 * Stack files of all compose files of the corpus, judged by `docker stack config` (25 or newer, no daemon needed): it
 * accepts each, and where it accepts the compose file too, all it says of that is in ours.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { convert } from '../../src/convert/index.ts';
import { cases, requestFor } from './corpus.ts';

const dockerMajor = (): number => {
  const { status, stdout } = spawnSync('docker', ['--version'], { encoding: 'utf8', timeout: 10_000 });
  return status === 0 ? Number(/version (\d+)/.exec(stdout)?.[1] ?? 0) : 0;
};

const isJudge = dockerMajor() >= 25;
if (!isJudge) console.warn('skipped: docker stack config as judge of --to stack: no docker CLI of 25 or newer');

/** Where Docker's answer is another because `docker stack` doesn't read `.env` (moby#29133): variables are empty there. */
const withoutDotEnv = new Set([
  'awesome-compose/pihole-cloudflared-DoH/compose.yaml',
  'docker-compose/pkg/e2e/fixtures/nested/compose.yaml',
  'docker-compose/pkg/e2e/fixtures/project-volume-bind-test/docker-compose.yml',
  'docker-compose/pkg/e2e/testdata/TestPublishInterpolatedEnv/compose.yaml',
  'kompose/script/test/fixtures/env-dotenv/compose.yaml',
  'kompose/script/test/fixtures/envfile-interpolation/compose.yaml',
]);

const all = process.env['CLOCKER_LONG'] === '1';
const chosen = all ? cases : cases.filter((_case, index) => index % 5 === 0);

/** Leaves by path; a map or list without content says nothing. */
function leavesOf(value: unknown, path: string, into: Map<string, unknown>): Map<string, unknown> {
  if (typeof value !== 'object' || value === null) into.set(path, value);
  else for (const [key, item] of Object.entries(value)) leavesOf(item, `${path}/${key}`, into);
  return into;
}

describe.skipIf(!isJudge || cases.length === 0)('docker stack config', () => {
  test.each(chosen)('$name', async ({ name, file, stack }) => {
    const { text } = await convert(requestFor(file, 'stack'));
    const options = { input: text, cwd: dirname(file), encoding: 'utf8', timeout: 20_000 } as const;
    const { status, stdout, stderr } = spawnSync('docker', ['stack', 'config', '-c', '-'], options);
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    if (stack === undefined || withoutDotEnv.has(name)) return;
    const root = file.slice(0, file.length - name.length + name.indexOf('/'));
    const want = leavesOf(parse(readFileSync(stack, 'utf8').replaceAll('/ROOT', root)), '', new Map());
    const have = leavesOf(parse(stdout), '', new Map());
    expect([...want].filter(([path, value]) => have.get(path) !== value || !have.has(path))).toEqual([]);
  });
});
