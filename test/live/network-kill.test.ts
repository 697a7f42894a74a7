/**
 * kill -9 of the daemon at random moments while containers come and go. CLOCKER_KILLS says how often (10 unless told),
 * CLOCKER_SEED repeats a run.
 */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../src/host/process.ts';
import {
  openLab,
  runBox,
  startClocker,
  whyNoLab,
  withDump,
  type Clocker,
  type Lab,
  type LabHost,
} from '../support/lab/index.ts';

const reason = await whyNoLab();
if (reason !== undefined) console.warn(`SKIPPED: kill -9 of the daemon: ${reason}`);

const command = fileURLToPath(new URL('../../bin/clocker', import.meta.url));
const network = ['network', 'create', '-d', 'clocker', '--ipam-driver', 'clocker'];
const kills = Number(process.env['CLOCKER_KILLS'] ?? 10);
const seed = Number(process.env['CLOCKER_SEED'] ?? Date.now() % 1_000_000);
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Mulberry32: the same seed gives the same moments. */
function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Containers that come and go, with what each command of Docker's took and whether it worked. */
function createChurn(host: LabHost) {
  const tally = { longest: 0, done: 0, failed: 0 };
  let isOn = false;
  let number = 0;
  let workers: Promise<void>[] = [];

  async function timed(...args: readonly string[]): Promise<void> {
    const began = performance.now();
    const { status } = await run(['docker', '--host', host.engine.address, ...args], { timeout: 120_000 });
    tally.longest = Math.max(tally.longest, performance.now() - began);
    tally.done++;
    if (status !== 0) tally.failed++;
  }
  async function work(): Promise<void> {
    while (isOn) {
      const name = `c${++number}`;
      await timed('run', '-d', '--name', name, '--network', 'app', 'busybox:lab');
      await timed('rm', '-f', name);
    }
  }
  return {
    tally,
    start: () => {
      isOn = true;
      workers = [work(), work()];
    },
    stop: async () => {
      isOn = false;
      await Promise.all(workers);
    },
  };
}

describe.skipIf(reason !== undefined)('the daemon', () => {
  let lab: Lab;
  let host: LabHost;
  let clocker: Clocker;

  beforeAll(async () => {
    lab = await openLab({ hosts: ['h1'] });
    host = lab.host('h1');
    clocker = await startClocker(host);
    await host.docker(...network, '--subnet', '198.19.8.0/24', 'app');
  });
  afterAll(() => lab.close());

  /** What is not as it should be, in words; nothing when Docker, records and kernel agree. */
  async function differences(): Promise<readonly string[]> {
    const inspected = await host.docker(
      'network',
      'inspect',
      '-f',
      '{{range .Containers}}{{.EndpointID}} {{.IPv4Address}}\n{{end}}',
      'app',
    );
    const endpoints = inspected
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split(' '));
    const interfaces = endpoints.map(([id = '']) => `cali${id.slice(0, 11)}`).sort();
    const addresses = endpoints.map(([, address = '']) => address.split('/')[0] ?? '').sort();
    const links = [...(await host.exec(['ip', '-o', 'link'])).matchAll(/^\d+: (cali\w+|tmpc\w+)/gm)]
      .map(([, name = '']) => name)
      .sort();
    const routes = [...(await host.exec(['ip', 'route', 'show', 'proto', '67'])).matchAll(/^(\d\S+) dev/gm)]
      .map(([, to = '']) => to)
      .sort();
    const rules = await host.exec(['iptables', '-S']);
    const check = await run([process.execPath, command, 'ipam', 'check', '--json', '--host', `unix://${clocker.api}`]);
    const same = (what: string, have: readonly string[], want: readonly string[]): readonly string[] =>
      have.join() === want.join() ? [] : [`${what}: ${have.join()} instead of ${want.join()}`];
    return [
      ...same('interfaces', links, interfaces),
      ...same('routes', routes, addresses),
      ...same('duplicate addresses', [...new Set(addresses)], addresses),
      ...same('rules', [String(rules.split('--comment clocker').length - 1)], ['3']),
      ...(check.status === 0 ? [] : [`ipam check: ${check.stdout}${check.stderr}`]),
    ];
  }

  test(
    `§9.20 §9.35 §9.58 killed ${kills} times (seed ${seed}): nothing is left, lost or late`,
    () =>
      withDump(lab, async () => {
        console.info(`seed ${seed}`);
        const random = randomFrom(seed);
        const one = await runBox(host, 'one', ['--network', 'app']);
        const two = await runBox(host, 'two', ['--network', 'app']);
        const stream = await one.agent.stream(await two.address('app'), 81);
        const churn = createChurn(host);
        const settled: number[] = [];
        for (let count = 1; count <= kills; count++) {
          churn.start();
          await pause(random() * 1500);
          await clocker.kill();
          await pause(random() * 500);
          await clocker.start();
          await pause(random() * 500);
          await churn.stop();
          const began = performance.now();
          await expect
            .poll(differences, { timeout: 60_000, interval: 300, message: `after kill ${count}` })
            .toEqual([]);
          settled.push(Math.round(performance.now() - began));
        }
        const { sent, answered } = await stream.stop();
        const { longest, done, failed } = churn.tally;
        console.info(
          `${kills} kills: ${done} docker commands, ${failed} failed, longest ${Math.round(longest)} ms; settled after ${settled.join(' ')} ms; ${sent} probes, ${sent - answered} lost`,
        );
        expect(sent).toBeGreaterThan(kills * 50);
        expect(sent - answered).toBe(0);
        expect(longest).toBeLessThan(30_000);
        expect(done).toBeGreaterThan(kills);
        // What was asked for while nobody was there to answer may be refused, and is when it can be repeated.
        expect(failed).toBeLessThan(done / 2);
      }),
    kills * 100_000,
  );
});
