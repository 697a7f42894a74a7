/**
 * Our own templates, from the file to containers that answer, by the built command on a real engine; and nothing is left of
 * them afterwards.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openClient, type Client } from '../../src/client/index.ts';
import { openLab, startClocker, whyNoLab, withDump, type Lab, type LabHost } from '../support/lab/index.ts';

const reason = await whyNoLab();
if (reason !== undefined) console.warn(`SKIPPED: deployment of TOSCA: ${reason}`);

const root = join(import.meta.dirname, '../..');
const examples = join(root, 'tosca/examples');

describe.skipIf(reason !== undefined)('a TOSCA template', () => {
  let lab: Lab;
  let host: LabHost;
  let client: Client;
  let atFirst: string;

  beforeAll(async () => {
    lab = await openLab({ hosts: ['h1'], engines: ['h1'] });
    host = lab.host('h1');
    client = openClient({ address: (await startClocker(host)).api });
    await host.docker('tag', 'busybox:lab', 'busybox:latest');
    atFirst = await everything();
  });
  afterAll(() => lab.close());

  const everything = async (): Promise<string> => {
    const networks = await host.docker('network', 'ls', '--format', '{{.Name}}');
    return [
      await host.docker('ps', '-aq'),
      // The gateway bridge is dockerd's own, made with the first container.
      networks
        .split('\n')
        .filter((one) => one !== 'docker_gwbridge')
        .sort()
        .join(),
      await host.docker('volume', 'ls', '-q'),
      (await client.call('checkIpam')).allocated,
    ].join('|');
  };

  const clocker = (...args: readonly string[]): Promise<string> =>
    host.exec([process.execPath, join(root, 'bin/clocker'), ...args], { timeout: 120_000 });

  type Said = {
    readonly outputs: Readonly<Record<string, unknown>>;
    readonly entities: readonly { readonly id: string; readonly parent?: string; readonly state: string }[];
  };

  const deployExample = async (name: string, ...flags: readonly string[]): Promise<Said> =>
    JSON.parse(
      await clocker('deploy', join(examples, name, 'template.yaml'), '--name', name, '--json', ...flags),
    ) as Said;

  async function remove(name: string): Promise<void> {
    await clocker('rm', name, '--volumes');
    await expect.poll(everything, { timeout: 30_000 }).toBe(atFirst);
  }

  /** Name of the container of an entity. */
  const containerOf = async (name: string, entity: string): Promise<string> => {
    const names = (await host.docker('ps', '--format', '{{.Names}}')).trim().split('\n');
    const found = names.find((one) => one.startsWith(`${name}-`) && one.endsWith(`-${entity}-1`));
    if (found === undefined) throw new Error(`no container of ${entity} among ${names.join()}`);
    return found;
  };
  const addressesOf = async (container: string): Promise<readonly string[]> =>
    (await host.docker('inspect', '-f', '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}', container))
      .trim()
      .split(' ');
  const inside = (container: string, command: string): Promise<string> =>
    host.docker('exec', container, 'sh', '-c', command);

  const example = (name: string, body: (name: string) => Promise<void>): void => {
    test(name, () =>
      withDump(lab, async () => {
        try {
          await body(name);
        } finally {
          await remove(name);
        }
      }),
    );
  };

  example('web-and-database', async (name) => {
    const { outputs } = await deployExample(name, '--input', 'greeting=good morning');
    const web = await containerOf(name, 'web');
    expect(await addressesOf(web)).toContain(outputs['address']);
    expect(await clocker('show', name)).toMatch(/OUTPUT +VALUE\naddress +[\d.]+/);
    const told = (await inside(web, 'echo $DATABASE_HOST:$DATABASE_PORT')).trim();
    const [address] = await addressesOf(await containerOf(name, 'database'));
    expect(told).toBe(`${address ?? ''}:5432`);
    await expect
      .poll(() => host.exec(['busybox', 'timeout', '3', 'busybox', 'nc', '127.0.0.1', '8080']), { timeout: 30_000 })
      .toContain('good morning');
  });

  example('hosted-software', async (name) => {
    const inputs = join(host.directory, 'inputs.yaml');
    await writeFile(inputs, 'title: Put by a file\nport: 8081\n');
    const { outputs, entities } = await deployExample(name, '--inputs', inputs, '--input', 'title=Put by scripts');
    const machine = await containerOf(name, 'machine');
    const [address = ''] = await addressesOf(machine);
    expect(outputs).toEqual({ address });
    const page = (path: string): Promise<string> =>
      host.exec(['busybox', 'wget', '-q', '-O', '-', `http://${address}:8081/${path}`]);
    expect(await page('')).toBe('Put by scripts\n');
    // An artifact, where its deploy_path says.
    expect(await page('notice.txt')).toBe('Put beside the page before the scripts ran.\n');
    expect(entities.find(({ id }) => id === 'server')).toMatchObject({ parent: 'machine', state: 'running' });
    expect(await clocker('tree', name)).toMatch(/^machine .*\n└─ server +running/m);
    // The engine starts the container again by itself: the server in it is brought up as well.
    await host.docker('restart', '-t', '0', machine);
    const pageNow = async (): Promise<string> => {
      const [now = ''] = await addressesOf(machine);
      return host.exec(['busybox', 'timeout', '3', 'busybox', 'wget', '-q', '-O', '-', `http://${now}:8081/`]);
    };
    await expect.poll(() => pageNow().catch(() => ''), { timeout: 20_000 }).toBe('Put by scripts\n');
    await clocker('stop', name);
    expect(await host.docker('inspect', '-f', '{{.State.Status}}', machine)).toBe('exited\n');
    // Stopping ran stop and delete inside; starting runs create, configure and start again.
    await clocker('start', name);
    const [again = ''] = await addressesOf(machine);
    expect(await host.exec(['busybox', 'wget', '-q', '-O', '-', `http://${again}:8081/`])).toBe('Put by scripts\n');
  });

  example('static-addresses', async (name) => {
    await deployExample(name);
    const gatekeeper = await containerOf(name, 'gatekeeper');
    expect([...(await addressesOf(gatekeeper))].sort()).toEqual(['198.19.40.10', '198.19.41.10']);
    await inside(gatekeeper, 'ping -c 1 -W 2 198.19.41.20');
  });

  example('scaling-group', async (name) => {
    await deployExample(name);
    const count = async (): Promise<number> => (await host.docker('ps', '-q')).split('\n').filter(Boolean).length;
    const resize = (size: number): Promise<string> => clocker('scale', name, `worker=${size}`);
    expect(await count()).toBe(2);
    await resize(4);
    expect(await count()).toBe(4);
    await resize(1);
    expect(await count()).toBe(1);
  });

  test('a cluster is resized by its policy, with what a command measures in its members', () =>
    withDump(lab, async () => {
      const blueprint = join(host.directory, 'scaled.yaml');
      await writeFile(blueprint, scaled);
      try {
        await clocker('deploy', blueprint, '--name', 'scaled');
        const running = async (): Promise<readonly string[]> =>
          (await host.docker('ps', '--format', '{{.Names}}')).trim().split('\n').filter(Boolean).sort();
        const [first = ''] = await running();
        await inside(first, 'echo 250 >/load');
        await expect.poll(async () => (await running()).length, { timeout: 20_000 }).toBe(3);
        await inside(first, 'echo 0 >/load');
        await expect.poll(running, { timeout: 20_000 }).toEqual([first]);
      } finally {
        await remove('scaled');
      }
    }));

  example('substitution', async (name) => {
    await deployExample(name, '--input', 'answer=said within');
    const asker = await containerOf(name, 'asker');
    const [address] = await addressesOf(await containerOf(name, 'server'));
    expect((await inside(asker, 'echo $STORE_HOST')).trim()).toBe(address);
    expect(await inside(asker, 'timeout 3 nc $STORE_HOST $STORE_PORT')).toContain('said within');
  });
});

/** Its load is what a file says; of members without it, nothing. */
const scaled = `
name: scaled
services:
  - type: org.apache.brooklyn.entity.group.DynamicCluster
    id: pool
    brooklyn.config:
      cluster.initial.size: 1
      dynamiccluster.memberspec:
        $brooklyn:entitySpec:
          type: docker:busybox:lab
          brooklyn.config: { docker.container.command: [ sleep, "1000" ], docker.container.init: true }
          brooklyn.initializers:
            - type: org.apache.brooklyn.core.sensor.ssh.SshCommandSensor
              brooklyn.config: { name: load, command: cat /load, period: 1s, targetType: integer }
    brooklyn.enrichers:
      - type: org.apache.brooklyn.enricher.stock.Aggregator
        brooklyn.config: { sourceSensor: load, targetSensor: load.most, transformation: max }
    brooklyn.policies:
      - type: org.apache.brooklyn.policy.autoscaling.AutoScalerPolicy
        brooklyn.config: { metric: load.most, metricLowerBound: 10, metricUpperBound: 100, minPoolSize: 1, maxPoolSize: 3 }
`;
