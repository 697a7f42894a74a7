/** Swarm by the commands a person types: plugin, network, stack; and refusals. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { managedPlugin } from '../../src/model/network/swarm.ts';
import {
  createService,
  openLab,
  until,
  untilRunning,
  whyNoLab,
  withDump,
  type Lab,
  type LabHost,
} from '../support/lab/index.ts';
import { clocker, ensureBuilt, startUp } from '../support/lab/command.ts';

const reason = await whyNoLab();
if (reason !== undefined) console.warn(`SKIPPED: the commands of a swarm: ${reason}`);

const composeOf = (image: string): string => `services:
  web:
    image: ${image}
    command: [nc, -ll, -p, "80", -e, hostname]
    stop_grace_period: 1s
    networks: [app2]
    deploy: {replicas: 3, restart_policy: {delay: 1s}}
networks:
  app2: {name: app2, driver: clocker, ipam: {driver: clocker}}
`;

describe.skipIf(reason !== undefined)('a swarm by its commands', () => {
  let lab: Lab;
  let host: LabHost;
  beforeAll(async () => {
    await ensureBuilt();
    lab = await openLab({ hosts: ['h1'] });
    host = lab.host('h1');
    await startUp(host);
  });
  afterAll(() => lab.close());

  const dumped = (name: string, body: () => Promise<void>): void => {
    test(name, () => withDump(lab, body), 200_000);
  };
  const says = async (...words: readonly string[]): Promise<string> => {
    const { status, stdout, stderr } = await clocker(host, ...words);
    return `${status} ${stdout}${stderr}`;
  };

  dumped('has a network after two of them', async () => {
    expect(await says('network', 'create', '--swarm', 'app2')).toMatch(/^2? ?.*docker swarm init/s);
    await host.docker('swarm', 'init', '--advertise-addr', host.address);
    const install = ['plugin', 'install', '--docker', host.engine.address] as const;
    expect(await says(...install)).toMatch(/^0 clocker:swarm is enabled/);
    expect(await says(...install)).toMatch(/^0 clocker:swarm was enabled already/);
    const create = (): Promise<string> => says('network', 'create', '--swarm', '--subnet', '198.19.40.0/22', 'app2');
    await expect.poll(create, { timeout: 40_000, interval: 500 }).toMatch(/^0 app2: 198\.19\.40\.0\/22/);
    expect(await create()).toMatch(/already.*(network rm app2)/s);
    expect(await says('network', 'ls')).toContain('app2');
  });

  dumped('§9.46 runs a stack that was a compose file', async () => {
    const id = (await host.docker('images', '--no-trunc', '--quiet', 'busybox:lab')).trim();
    const [compose, stack] = [join(host.directory, 'compose.yml'), join(host.directory, 'stack.yml')];
    await writeFile(compose, composeOf(id));
    const converted = await says('convert', compose, '--to', 'stack', '-o', stack, '--report');
    expect(converted).toMatch(/^0 /);
    expect(converted).toContain('A Clocker network is made before the stack');
    await host.docker('stack', 'deploy', '--resolve-image', 'never', '-c', stack, 'shop');
    await untilRunning(host, 'shop_web', 3);
    await host.docker('run', '-d', '--name', 'asker', '--network', 'app2', 'busybox:lab');
    await until('the service has a virtual address', async () => {
      const { stdout } = await host.run([
        'docker',
        '--host',
        host.engine.address,
        'exec',
        'asker',
        'nslookup',
        'shop_web.vip',
      ]);
      return /Address.*: 198\.19\.43\.\d+/.test(stdout) ? true : undefined;
    });
  });

  dumped('§9.41 is told the right command when flags were given that Docker drops', async () => {
    await host.docker(
      'network',
      'create',
      '-d',
      managedPlugin,
      '--scope',
      'swarm',
      '--attachable',
      '--subnet',
      '198.19.44.0/22',
      'bad',
    );
    await createService(host, { name: 'lost', network: 'bad', replicas: 1 });
    const errors = (): Promise<string> => host.docker('service', 'ps', '--no-trunc', '--format', '{{.Error}}', 'lost');
    await expect.poll(errors, { timeout: 40_000 }).toContain('clocker network create --swarm NAME');
    await host.docker('service', 'rm', 'lost');
    await until('the network is removed', () => host.docker('network', 'rm', 'bad').catch(() => undefined));
    await expect(host.docker('network', 'create', '-d', 'clocker', '--scope', 'swarm', 'worse')).rejects.toThrow(
      /legacy plugin/,
    );
  });

  dumped('goes without a trace', async () => {
    await host.docker('stack', 'rm', 'shop');
    await host.docker('rm', '-f', 'asker');
    await expect.poll(() => says('network', 'rm', 'app2'), { timeout: 40_000, interval: 500 }).toMatch(/^0 /);
    await expect.poll(() => says('ipam', 'check'), { timeout: 60_000, interval: 1000 }).toMatch(/^0 /);
    await expect
      .poll(() => host.docker('network', 'ls', '--format', '{{.Name}}'), { timeout: 30_000 })
      .not.toContain('app2');
  });
});
