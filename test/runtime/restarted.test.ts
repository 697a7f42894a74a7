/** Software whose container the engine restarts is brought up again, and what fails is tried later. */
import { expect, test } from 'vitest';
import { createAttempts } from '../../src/runtime/restarted.ts';
import { startApiHost, type ApiHost } from '../support/api-host.ts';

const text = `
name: shop
services:
  - type: docker:machine:1
    id: machine
    brooklyn.children:
      - type: org.apache.brooklyn.entity.software.base.VanillaSoftwareProcess
        id: server
        brooklyn.config: { customize.command: configure, launch.command: serve }
  - type: docker:plain:1
    id: plain
    brooklyn.config:
      docker.container.postStart: [ { command: [ said, once ] } ]
`;

const params = { application: 'shop' };

async function deployed(): Promise<ApiHost> {
  const host = await startApiHost();
  const { task } = await host.client.call('deploy', { body: { name: 'shop', text } });
  for await (const _event of await host.client.call('followTask', { params: { task } }));
  expect((await host.client.call('getApplication', { params })).application.phase).toBe('deployed');
  return host;
}

const runs = ({ engine }: ApiHost, command: string): number =>
  engine.calls.filter((call) => call.startsWith('run ') && call.includes(command)).length;

test('its lifecycle runs again, once for each restart, and other hooks do not', async () => {
  const host = await deployed();
  expect([runs(host, 'configure'), runs(host, 'serve'), runs(host, 'said once')]).toEqual([1, 1, 1]);
  for (const times of [2, 3]) {
    host.engine.restart('shop-machine-1');
    await expect.poll(() => runs(host, 'serve'), { timeout: 10_000 }).toBe(times);
  }
  expect(runs(host, 'configure')).toBe(3);
  host.engine.restart('shop-plain-1');
  host.engine.restart('shop-machine-1');
  await expect.poll(() => runs(host, 'serve'), { timeout: 10_000 }).toBe(4);
  expect(runs(host, 'said once')).toBe(1);
});

test('one that was restarted while the daemon was away is seen when it is back', async () => {
  const host = await deployed();
  host.engine.change('shop-machine-1', { startedAt: 'another run' });
  const later = await host.restart();
  await expect.poll(() => runs(later, 'serve'), { timeout: 20_000 }).toBe(2);
});

test('what fails is tried again', async () => {
  const host = await deployed();
  host.engine.refusals.set('run sh -c serve in shop-machine-1', 'no such file');
  host.engine.restart('shop-machine-1');
  await expect.poll(() => host.log.join('\n'), { timeout: 10_000 }).toContain('the software could not be started');
  await expect.poll(() => runs(host, 'serve'), { timeout: 20_000 }).toBeGreaterThanOrEqual(2);
});

test('a stopped application is left alone', async () => {
  const host = await deployed();
  const { task } = await host.client.call('stopApplication', { params });
  for await (const _event of await host.client.call('followTask', { params: { task } }));
  host.engine.change('shop-machine-1', { running: true, state: 'running', startedAt: 'by hand' });
  host.engine.restart('shop-machine-1');
  await expect.poll(() => host.engine.print(), { timeout: 5000 }).toContain('shop-machine-1');
  expect(runs(host, 'serve')).toBe(1);
});

test('each try waits twice as long, up to five minutes, and success forgets it', () => {
  let now = 0;
  const attempts = createAttempts({ now: () => now });
  const waits: number[] = [];
  for (let step = 0; step < 12; step++) {
    attempts.began('a', ['x']);
    const from = now;
    while (attempts.due('a', ['x']).length === 0) now += 500;
    waits.push((now - from) / 1000);
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
  attempts.began('a', ['x']);
  expect(attempts.due('a', ['x', 'y'])).toEqual(['y']);
  attempts.ended('a', ['x']);
  expect(attempts.due('a', ['x'])).toEqual(['x']);
});
