/** Restarts of the engine, of the daemon and of the host: what runs goes on, and what is gone leaves nothing. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../src/host/process.ts';
import {
  openLab,
  pings,
  placeOf,
  runBox,
  startClocker,
  whyNoLab,
  withDump,
  type Clocker,
  type Lab,
  type LabHost,
  type Place,
} from '../support/lab/index.ts';

const reason = await whyNoLab();
if (reason !== undefined) console.warn(`SKIPPED: restarts: ${reason}`);

const command = fileURLToPath(new URL('../../bin/clocker', import.meta.url));
const network = ['network', 'create', '-d', 'clocker', '--ipam-driver', 'clocker', '--subnet', '198.19.8.0/24', 'app'];
const image = 'busybox:lab';
/** `sleep` as the first process of a container does not hear SIGTERM. */
const quick = ['--stop-timeout', '1'];

/** A lab with one host, its daemon and the network `app`. */
function withHost(configuration: Readonly<Record<string, unknown>>) {
  const held: { lab?: Lab; clocker?: Clocker; place?: Place } = {};
  const need = <T>(one: T | undefined): T => {
    if (one === undefined) throw new Error('The lab is not open.');
    return one;
  };
  beforeAll(async () => {
    held.lab = await openLab({ hosts: ['h1'], engine: { configuration } });
    held.clocker = await startClocker(held.lab.host('h1'));
    await held.lab.host('h1').docker(...network);
    held.place = await placeOf(held.lab.host('h1'));
  });
  afterAll(() => held.lab?.close());
  const host = (): LabHost => need(held.lab).host('h1');
  const addressOf = async (name: string): Promise<string> =>
    (await host().docker('inspect', '-f', '{{.NetworkSettings.Networks.app.IPAddress}}', name)).trim();
  return {
    host,
    clocker: (): Clocker => need(held.clocker),
    place: (): Place => need(held.place),
    dumped: (name: string, body: () => Promise<void>): void => {
      test(name, () => withDump(need(held.lab), body));
    },
    addressOf,
    isReached: async (name: string): Promise<boolean> => {
      const address = await addressOf(name).catch(() => '');
      return address !== '' && pings(need(held.place), address);
    },
    interfaces: async (): Promise<number> =>
      [...(await host().exec(['ip', '-o', 'link'])).matchAll(/^\d+: cali/gm)].length,
    checks: async (): Promise<string> => {
      const where = `unix://${need(held.clocker).api}`;
      const { status, stdout, stderr } = await run([process.execPath, command, 'ipam', 'check', '--host', where]);
      return status === 0 ? '' : stdout + stderr;
    },
  };
}

describe.skipIf(reason !== undefined)('an engine that stops its containers', () => {
  const { host, clocker, dumped, isReached, interfaces, checks } = withHost({});

  for (const [how, end] of [
    ['stopped', () => host().engine.stop()],
    ['killed', () => host().engine.kill()],
  ] as const)
    dumped(`§9.36 ${how} and started again: containers come back, and no interface is left`, async () => {
      await host().docker(
        'run',
        '-d',
        ...quick,
        '--name',
        `kept-${how}`,
        '--restart',
        'always',
        '--network',
        'app',
        image,
      );
      await host().docker('run', '-d', ...quick, '--name', `lost-${how}`, '--network', 'app', image);
      await end();
      await host().engine.start();
      await expect.poll(() => isReached(`kept-${how}`), { timeout: 30_000 }).toBe(true);
      await expect.poll(interfaces, { timeout: 60_000 }).toBe(1);
      expect(await checks()).toBe('');
      await host().docker('rm', '-f', `kept-${how}`, `lost-${how}`);
      await expect.poll(interfaces, { timeout: 30_000 }).toBe(0);
    });

  dumped('§9.40 a container removed while the daemon is away leaves nothing, and no command hangs', async () => {
    await host().docker('run', '-d', ...quick, '--name', 'orphan', '--network', 'app', image);
    await clocker().kill();
    // A daemon that was killed leaves its socket, as a file nobody answers at.
    expect(existsSync(clocker().socket)).toBe(true);
    // dockerd tries each of its calls for 15 s, and then goes on without: two of them are lost.
    const removal = run(['docker', '--host', host().engine.address, 'rm', '-f', 'orphan'], { timeout: 90_000 });
    await new Promise((resolve) => setTimeout(resolve, 25_000));
    await clocker().start();
    expect((await removal).status).toBe(0);
    await expect.poll(interfaces, { timeout: 60_000, interval: 500 }).toBe(0);
    expect(await checks()).toBe('');
    await host().docker('run', '--rm', '--network', 'app', image, 'true');
    await clocker().stop();
    expect(existsSync(clocker().socket)).toBe(false);
    await clocker().start();
  });
});

describe.skipIf(reason !== undefined)('an engine with live-restore', () => {
  const { host, clocker, dumped, place, addressOf, isReached, interfaces, checks } = withHost({ 'live-restore': true });

  dumped('§9.36 §9.58 killed and started again: its containers go on without a lost packet', async () => {
    const one = await runBox(host(), 'one', ['--network', 'app', ...quick]);
    const two = await runBox(host(), 'two', ['--network', 'app', ...quick]);
    const stream = await one.agent.stream(await two.address('app'), 81);
    for (const end of [() => host().engine.kill(), () => host().engine.stop(), () => clocker().kill()]) {
      await end();
      if (clocker().process === undefined || host().engine.process !== undefined) await clocker().start();
      else await host().engine.start();
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    const { sent, answered } = await stream.stop();
    expect(sent).toBeGreaterThan(300);
    expect(sent - answered).toBe(0);
    expect(await pings(place(), await addressOf('one'))).toBe(true);
    expect(await interfaces()).toBe(2);
    await host().docker('restart', '-t', '1', 'two');
    await expect.poll(() => isReached('two'), { timeout: 30_000 }).toBe(true);
    await host().docker('rm', '-f', 'one', 'two');
    await expect.poll(interfaces, { timeout: 60_000 }).toBe(0);
    expect(await checks()).toBe('');
    await Promise.all([one.agent.close(), two.agent.close()]);
  });
});
