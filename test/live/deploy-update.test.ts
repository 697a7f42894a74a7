/** An application that is changed while it answers, by the built command: it goes on answering, and what fails is taken back. */
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
if (reason !== undefined) console.warn(`SKIPPED: updates: ${reason}`);

const command = join(import.meta.dirname, '../../bin/clocker');

/** A page in two members and a service nobody changes. */
const compose = (say: string, { check = 'true', image = 'busybox:lab', update = '' } = {}): string => `
services:
  web:
    image: ${image}
    command: [sh, -c, 'trap "exit 0" TERM; echo ${say} >/tmp/index.html; httpd -f -p 80 -h /tmp & wait']
    healthcheck: {test: [CMD-SHELL, '${check}'], interval: 300ms, timeout: 2s, retries: 2}
    deploy:
      replicas: 2
      update_config: {order: start-first, failure_action: rollback, monitor: 1s${update}}
  asker:
    image: busybox:lab
    command: [sh, -c, 'trap "exit 0" TERM; while :; do sleep 1 & wait $$!; done']
`;

describe.skipIf(reason !== undefined)('an update', () => {
  let lab: Lab;
  let host: LabHost;
  let daemon: Clocker;

  beforeAll(async () => {
    lab = await openLab({ hosts: ['h1'], engines: ['h1'] });
    host = lab.host('h1');
    daemon = await startClocker(host);
  });
  afterAll(() => lab.close());

  const dumped = (what: string, body: () => Promise<void>): void => {
    test(what, { timeout: 180_000 }, () => withDump(lab, body));
  };
  const deploy = async (text: string, ...flags: readonly string[]) => {
    const file = join(host.directory, 'compose.yml');
    await writeFile(file, text);
    return host.run([process.execPath, command, 'deploy', file, '--name', 'shop', ...flags], { timeout: 120_000 });
  };
  const shown = async () => {
    const text = await host.exec([process.execPath, command, 'show', 'shop', '--json']);
    return (JSON.parse(text) as { application: { phase: string; message?: string; isUp: boolean } }).application;
  };
  const containers = async (): Promise<readonly string[]> =>
    (await host.docker('ps', '-a', '--format', '{{.Names}} {{.ID}}')).trim().split('\n').sort();
  const askerId = async (): Promise<string | undefined> =>
    (await containers()).find((line) => line.startsWith('shop-asker-1'));
  const question = 'printf "GET / HTTP/1.0\\r\\n\\r\\n" | timeout 5 nc web 80 | tail -n 1';
  const page = (): Promise<string> => host.docker('exec', 'shop-asker-1', 'sh', '-c', question);

  /** Asks all the time until told to stop; answers how often nobody answered, of how many. */
  function asking(): { readonly stop: () => Promise<{ readonly asked: number; readonly silent: number }> } {
    let [asked, silent, isOver] = [0, 0, false];
    const run = (async () => {
      while (!isOver) {
        asked++;
        const answer = await page().catch(() => '');
        if (answer.trim() === '') silent++;
      }
    })();
    return {
      stop: async () => {
        isOver = true;
        await run;
        return { asked, silent };
      },
    };
  }

  dumped('replaces members one after the other, and nothing else, while they answer', async () => {
    expect(await deploy(compose('one'))).toMatchObject({ status: 0 });
    expect((await page()).trim()).toBe('one');
    const asker = await askerId();
    const plan = await deploy(compose('two'), '--plan');
    expect(plan.stdout).toMatch(/^replace +container +shop-web-1 /m);
    expect(plan.stdout).toMatch(/^keep +container +shop-asker-1/m);
    const questions = asking();
    expect(await deploy(compose('two'))).toMatchObject({ status: 0 });
    const { asked, silent } = await questions.stop();
    console.info(`update of two members, start-first: ${silent} of ${asked} questions were not answered`);
    expect((await page()).trim()).toBe('two');
    expect(asked).toBeGreaterThan(3);
    expect(silent * 4).toBeLessThan(asked);
    expect(await askerId()).toBe(asker);
    expect(await containers()).toHaveLength(3);
  });

  dumped('is taken back when the new members are not well, or their image is not to be had', async () => {
    const before = await containers();
    for (const bad of [compose('three', { check: 'false' }), compose('three', { image: 'busybox:missing' })]) {
      const failed = await deploy(bad);
      expect(failed.status).not.toBe(0);
      expect(failed.stderr).toContain('was taken back to what it was before');
      expect((await page()).trim()).toBe('two');
      expect(await containers()).toEqual(before);
      const { phase, message, isUp } = await shown();
      expect({ phase, isUp }).toEqual({ phase: 'deployed', isUp: true });
      expect(message).toContain('was taken back');
    }
    // What runs is what is kept: deploying that again changes nothing.
    expect((await deploy(compose('two'), '--plan')).stderr).toContain('Nothing to change');
  });

  dumped('has all members taken back when a later one fails', async () => {
    // The second member to be checked finds the first one there, by a file on a volume they share.
    const text = compose('four', { check: '! test -e /shared/full || test -e /tmp/first || exit 1' })
      .replace('echo four', 'if mkdir /shared/full; then touch /tmp/first; fi; echo four')
      .replace('    deploy:', '    volumes: [shared:/shared]\n    deploy:');
    const failed = await deploy(`${text}volumes: {shared: {}}\n`);
    expect(failed.status).not.toBe(0);
    expect(failed.stderr).toContain('replacing container shop-web-1');
    for (let round = 0; round < 4; round++) expect((await page()).trim()).toBe('two');
    expect(await containers()).toHaveLength(3);
  });

  dumped('pauses where it is to pause, and goes on when the cause is mended', async () => {
    const paused = (say: string, check: string): string =>
      compose(say, { check }).replace('failure_action: rollback', 'failure_action: pause');
    const failed = await deploy(paused('five', 'false'));
    expect(failed.status).not.toBe(0);
    expect((await page()).trim()).toBe('two');
    expect(await shown()).toMatchObject({ phase: 'failed' });
    expect(await deploy(paused('six', 'true'))).toMatchObject({ status: 0 });
    expect((await page()).trim()).toBe('six');
  });

  dumped('goes on, or is taken back, after a kill -9 of the daemon in the middle', async () => {
    const rest = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
    const phase = (): Promise<string> =>
      shown().then(
        (one) => one.phase,
        () => 'away',
      );
    for (const [index, moment] of [0, 1500].entries()) {
      for (const [say, check, wanted] of [
        [`good-${index}`, 'true', `good-${index}`],
        [`bad-${index}`, 'false', `good-${index}`],
      ] as const) {
        await deploy(compose(say, { check }), '--detach');
        await rest(moment);
        await daemon.kill();
        await daemon.start();
        await expect.poll(phase, { timeout: 60_000 }).toBe('deployed');
        for (let round = 0; round < 3; round++) expect((await page()).trim(), `${say} at ${moment}`).toBe(wanted);
        const names = (await containers()).map((line) => line.split(' ')[0]);
        expect(names, `${say} at ${moment}`).toEqual(['shop-asker-1', 'shop-web-1', 'shop-web-2']);
      }
    }
  });
});
