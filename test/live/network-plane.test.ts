import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until, type LabProcess } from '../support/lab/process.ts';
import { connectAgent, openLab, whyNoLab, withDump, type Agent, type Lab, type LabHost } from '../support/lab/index.ts';

/** `clocker up` as built, on a host of the lab with a real engine: what plain Docker commands do with it. */
const command = fileURLToPath(new URL('../../bin/clocker', import.meta.url));
const reason = await whyNoLab();
if (reason !== undefined) console.warn(`SKIPPED: the network plane on a live engine: ${reason}`);

describe.skipIf(reason !== undefined)('the network plane', () => {
  let lab: Lab;
  let host: LabHost;
  let daemon: LabProcess;
  const agents: Agent[] = [];

  const up = async (): Promise<void> => {
    daemon = await host.start('clocker', [
      process.execPath,
      command,
      'up',
      '--store',
      `embedded://${join(host.directory, 'store')}`,
      '--docker',
      `unix://${join(host.directory, 'docker.sock')}`,
      '--node-name',
      'h1',
    ]);
    await until('the plugin socket is there', async () => {
      const { status } = await host.run(['test', '-S', '/run/docker/plugins/clocker.sock']);
      return status === 0 ? true : undefined;
    });
  };
  const start = async (name: string, ...options: readonly string[]): Promise<Agent> => {
    await host.docker('run', '-d', '--name', name, ...options, 'busybox:lab');
    const agent = connectAgent(name, await host.enterContainer(name));
    agents.push(agent);
    await agent.listen('tcp', 80);
    return agent;
  };
  const addressOf = async (name: string, network: string, field = 'IPAddress'): Promise<string> =>
    (await host.docker('inspect', '-f', `{{(index .NetworkSettings.Networks "${network}").${field}}}`, name)).trim();
  const gone = /^no answer/;

  beforeAll(async () => {
    lab = await openLab({ hosts: ['h1'] });
    host = lab.host('h1');
    await up();
    const create = ['network', 'create', '-d', 'clocker', '--ipam-driver', 'clocker'];
    await host.docker(...create, '--subnet', '198.19.8.0/24', 'red');
    await host.docker(...create, '--subnet', '198.19.9.0/24', 'blue');
    await host.docker(...create, '--subnet', '198.19.10.0/24', '--ipv6', '--subnet', 'fd00:19:10::/64', 'dual');
    await host.docker(...create, '--subnet', '198.19.11.0/24', '--internal', 'closed');
  });
  afterAll(async () => {
    await Promise.all(agents.map((agent) => agent.close()));
    await lab.close();
  });

  test('refuses Docker’s own addresses, with the command that works', async () => {
    await expect(host.docker('network', 'create', '-d', 'clocker', 'wrong')).rejects.toThrow(/--ipam-driver clocker/);
  });

  test('refuses a subnet that overlaps, and says whose it is', async () => {
    const create = host.docker(
      'network',
      'create',
      '-d',
      'clocker',
      '--ipam-driver',
      'clocker',
      '--subnet',
      '198.19.8.0/25',
      'clash',
    );
    await expect(create).rejects.toThrow(/overlaps 198\.19\.8\.0\/24/);
  });

  test('lets containers of a network talk, and nobody else', async () =>
    withDump(lab, async () => {
      const one = await start('one', '--network', 'red');
      const two = await start('two', '--network', 'red');
      const three = await start('three', '--network', 'blue');
      const [a1, a2, a3] = [
        await addressOf('one', 'red'),
        await addressOf('two', 'red'),
        await addressOf('three', 'blue'),
      ];
      expect(await one.probe({ host: a2, port: 80 })).toBe(`two ${a1}`);
      expect(await two.probe({ host: a1, port: 80 })).toBe(`one ${a2}`);
      expect(await three.probe({ host: a1, port: 80 })).toMatch(gone);
      expect(await one.probe({ host: a3, port: 80 })).toMatch(gone);
      await host.exec(['busybox', 'ping', '-c', '1', '-W', '2', a1]);
    }));

  test('resolves names of the network', async () => {
    await host.docker('exec', 'one', 'ping', '-c', '1', '-W', '2', 'two');
    await expect(host.docker('exec', 'one', 'ping', '-c', '1', '-W', '2', 'three')).rejects.toThrow();
  });

  test('publishes ports through the gateway bridge, where docker ps shows them', async () =>
    withDump(lab, async () => {
      await start('web', '--network', 'red', '-p', '8080:80');
      const outside = connectAgent('outside', lab.switch.enter);
      agents.push(outside);
      expect(await outside.probe({ host: host.address, port: 8080 })).toMatch(/^web /);
      expect(await host.docker('port', 'web')).toContain('0.0.0.0:8080');
      expect(await host.docker('ps', '--filter', 'name=web')).toContain('8080->80/tcp');
      const [one, three] = agents.filter((_agent, index) => index === 0 || index === 2);
      expect(await one?.probe({ host: await addressOf('web', 'red'), port: 80 })).toMatch(/^web /);
      expect(await three?.probe({ host: await addressOf('web', 'red'), port: 80 })).toMatch(gone);
      expect(await three?.probe({ host: host.address, port: 8080 })).toMatch(/^web /);
      const bridgeAddress =
        (
          await host.docker(
            'network',
            'inspect',
            '-f',
            '{{range .Containers}}{{.IPv4Address}}{{end}}',
            'docker_gwbridge',
          )
        ).split('/')[0] ?? '';
      expect(bridgeAddress).toMatch(/^172\./);
      expect(await three?.probe({ host: bridgeAddress, port: 80 })).toMatch(gone);
    }));

  test('§9.16 §9.59 serves both families', async () =>
    withDump(lab, async () => {
      const left = await start('left', '--network', 'dual');
      await start('right', '--network', 'dual');
      const six = await addressOf('right', 'dual', 'GlobalIPv6Address');
      expect(six).toMatch(/^fd00:19:10:/);
      expect(await left.probe({ host: await addressOf('right', 'dual'), port: 80 })).toMatch(/^right /);
      await host.exec(['busybox', 'ping6', '-c', '1', '-W', '2', six]);
    }));

  test('keeps an internal network inside', async () =>
    withDump(lab, async () => {
      const inner = await start('inner', '--network', 'closed');
      await start('peer', '--network', 'closed');
      expect(await inner.probe({ host: await addressOf('peer', 'closed'), port: 80 })).toMatch(/^peer /);
      expect(await inner.probe({ host: host.address, port: 8080 })).toMatch(gone);
    }));

  test('§9.56 drops what a container sends from another’s address', async () =>
    withDump(lab, async () => {
      const enter = await host.enterContainer('one');
      const spoofed = await host.run([
        ...enter.slice(host.enter.length),
        'ip',
        'addr',
        'add',
        '198.19.8.77/32',
        'dev',
        'eth0',
      ]);
      expect(spoofed.status, spoofed.stderr).toBe(0);
      expect(await agents[0]?.probe({ host: await addressOf('two', 'red'), port: 80, from: '198.19.8.77' })).toMatch(
        gone,
      );
    }));

  test('gives --ip, and says who has it', async () => {
    await host.docker('run', '-d', '--name', 'fixed', '--network', 'blue', '--ip', '198.19.9.200', 'busybox:lab');
    expect(await addressOf('fixed', 'blue')).toBe('198.19.9.200');
    await expect(
      host.docker('run', '--rm', '--network', 'blue', '--ip', '198.19.9.200', 'busybox:lab', 'true'),
    ).rejects.toThrow(/198\.19\.9\.200 is in use by (container fixed|endpoint [0-9a-f]{12}) on host h1/);
  });

  test('§9.24 connects and disconnects while running', async () => {
    await host.docker('network', 'connect', 'red', 'three');
    const three = agents[2];
    expect(await three?.probe({ host: await addressOf('one', 'red'), port: 80 })).toMatch(/^one /);
    const address = await addressOf('one', 'red');
    await host.docker('network', 'disconnect', 'red', 'three');
    expect(await three?.probe({ host: address, port: 80 })).toMatch(gone);
  });

  test('puts back what somebody deleted, and touches nothing else', async () =>
    withDump(lab, async () => {
      await host.exec(['nft', 'add', 'table', 'inet', 'somebody_elses']);
      await host.exec(['nft', 'delete', 'table', 'inet', 'clocker']);
      await host.exec(['iptables', '-F', 'DOCKER-USER']);
      await host.run(['ip', 'route', 'flush', 'proto', '67']);
      const [one, two] = [await addressOf('one', 'red'), await addressOf('two', 'red')];
      await expect.poll(() => agents[0]?.probe({ host: two, port: 80 }), { timeout: 30_000 }).toBe(`two ${one}`);
      await expect
        .poll(async () => host.exec(['iptables', '-S', 'DOCKER-USER']), { timeout: 30_000 })
        .toContain('0x10000000');
      expect(await host.exec(['nft', 'list', 'tables'])).toContain('somebody_elses');
    }));

  test('§9.58 goes on carrying traffic while the daemon is dead, and takes up its work again', async () =>
    withDump(lab, async () => {
      const [one, two] = [await addressOf('one', 'red'), await addressOf('two', 'red')];
      process.kill(daemon.pid, 'SIGKILL');
      expect(await agents[0]?.probe({ host: two, port: 80 })).toBe(`two ${one}`);
      await host.docker('exec', 'one', 'ping', '-c', '1', '-W', '2', 'two');
      await up();
      expect(await agents[0]?.probe({ host: two, port: 80 })).toBe(`two ${one}`);
      await host.docker('run', '--rm', '--network', 'red', 'busybox:lab', 'ping', '-c', '1', '-W', '2', 'one');
    }));

  test('§9.22 leaves no address behind when everything is gone', async () =>
    withDump(lab, async () => {
      const all = (await host.docker('ps', '-aq')).split('\n').filter((id) => id !== '');
      await host.docker('rm', '-f', ...all);
      for (const network of ['red', 'blue', 'dual', 'closed']) await host.docker('network', 'rm', network);
      await expect
        .poll(async () => (await host.exec(['ip', '-o', 'link'])).includes('cali'), { timeout: 30_000 })
        .toBe(false);
      const again = await host.docker(
        'network',
        'create',
        '-d',
        'clocker',
        '--ipam-driver',
        'clocker',
        '--subnet',
        '198.19.8.0/24',
        'red',
      );
      expect(again).not.toBe('');
    }));

  test('goes out of the kernel when told to, and not while the daemon runs', async () =>
    withDump(lab, async () => {
      const down = [process.execPath, command, 'down', '--store', `embedded://${join(host.directory, 'store')}`];
      const refused = await host.run([...down, '--node-name', 'h1']);
      expect(refused).toMatchObject({ status: 75 });
      expect(refused.stderr).toContain('is in use by process');
      await host.docker('run', '-d', '--name', 'last', '--network', 'red', 'busybox:lab');
      process.kill(daemon.pid, 'SIGTERM');
      await daemon.exited;
      expect((await host.run(['test', '-S', '/run/docker/plugins/clocker.sock'])).status).toBe(1);
      await host.exec([...down, '--node-name', 'h1']);
      expect(await host.exec(['nft', 'list', 'tables'])).not.toContain('inet clocker');
      expect(await host.exec(['iptables', '-S'])).not.toContain('0x10000000');
      expect(await host.exec(['ip', '-o', 'link'])).not.toMatch(/cali|clocker0/);
      expect(await host.exec(['nft', 'list', 'tables'])).toContain('somebody_elses');
    }));
});
