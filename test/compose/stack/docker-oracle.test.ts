import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, describe, expect, test } from 'vitest';
import { translateToStack } from '../../../src/compose/stack/index.ts';
import { parseDocument } from '../../../src/document/parse.ts';
import { renderYaml } from '../../../src/document/render.ts';

const corpus = new URL('../../../../shared/corpus/compose/expected-compose/', import.meta.url).pathname;

/** Why `docker stack config` can't judge here, if it can't. It is there since 25, and needs no daemon. */
function reasonToSkip(): string | undefined {
  if (!existsSync(corpus)) return `no ${corpus}`;
  const { status, stdout } = spawnSync('docker', ['--version'], { encoding: 'utf8', timeout: 10_000 });
  const major = status === 0 ? Number(/version (\d+)/.exec(stdout)?.[1] ?? 0) : 0;
  return major >= 25 ? undefined : `a docker CLI of 25 or newer is needed, found ${major === 0 ? 'none' : major}`;
}

const reason = reasonToSkip();
if (reason !== undefined) console.warn(`skipped: docker stack config as judge of --to stack: ${reason}`);

const all = reason === undefined ? readdirSync(corpus).filter((name) => name.endsWith('.json')) : [];
/** A sample for every day; all with CLOCKER_LONG=1. */
const chosen = process.env['CLOCKER_LONG'] === '1' ? all : all.filter((_name, index) => index % 6 === 0);

describe.skipIf(reason !== undefined)('docker stack config accepts what we write', () => {
  const folder = mkdtempSync(`${tmpdir()}/clocker-stack-`);
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  test.each(chosen)('%s', (name) => {
    const tree = parseDocument(readFileSync(`${corpus}${name}`, 'utf8'), name, { schema: 'core' }).value;
    if (tree.kind !== 'map') throw new Error('not a map');
    const file = `${folder}/${name}.yml`;
    writeFileSync(file, renderYaml(translateToStack(tree).value));
    const { status, stderr } = spawnSync('docker', ['stack', 'config', '-c', file], {
      encoding: 'utf8',
      timeout: 10_000,
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.any(String) as string });
  });
});
