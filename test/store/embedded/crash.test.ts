import { spawn } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundleScript } from '../../support/bundle.ts';
import { temporaryDirectory } from '../../support/temporary.ts';
import { systemStoreClock } from '../../../src/store/clock.ts';
import { openEmbeddedStore } from '../../../src/store/embedded/embedded.ts';

/** Runs the writer until it has acknowledged so many writes, then kills it; answers the last one of each of its sides. */
async function runAndKill(script: string, directory: string, round: number, writes: number) {
  const child = spawn(process.execPath, [script, directory, String(round)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => {
    said += text;
    if (said.split('\n').length > writes) child.kill('SIGKILL');
  });
  const signal = await new Promise((resolve) => child.on('close', (_code, how) => resolve(how)));
  expect(signal).toBe('SIGKILL');
  const acknowledged = new Map<string, number>();
  for (const line of said.slice(0, said.lastIndexOf('\n')).split('\n').slice(1)) {
    const [writer = '', index = ''] = line.split(' ');
    acknowledged.set(writer, Number(index));
  }
  return acknowledged;
}

test('what was acknowledged is there after kill -9, whole, whenever it comes', { timeout: 60_000 }, async () => {
  const directory = await temporaryDirectory();
  const script = await bundleScript(new URL('crash-writer.ts', import.meta.url), await temporaryDirectory());
  let revision = 0;
  for (let round = 0; round < 10; round++) {
    // Spread over the writing of a group, of a new log, and of the very first.
    const acknowledged = await runAndKill(script, directory, round, 5 + round * 97);
    const store = await openEmbeddedStore({ directory, clock: systemStoreClock });
    for (const [writer, index] of acknowledged) {
      const [of, found] = (await store.get(`/a/${writer}`))?.value.split('.').map(Number) ?? [];
      expect(of).toBe(round);
      expect(found).toBeGreaterThanOrEqual(index);
    }
    const [first, second] = [await store.list('/a/'), await store.list('/b/')];
    expect(first.entries.map((entry) => entry.value)).toEqual(second.entries.map((entry) => entry.value));
    expect(first.revision).toBeGreaterThan(revision);
    revision = first.revision;
    await store.close();
  }
});

test('a write returns only when it is on the disk: the log is open with O_DSYNC, before and after it is written anew', async () => {
  const directory = await temporaryDirectory();
  const store = await openEmbeddedStore({ directory, clock: systemStoreClock, rewriteAbove: 1000 });
  const flagsOfLog = async (): Promise<readonly number[]> => {
    const flags: number[] = [];
    for (const fd of await readdir('/proc/self/fd')) {
      const path = await readlink(`/proc/self/fd/${fd}`).catch(() => '');
      if (!path.startsWith(join(directory, 'store.log'))) continue;
      const info = await readFile(`/proc/self/fdinfo/${fd}`, 'utf8');
      flags.push(parseInt(/^flags:\s*(\d+)/m.exec(info)?.[1] ?? '0', 8));
    }
    return flags;
  };
  const synchronous = 0o10000;
  for (let index = 0; index < 40; index++) {
    const flags = await flagsOfLog();
    expect(flags.length).toBeGreaterThan(0);
    expect(flags.every((each) => (each & synchronous) !== 0)).toBe(true);
    await store.transact([], [{ op: 'put', key: '/a', value: 'x'.repeat(500) }]);
  }
  await store.close();
  expect(await flagsOfLog()).toEqual([]);
});
