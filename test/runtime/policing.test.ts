/** Policies and the sensors they go by, from the blueprint to the containers, over an engine in memory. */
import { expect, test } from 'vitest';
import { readOutput } from '../../src/runtime/command-sensors.ts';
import { decodeStatus, statusKey } from '../../src/runtime/records.ts';
import { startApiHost, type ApiHost } from '../support/api-host.ts';

const params = { application: 'shop' };

async function deployed(text: string, prints: Readonly<Record<string, string>> = {}): Promise<ApiHost> {
  const host = await startApiHost();
  for (const [command, output] of Object.entries(prints)) host.engine.prints.set(command, output);
  const { task } = await host.client.call('deploy', { body: { name: 'shop', text } });
  for await (const _event of await host.client.call('followTask', { params: { task } }));
  expect((await host.client.call('getApplication', { params })).application.phase).toBe('deployed');
  return host;
}

const sensorsOf = async ({ store }: ApiHost, instance: string): Promise<Readonly<Record<string, unknown>>> =>
  decodeStatus((await store.get(statusKey('shop', instance)))?.value ?? '')?.sensors ?? {};

const members = ({ engine }: ApiHost): number =>
  engine
    .print()
    .split('\n')
    .filter((line) => /^container shop-pool-\d+ running/.test(line)).length;

const pool = `
name: shop
services:
  - type: org.apache.brooklyn.entity.group.DynamicCluster
    id: pool
    brooklyn.config:
      cluster.initial.size: 1
      dynamiccluster.memberspec:
        $brooklyn:entitySpec:
          type: docker:worker:1
          brooklyn.initializers:
            - type: org.apache.brooklyn.core.sensor.ssh.SshCommandSensor
              brooklyn.config: { name: load, command: measure, period: 1s, targetType: integer }
    brooklyn.enrichers:
      - type: org.apache.brooklyn.enricher.stock.Aggregator
        brooklyn.config:
          enricher.sourceSensor: $brooklyn:sensor("load")
          enricher.targetSensor: $brooklyn:sensor("load.mean")
          enricher.transformation: average
    brooklyn.policies:
      - type: org.apache.brooklyn.policy.autoscaling.AutoScalerPolicy
        brooklyn.config:
          metric: $brooklyn:sensor("load.mean")
          metricLowerBound: 10
          metricUpperBound: 100
          minPoolSize: 1
          maxPoolSize: 3
`;

test('a cluster grows and shrinks with what a command measures in its members', { timeout: 60_000 }, async () => {
  const host = await deployed(pool, { measure: '250\n' });
  await expect.poll(() => members(host), { timeout: 20_000 }).toBe(3);
  await expect.poll(async () => (await sensorsOf(host, 'pool'))['load.mean'], { timeout: 10_000 }).toBe(250);
  host.engine.prints.set('measure', '1\n');
  await expect.poll(() => members(host), { timeout: 20_000 }).toBe(1);
});

test('what fails is restarted once, and left when it fails again', { timeout: 60_000 }, async () => {
  const host = await deployed(`
name: shop
services:
  - type: docker:web:1
    id: web
    brooklyn.policies: [ { type: org.apache.brooklyn.policy.ha.ServiceRestarter } ]
`);
  const starts = (): number => host.engine.calls.filter((call) => call === 'start container shop-web-1').length;
  const crash = (): void => host.engine.change('shop-web-1', { state: 'exited', running: false, exitCode: 1 });
  crash();
  await expect.poll(starts, { timeout: 20_000 }).toBe(2);
  await expect.poll(async () => (await sensorsOf(host, 'web'))['service.isUp'], { timeout: 10_000 }).toBe(true);
  crash();
  await expect.poll(() => host.log.join('\n'), { timeout: 20_000 }).toContain('it failed again soon');
  await expect
    .poll(async () => (await sensorsOf(host, 'web'))['ha.entityFailed.restart'], { timeout: 20_000 })
    .toBe(true);
  expect(starts()).toBe(2);
});

test.each([
  ['12\n', 'integer', 12],
  ['1.5', 'integer', undefined],
  ['1.5', 'java.lang.Double', 1.5],
  ['', 'double', undefined],
  ['true\n', 'boolean', true],
  ['yes', 'boolean', undefined],
  [' words \n', undefined, 'words'],
])('the output %j as %s', (output, type, wanted) => {
  expect(readOutput(output, type)).toBe(wanted);
});

test('a cluster has no more members than it may, whoever asks', async () => {
  const host = await deployed(
    pool.replace('cluster.initial.size: 1', 'cluster.initial.size: 1\n      cluster.max.size: 2'),
  );
  const invocation = { params: { ...params, entity: 'pool', effector: 'resize' } };
  await expect(host.client.call('invoke', { ...invocation, body: { desiredSize: 3 } })).rejects.toThrow(
    /pool may have 2 members at most, not 3/,
  );
  expect(members(host)).toBe(1);
});
