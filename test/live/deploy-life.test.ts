/** What happens around the life of a container: hooks, also across a kill of the daemon, and how it comes back when it ends. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  openLab,
  startClocker,
  whyNoLab,
  withDump,
  type Clocker,
  type Lab,
  type LabHost,
} from '../support/lab/index.ts';

const reason = await whyNoLab();
if (reason !== undefined) console.warn(`SKIPPED: lives of containers: ${reason}`);

const command = join(import.meta.dirname, '../../bin/clocker');
const waiting = `[sh, -c, 'trap "exit 0" TERM; while :; do sleep 1 & wait $$!; done']`;
const note = (what: string): string => `[sh, -c, 'echo ${what} >>/notes/log']`;

const hooked = `services:
  app:
    image: busybox:lab
    command: ${waiting}
    volumes: [notes:/notes]
    pre_start: [{command: ${note('before')}}]
    post_start:
      - {command: ${note('first')}}
      - {command: [sh, -c, 'echo second >>/notes/log; sleep 3; echo through >>/notes/log']}
    pre_stop: [{command: ${note('stopping')}}]
volumes: {notes: {}}
`;

describe.skipIf(reason !== undefined)('a container', () => {
  let lab: Lab;
  let host: LabHost;
  let daemon: Clocker;

  beforeAll(async () => {
    lab = await openLab({ hosts: ['h1'], engines: ['h1'] });
    host = lab.host('h1');
    daemon = await startClocker(host);
  });
  afterAll(() => lab.close());

  const clocker = (...args: readonly string[]): Promise<string> =>
    host.exec([process.execPath, command, ...args], { timeout: 100_000 });
  const deploy = async (name: string, text: string, ...flags: readonly string[]): Promise<void> => {
    const file = join(host.directory, `${name}.yml`);
    await writeFile(file, text);
    await clocker('deploy', file, '--name', name, ...flags);
  };
  const log = async (name: string): Promise<readonly string[]> =>
    (await host.docker('exec', `${name}-app-1`, 'cat', '/notes/log')).trim().split('\n');
  type Shown = {
    readonly application: { readonly phase: string; readonly state: string };
    readonly entities: readonly { readonly id: string; readonly state: string; readonly reasons: readonly string[] }[];
  };
  const shown = async (name: string): Promise<Shown> => JSON.parse(await clocker('show', name, '--json')) as Shown;
  const dumped = (what: string, body: () => Promise<void>): void => {
    test(what, { timeout: 120_000 }, () => withDump(lab, body));
  };

  dumped('has its hooks run in their order, at each start and stop', async () => {
    await deploy('hooked', hooked);
    const start = ['before', 'first', 'second', 'through'];
    expect(await log('hooked')).toEqual(start);
    await clocker('stop', 'hooked');
    await clocker('start', 'hooked');
    expect(await log('hooked')).toEqual([...start, 'stopping', ...start]);
    await clocker('rm', 'hooked', '--volumes');
    expect(await host.docker('ps', '-aq')).toBe('');
  });

  dumped('has the rest of its hooks run when the daemon was killed between them', async () => {
    await deploy('cut', hooked, '--detach');
    await expect.poll(() => log('cut').catch(() => []), { timeout: 30_000, interval: 100 }).toContain('second');
    const id = await host.docker('inspect', '-f', '{{.Id}}', 'cut-app-1');
    await daemon.kill();
    await daemon.start();
    await expect.poll(async () => (await shown('cut')).application.phase, { timeout: 30_000 }).toBe('deployed');
    const lines = await log('cut');
    expect(lines.filter((line) => line === 'before')).toHaveLength(1);
    expect(lines.filter((line) => line === 'first')).toHaveLength(1);
    // At least once: the one that was cut off runs again.
    expect(lines.filter((line) => line === 'second')).toHaveLength(2);
    expect(lines.at(-1)).toBe('through');
    expect(await host.docker('inspect', '-f', '{{.Id}}', 'cut-app-1')).toBe(id);
    await clocker('rm', 'cut', '--volumes');
  });

  dumped('comes back, or stays away, as its restart policy says, and what it does is shown', async () => {
    await deploy(
      'lives',
      `services:
  always: {image: 'busybox:lab', command: ${waiting}, restart: always}
  twice: {image: 'busybox:lab', command: [sh, -c, 'sleep 1; exit 3'], restart: 'on-failure:2'}
  never: {image: 'busybox:lab', command: ${waiting}, restart: 'no'}
  sick:
    image: busybox:lab
    command: ${waiting}
    healthcheck: {test: [CMD-SHELL, 'echo no answer; exit 1'], interval: 300ms, retries: 1}
`,
    );
    const killed = async (name: string): Promise<void> => {
      const pid = (await host.docker('inspect', '-f', '{{.State.Pid}}', `lives-${name}-1`)).trim();
      await host.exec(['kill', '-KILL', pid]);
    };
    await killed('always');
    await killed('never');
    const stateOf = async (id: string): Promise<string> => {
      const entity = (await shown('lives')).entities.find((one) => one.id === id);
      return [entity?.state, ...(entity?.reasons ?? [])].join(' ');
    };
    await expect.poll(() => stateOf('never'), { timeout: 30_000 }).toBe('stopped It ended with exit code 137.');
    await expect.poll(() => stateOf('always'), { timeout: 30_000 }).toBe('running');
    const restarts = await host.docker('inspect', '-f', '{{.RestartCount}} {{.State.Status}}', 'lives-always-1');
    expect(restarts).toBe('1 running\n');
    await expect.poll(() => stateOf('sick'), { timeout: 30_000 }).toMatch(/^on-fire .*no answer/);
    await expect.poll(() => stateOf('twice'), { timeout: 30_000 }).toBe('on-fire It ended with exit code 3.');
    expect((await shown('lives')).application.state).toBe('on-fire');
    expect(await clocker('ls')).toMatch(/lives +on-fire/);
    await clocker('rm', 'lives');
  });
});
