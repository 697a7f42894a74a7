import { existsSync, readdirSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { run } from '../../src/host/process.ts';
import { bundleScript } from '../support/bundle.ts';
import { connectAgent, openLab, whyNoLab } from '../support/lab/index.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const reason = await whyNoLab();
if (reason !== undefined) console.warn(`SKIPPED: live lab: ${reason}`);

/** Others may have labs of their own here at the same time. */
const groupsOf = (lab: string): readonly string[] =>
  readdirSync('/sys/fs/cgroup').flatMap((part) => {
    const path = `/sys/fs/cgroup/${part}`;
    try {
      return readdirSync(path).filter((name) => name.startsWith(lab));
    } catch {
      return [];
    }
  });
const programOf = async (pid: number): Promise<string> => (await readFile(`/proc/${pid}/comm`, 'utf8')).trim();
const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`);

describe.skipIf(reason !== undefined)('the lab', () => {
  test('has hosts that reach each other, with engines that run containers, and leaves nothing', async () => {
    const lab = await openLab({ hosts: ['h1', 'h2'], engines: ['h1'] });
    const pids = lab.hosts.map((host) => host.pid);
    try {
      const [h1, h2] = [lab.host('h1'), lab.host('h2')];
      await h1.exec(['busybox', 'ping', '-c', '1', '-W', '2', h2.address]);
      await h1.exec(['busybox', 'ping', '-c', '1', '-W', '2', h2.addressV6]);
      await h1.docker('run', '-d', '--name', 'one', '--publish', '8080:80', 'busybox:lab');
      const inside = connectAgent('one', await h1.enterContainer('one'));
      await inside.listen('tcp', 80);
      const outside = connectAgent('h2', h2.enter);
      expect(await outside.probe({ host: h1.address, port: 8080 })).toBe(`one ${h2.address}`);
      await Promise.all([inside.close(), outside.close()]);
    } finally {
      await lab.close();
    }
    expect(pids.filter(isAlive)).toEqual([]);
    expect(existsSync(lab.directory)).toBe(false);
    expect(groupsOf(lab.name)).toEqual([]);
  });

  /** As the workers of the tests are: by a process that has a channel to it. */
  const parent = `
    const script = process.argv[1];
    require('node:child_process').fork(script, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    setInterval(() => undefined, 60000);
  `;

  test.each<[string, (script: string) => readonly string[]]>([
    ['it is killed', (script) => [script]],
    ['the one that started it is killed', (script) => ['-e', parent, script]],
  ])('goes with its process, and all that runs in it, when %s', async (_how, argsOf) => {
    const directory = await temporaryDirectory();
    const script = await bundleScript(new URL('../support/lab/hold.ts', import.meta.url), directory);
    const holder = spawn(process.execPath, argsOf(script), { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await Promise.race([once(holder.stdout, 'data'), once(holder, 'close')])) as [Buffer];
    const { name, pids } = JSON.parse(line.toString()) as { name: string; pids: number[] };
    const programs = new Set(await Promise.all(pids.map(programOf)));
    expect([...programs]).toEqual(expect.arrayContaining(['dockerd', 'containerd', 'etcd', 'bird', 'sh', 'busybox']));
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    await expect.poll(() => pids.filter(isAlive), { timeout: 30_000 }).toEqual([]);
    const processes = await run(['busybox', 'pgrep', '-f', name]);
    expect(processes.stdout).toBe('');
    const next = await openLab({ hosts: ['h1'], engines: [] });
    await next.close();
    expect(existsSync(`${tmpdir()}/${name}`)).toBe(false);
    expect(groupsOf(name)).toEqual([]);
  });
});
