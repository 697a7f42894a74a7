import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../support/lab/process.ts';
import { connectAgent, openLab, whyNoLab, withDump, type Agent, type Lab, type LabHost } from '../support/lab/index.ts';

/** `clocker up` as built, on a host of the lab with a real engine: what plain Docker commands do with it. */
const command = fileURLToPath(new URL('../../bin/clocker', import.meta.url));
const reason = await whyNoLab();
if (reason !== undefined) console.warn(`SKIPPED: modes of the network plane on a live engine: ${reason}`);

describe.skipIf(reason !== undefined)('modes of the network plane', () => {
  let lab: Lab;
  let host: LabHost;
  let daemon: { readonly pid: number };
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

  const create = (name: string, ...options: readonly string[]): Promise<string> =>
    host.docker('network', 'create', '-d', 'clocker', '--ipam-driver', 'clocker', ...options, name);
  const bridgeAddressOf = async (name: string): Promise<string> => {
    const key =
      (await host.docker('inspect', '-f', '{{.NetworkSettings.SandboxKey}}', name)).trim().split('/').at(-1) ?? '';
    const listed = await host.docker(
      'network',
      'inspect',
      '-f',
      '{{range .Containers}}{{.Name}}={{.IPv4Address}} {{end}}',
      'docker_gwbridge',
    );
    return new RegExp(`gateway_${key}=([0-9.]+)/`).exec(listed)?.[1] ?? '';
  };

  beforeAll(async () => {
    lab = await openLab({ hosts: ['h1'] });
    host = lab.host('h1');
    await up();
    await create('red', '--subnet', '198.19.8.0/24');
    await create('blue', '--subnet', '198.19.9.0/24');
    await create('routed', '--subnet', '198.19.12.0/24', '-o', 'clocker.ports=routed');
  });
  afterAll(async () => {
    await Promise.all(agents.map((agent) => agent.close()));
    await lab.close();
  });

  test('publishes by nftables where the network says so', async () =>
    withDump(lab, async () => {
      await start('pub', '--network', 'routed', '-p', '8090:80');
      const outside = connectAgent('outside', lab.switch.enter);
      const inside = connectAgent('inside', host.enter);
      agents.push(outside, inside);
      const reach = (agent: Agent) => () => agent.probe({ host: host.address, port: 8090 });
      await expect.poll(reach(outside), { timeout: 30_000 }).toMatch(/^pub /);
      expect(await reach(inside)()).toMatch(/^pub /);
      const other = await start('other', '--network', 'blue');
      expect(await reach(other)()).toMatch(/^pub /);
      expect(await other.probe({ host: await addressOf('pub', 'routed'), port: 80 })).toMatch(gone);
      await expect(
        host.docker('run', '--rm', '--network', 'routed', '-p', '8090:80', 'busybox:lab', 'true'),
      ).rejects.toThrow(/port 8090\/tcp can't be published: (container pub|endpoint [0-9a-f]{12}) has it/);
      await inside.listen('tcp', 8091);
      await expect(
        host.docker('run', '--rm', '--network', 'routed', '-p', '8091:80', 'busybox:lab', 'true'),
      ).rejects.toThrow(/port 8091\/tcp can't be published: a program of the host has it/);
    }));

  test('has a container on two networks, and beside Docker’s own bridge', async () =>
    withDump(lab, async () => {
      const both = await start('both', '--network', 'red');
      await start('near', '--network', 'red');
      await host.docker('network', 'connect', 'blue', 'both');
      await start('far', '--network', 'blue');
      expect(await both.probe({ host: await addressOf('near', 'red'), port: 80 })).toMatch(/^near /);
      expect(await both.probe({ host: await addressOf('far', 'blue'), port: 80 })).toMatch(/^far /);
      await host.docker('network', 'create', 'plain');
      await start('side', '--network', 'plain');
      await host.docker('network', 'connect', 'plain', 'both');
      expect(await both.probe({ host: await addressOf('side', 'plain'), port: 80 })).toMatch(/^side /);
      expect(await both.probe({ host: await addressOf('near', 'red'), port: 80 })).toMatch(/^near /);
    }));

  test.each([0, 1])('keeps published containers apart with bridge-nf-call-iptables=%i', async (value) =>
    withDump(lab, async () => {
      const name = (which: string): string => `${which}${value}`;
      await host.run(['busybox', 'sysctl', '-w', `net.bridge.bridge-nf-call-iptables=${value}`]);
      const one = await start(name('one'), '--network', 'red', '-p', `${8100 + value}:80`);
      await start(name('two'), '--network', 'blue', '-p', `${8200 + value}:80`);
      const address = await bridgeAddressOf(name('two'));
      expect(address).toMatch(/^172\./);
      await expect.poll(() => one.probe({ host: address, port: 80 }), { timeout: 30_000 }).toMatch(gone);
      expect(await one.probe({ host: address, port: 80 })).toMatch(gone);
      expect(await one.probe({ host: host.address, port: 8200 + value })).toMatch(/^two/);
    }),
  );

  test('lets the host reach a published container by its own address, with strict rp_filter inside', async () =>
    withDump(lab, async () => {
      const inside = connectAgent('inside', host.enter);
      agents.push(inside);
      const enter = await host.enterContainer('one1');
      await host.exec([...enter.slice(host.enter.length), 'busybox', 'sysctl', '-w', 'net.ipv4.conf.all.rp_filter=1']);
      expect(await inside.probe({ host: await addressOf('one1', 'red'), port: 80 })).toMatch(/^one1 /);
    }));

  test('puts back elements that somebody flushed', async () =>
    withDump(lab, async () => {
      const left = await start('left', '--network', 'red');
      const address = await addressOf('near', 'red');
      expect(await left.probe({ host: address, port: 80 })).toMatch(/^near /);
      await host.exec(['nft', 'flush', 'map', 'inet', 'clocker', 'networks4']);
      expect(await left.probe({ host: address, port: 80 })).toMatch(gone);
      await expect.poll(() => left.probe({ host: address, port: 80 }), { timeout: 30_000 }).toMatch(/^near /);
    }));

  test('does not tear a running container out when the store was lost', async () =>
    withDump(lab, async () => {
      const links = async (): Promise<number> => (await host.exec(['ip', '-o', 'link'])).split(' cali').length - 1;
      const before = await links();
      expect(before).toBeGreaterThan(5);
      process.kill(daemon.pid, 'SIGKILL');
      await host.exec(['rm', '-rf', join(host.directory, 'store')]);
      await up();
      await until('the daemon has looked twice', async () => {
        const log = await host.exec(['cat', join(host.directory, 'clocker.log')]);
        return log.split('clocker is up').length > 2 ? true : undefined;
      });
      await new Promise((resolve) => setTimeout(resolve, 6000));
      expect(await links()).toBe(before);
    }));
});
