/** The plain Docker commands people use, each on a clocker network of one host. Names carry the line of the conformance list. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../src/host/process.ts';
import {
  openLab,
  pings,
  placeOf,
  reaches,
  runBox,
  startClocker,
  whyNoLab,
  withDump,
  type Box,
  type Lab,
  type LabHost,
  type Place,
} from '../support/lab/index.ts';

const reason = await whyNoLab();
if (reason !== undefined) console.warn(`SKIPPED: network conformance: ${reason}`);

const network = ['network', 'create', '-d', 'clocker', '--ipam-driver', 'clocker'];
const image = 'busybox:lab';

/** Docker's compose plug-in, and the older program. */
const composes = {
  v2: ['/usr/libexec/docker/cli-plugins/docker-compose', '/usr/lib/docker/cli-plugins/docker-compose'].find(existsSync),
  v1: ['/usr/bin/docker-compose', '/usr/local/bin/docker-compose'].find(existsSync),
} as const;
for (const [version, path] of Object.entries(composes))
  if (path === undefined) console.warn(`SKIPPED: §9.31 with docker compose ${version}: it is not installed`);

/** Of the engine of a host; throws unless it did. */
function post(host: LabHost, path: string, body: object): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = { socketPath: host.engine.address.replace('unix://', ''), path, method: 'POST' };
    const call = request({ ...options, headers: { 'Content-Type': 'application/json' } }, (response) => {
      response.resume();
      if (response.statusCode === 201) resolve();
      else reject(new Error(`${path}: ${response.statusCode}`));
    });
    call.once('error', reject);
    call.end(JSON.stringify(body));
  });
}

describe.skipIf(reason !== undefined)('one host', () => {
  let lab: Lab;
  let h1: LabHost;
  let host: Place;
  let outside: Place;
  const boxes: Box[] = [];
  const box = async (name: string, ...args: readonly string[]): Promise<Box> => {
    const made = await runBox(h1, name, args);
    boxes.push(made);
    return made;
  };
  const dumped = (name: string, body: () => Promise<void>): void => {
    test(name, () => withDump(lab, body));
  };
  const inside = async (name: string, ...argv: readonly string[]): Promise<string> => h1.docker('exec', name, ...argv);

  beforeAll(async () => {
    lab = await openLab({ hosts: ['h1', 'outside'], engines: ['h1'] });
    h1 = lab.host('h1');
    await startClocker(h1);
    await h1.docker(...network, '--subnet', '198.19.8.0/24', '--ipv6', '--subnet', 'fd00:8::/64', 'app');
    await h1.docker(...network, '--subnet', '198.19.9.0/24', 'other');
    await h1.docker(...network, '--subnet', '198.19.10.0/24', '-o', 'clocker.ports=routed', 'routed');
    host = await placeOf(h1);
    outside = await placeOf(lab.host('outside'));
    await host.agent.listen('tcp', 7000);
    await box('peer', '--network', 'app');
  });
  afterAll(async () => {
    await Promise.all(boxes.map(({ agent }) => agent.close()));
    await lab.close();
  });
  const peerAddress = async (): Promise<string> => {
    const [peer] = boxes;
    if (peer === undefined) throw new Error('There is no peer.');
    return peer.address('app');
  };

  dumped('§9.10 §9.11 §9.12 §9.13 pools: the next free one, a range, auxiliary addresses, a gateway', async () => {
    await h1.docker(...network, 'free');
    expect(await h1.docker('network', 'inspect', '-f', '{{(index .IPAM.Config 0).Subnet}}', 'free')).toMatch(
      /^10\.\d+\.\d+\.0\/20/,
    );
    const more = ['--ip-range', '198.19.11.64/26', '--aux-address', 'printer=198.19.11.65', '--gateway', '198.19.11.1'];
    await h1.docker(...network, '--subnet', '198.19.11.0/24', ...more, 'ranged');
    const one = await box('ranged1', '--network', 'ranged');
    const [, , , last] = (await one.address('ranged')).split('.').map(Number);
    expect(last).toBeGreaterThanOrEqual(64);
    expect(last).toBeLessThan(128);
    expect(last).not.toBe(65);
    expect(await pings(one, '198.19.11.1')).toBe(true);
    await expect(
      h1.docker('run', '--rm', '--network', 'ranged', '--ip', '198.19.11.65', image, 'true'),
    ).rejects.toThrow(/198\.19\.11\.65 is reserved/);
    await one.remove();
    await h1.docker('network', 'rm', 'ranged', 'free');
  });

  dumped('§9.15 --ip and --ip6 are given, and refused with who has them', async () => {
    const one = await box('fixed', '--network', 'app', '--ip', '198.19.8.200', '--ip6', 'fd00:8::200');
    expect([await one.address('app'), await one.addressV6('app')]).toEqual(['198.19.8.200', 'fd00:8::200']);
    await expect(h1.docker('run', '--rm', '--network', 'app', '--ip', '198.19.8.200', image, 'true')).rejects.toThrow(
      /198\.19\.8\.200 is in use by (container fixed|endpoint \w+) on host h1/,
    );
    await one.remove();
  });

  dumped('§9.17 a network that is full says so', async () => {
    await h1.docker(...network, '--subnet', '198.19.12.0/30', 'tiny');
    for (const name of ['t1', 't2', 't3', 't4'])
      await h1.docker('run', '-d', '--name', name, '--network', 'tiny', image);
    await expect(h1.docker('run', '--rm', '--network', 'tiny', image, 'true')).rejects.toThrow(
      /No address is free in 198\.19\.12\.0\/30/,
    );
    await h1.docker('rm', '-f', 't1', 't2', 't3', 't4');
    await h1.docker('network', 'rm', 'tiny');
  });

  dumped('§9.24 connect and disconnect while it runs', async () => {
    const live = await box('live', '--network', 'other');
    await h1.docker('network', 'connect', '--alias', 'friend', 'app', 'live');
    expect(await reaches(live, { host: await peerAddress(), port: 80 })).toBe(true);
    expect(await inside('peer', 'ping', '-4', '-c', '1', '-W', '2', 'friend')).toContain('1 packets received');
    await h1.docker('network', 'disconnect', 'app', 'live');
    expect(await reaches(live, { host: await peerAddress(), port: 80 })).toBe(false);
    await live.remove();
  });

  dumped('§9.25 §9.26 two clocker networks and a bridge on one container', async () => {
    const near = await box('near', '--network', 'other');
    const both = await box('both', '--network', 'app');
    await h1.docker('network', 'create', 'plain');
    await h1.docker('network', 'connect', 'other', 'both');
    await h1.docker('network', 'connect', 'plain', 'both');
    const side = await box('side', '--network', 'plain');
    expect(await reaches(both, { host: await peerAddress(), port: 80 })).toBe(true);
    expect(await reaches(both, { host: await near.address('other'), port: 80 })).toBe(true);
    expect(await reaches(both, { host: await side.address('plain'), port: 80 })).toBe(true);
    for (const mine of [await both.address('app'), await both.address('other')])
      expect(await pings(host, mine), mine).toBe(true);
    expect(await reaches(near, { host: await peerAddress(), port: 80 })).toBe(false);
    for (const one of [near, both, side]) await one.remove();
    await h1.docker('network', 'rm', 'plain');
  });

  dumped('§9.27 an internal network has no way out, and no way in', async () => {
    await h1.docker(...network, '--subnet', '198.19.13.0/24', '--internal', 'closed');
    const one = await box('inner1', '--network', 'closed');
    const two = await box('inner2', '--network', 'closed');
    expect(await reaches(one, { host: await two.address('closed'), port: 80 })).toBe(true);
    for (const to of [h1.address, lab.host('outside').address, await peerAddress()])
      expect(await reaches(one, { host: to, port: 7000 }), to).toBe(false);
    for (const each of [one, two]) await each.remove();
    await h1.docker('network', 'rm', 'closed');
  });

  describe.each([
    ['app', 'by docker_gwbridge'],
    ['routed', 'by nftables'],
  ])('§9.28 ports of %s, published %s', (on) => {
    const from = on === 'app' ? 8100 : 8200;
    dumped('TCP, UDP, a range, and one address of the host', async () => {
      const local = h1.address;
      const ports = [`${from}:80`, `${from + 1}:81/udp`, `${from + 10}-${from + 12}:82`, `${local}:${from + 2}:80`];
      const web = await box(`web-${on}`, '--network', on, ...ports.flatMap((port) => ['-p', port]));
      await web.agent.listen('tcp', 82);
      for (const place of [outside, host]) {
        expect(await place.agent.probe({ host: local, port: from })).toMatch(/^web/);
        expect(await place.agent.probe({ host: local, port: from + 2 })).toMatch(/^web/);
      }
      expect(await outside.agent.probe({ host: local, port: from + 1, protocol: 'udp' })).toMatch(/^web/);
      expect(await outside.agent.probe({ host: local, port: from + 10 })).toMatch(/^web/);
      // Somebody of another network, by the host's address; and not by the container's own.
      const other = await box(`stranger-${on}`, '--network', 'other');
      expect(await other.agent.probe({ host: local, port: from })).toMatch(/^web/);
      expect(await reaches(other, { host: await web.address(on), port: 80 })).toBe(false);
      // Itself, by its published port.
      expect(await web.agent.probe({ host: local, port: from })).toMatch(/^web/);
      if (on === 'app') expect(await h1.docker('port', `web-${on}`)).toContain(`${local}:${from + 2}`);
      await web.remove();
      expect(await reaches(outside, { host: local, port: from })).toBe(false);
      await other.remove();
    });

    dumped('one that is taken is refused by name', async () => {
      await h1.docker('run', '-d', '--name', `first-${on}`, '--network', on, '-p', `${from + 5}:80`, image);
      await expect(h1.docker('run', '--rm', '--network', on, '-p', `${from + 5}:80`, image, 'true')).rejects.toThrow(
        on === 'app' ? /port is already allocated/ : new RegExp(`port ${from + 5}/tcp can't be published`),
      );
      await h1.docker('rm', '-f', `first-${on}`);
    });
  });

  dumped('§9.29 --mac-address is the interface’s own', async () => {
    const mac = '02:42:ac:11:65:43';
    // As clients before API 1.44 ask for it: newer ones refuse to with this engine.
    await post(h1, '/v1.41/containers/create?name=macked', {
      Image: image,
      MacAddress: mac,
      HostConfig: { NetworkMode: 'app' },
    });
    await h1.docker('start', 'macked');
    expect(await inside('macked', 'ip', 'link', 'show', 'eth0')).toContain(mac);
    expect(
      await pings(
        host,
        (await h1.docker('inspect', '-f', '{{.NetworkSettings.Networks.app.IPAddress}}', 'macked')).trim(),
      ),
    ).toBe(true);
    await h1.docker('rm', '-f', 'macked');
  });

  dumped('§9.30 --network container: shares what the other has', async () => {
    const said = await h1.docker(
      'run',
      '--rm',
      '--network',
      'container:peer',
      image,
      'ip',
      '-4',
      'addr',
      'show',
      'eth0',
    );
    expect(said).toContain(await peerAddress());
    expect(await pings(host, await peerAddress())).toBe(true);
  });

  for (const [version, program] of Object.entries(composes))
    test.skipIf(program === undefined)(`§9.31 docker compose ${version} up and down`, () =>
      withDump(lab, async () => {
        const directory = join(h1.directory, `compose-${version}`);
        mkdirSync(directory);
        writeFileSync(
          join(directory, 'docker-compose.yml'),
          `version: '3.7'
services:
  db: { image: '${image}' }
  web: { image: '${image}', ports: ['8300:80'], command: [httpd, -f, -p, '80', -h, /tmp], depends_on: [db] }
networks:
  default: { driver: clocker, ipam: { driver: clocker, config: [{ subnet: 198.19.14.0/24 }] } }
`,
        );
        const compose = async (...args: readonly string[]): Promise<void> => {
          const argv = [program ?? '', '--project-name', `shop${version}`, '--project-directory', directory];
          const file = ['-f', join(directory, 'docker-compose.yml')];
          const setting = `DOCKER_HOST=${h1.engine.address}`;
          const done = await run(['busybox', 'env', setting, ...argv, ...file, ...args], { timeout: 90_000 });
          expect(done.status, done.stderr).toBe(0);
        };
        await compose('up', '-d');
        const [web = ''] = (await h1.docker('ps', '--format', '{{.Names}}', '--filter', 'publish=8300')).split('\n');
        expect(await inside(web, 'ping', '-4', '-c', '1', '-W', '2', 'db')).toContain('1 packets received');
        expect(await reaches(outside, { host: h1.address, port: 8300 })).not.toBe(undefined);
        const answer = await run([...outside.enter, 'busybox', 'nc', '-w', '2', h1.address, '8300'], {
          input: 'GET / HTTP/1.0\r\n\r\n',
        });
        expect(answer.stdout).toMatch(/^HTTP\/1\.[01] /);
        await compose('down');
        expect(await h1.docker('network', 'ls', '--format', '{{.Name}}')).not.toContain(`shop${version}`);
      }),
    );

  dumped('§9.32 --driver-opt of an attachment is taken', async () => {
    await h1.docker('create', '--name', 'opted', '--network', 'other', image);
    await h1.docker('network', 'connect', '--driver-opt', 'role=web', 'app', 'opted');
    await h1.docker('start', 'opted');
    expect(await inside('opted', 'ping', '-c', '1', '-W', '2', await peerAddress())).toContain('1 packets received');
    await h1.docker('rm', '-f', 'opted');
  });

  dumped('§9.33 a container that restarts by itself is reached again', async () => {
    await h1.docker('run', '-d', '--name', 'phoenix', '--restart', 'always', '--network', 'app', image, 'sleep', '2');
    await expect
      .poll(async () => Number(await h1.docker('inspect', '-f', '{{.RestartCount}}', 'phoenix')), { timeout: 30_000 })
      .toBeGreaterThan(0);
    await expect
      .poll(
        async () =>
          pings(
            host,
            (await h1.docker('inspect', '-f', '{{.NetworkSettings.Networks.app.IPAddress}}', 'phoenix')).trim(),
          ),
        { timeout: 15_000 },
      )
      .toBe(true);
    await h1.docker('rm', '-f', 'phoenix');
  });

  dumped('§9.34 rename, pause and kill -9 of a container', async () => {
    const one = await box('before', '--network', 'app');
    const address = await one.address('app');
    await h1.docker('rename', 'before', 'after');
    expect(await inside('peer', 'ping', '-4', '-c', '1', '-W', '2', 'after')).toContain(address);
    await h1.docker('pause', 'after');
    expect(await reaches(host, { host: address, port: 9 })).toBe(false);
    await h1.docker('unpause', 'after');
    expect(await pings(host, address)).toBe(true);
    await h1.docker('kill', '-s', 'KILL', 'after');
    await expect.poll(async () => h1.exec(['ip', 'route', 'show', address]), { timeout: 30_000 }).toBe('');
    await one.agent.close();
    await h1.docker('rm', '-f', 'after');
  });

  dumped('§9.49 container to host and back, container to a published port of the host', async () => {
    const web = await box('pub', '--network', 'other', '-p', '8400:80');
    const one = await box('asker', '--network', 'app');
    expect(await reaches(one, { host: h1.address, port: 7000 })).toBe(true);
    expect(await reaches(one, { host: h1.address, port: 8400 })).toBe(true);
    const bridge = /inet ([\d.]+)/.exec(await h1.exec(['ip', '-4', 'addr', 'show', 'docker_gwbridge']))?.[1] ?? '';
    expect(await reaches(one, { host: bridge, port: 8400 })).toBe(true);
    for (const each of [await one.address('app'), await one.addressV6('app'), await web.address('other')])
      expect(await reaches(host, { host: each, port: 80 }), each).toBe(true);
    for (const each of [web, one]) await each.remove();
  });

  dumped('§9.54 §9.59 the MTU of a network, with packets as large as that, in both families', async () => {
    const sized = ['--subnet', '198.19.15.0/24', '--ipv6', '--subnet', 'fd00:15::/64', '-o', 'clocker.mtu=1400'];
    await h1.docker(...network, ...sized, 'small');
    const one = await box('small1', '--network', 'small');
    const two = await box('small2', '--network', 'small');
    expect(await inside('small1', 'ip', 'link', 'show', 'eth0')).toContain('mtu 1400');
    expect(await pings(one, await two.address('small'), '-s', '1372')).toBe(true);
    expect(await pings(one, await two.addressV6('small'), '-s', '1352')).toBe(true);
    for (const each of [one, two]) await each.remove();
    await h1.docker('network', 'rm', 'small');
  });

  for (const mode of ['1', '2'])
    dumped(`§9.56 rp_filter ${mode}: each family in both port modes, and no address that is another’s`, async () => {
      await h1.exec(['busybox', 'sysctl', '-w', `net.ipv4.conf.all.rp_filter=${mode}`]);
      const [a, b] = [
        await box(`rp-a${mode}`, '--network', 'app', '-p', `${8500 + Number(mode)}:80`),
        await box(`rp-b${mode}`, '--network', 'routed', '-p', `${8510 + Number(mode)}:80`),
      ];
      expect(await reaches(a, { host: await peerAddress(), port: 80 })).toBe(true);
      expect(await reaches(host, { host: await a.address('app'), port: 80 })).toBe(true);
      expect(await reaches(outside, { host: h1.address, port: 8500 + Number(mode) })).toBe(true);
      expect(await reaches(outside, { host: h1.address, port: 8510 + Number(mode) })).toBe(true);
      expect(await reaches(b, { host: h1.address, port: 8500 + Number(mode) })).toBe(true);
      await run([...b.enter, 'ip', 'addr', 'add', `${await peerAddress()}/32`, 'dev', 'eth0']);
      expect(await b.agent.probe({ host: await a.address('app'), port: 80, from: await peerAddress() })).toMatch(
        /^no answer/,
      );
      for (const each of [a, b]) await each.remove();
      await h1.exec(['busybox', 'sysctl', '-w', 'net.ipv4.conf.all.rp_filter=0']);
    });

  dumped(
    'what somebody flushed is noticed and put back: sets, chains, iptables, a FORWARD policy of DROP',
    async () => {
      const one = await box('steady', '--network', 'app');
      const to = { host: await peerAddress(), port: 80 };
      const breakers: readonly (readonly (readonly string[])[])[] = [
        [['nft', 'flush', 'map', 'inet', 'clocker', 'networks4']],
        [
          ['nft', 'flush', 'chain', 'inet', 'clocker', 'from-workload'],
          ['iptables', '-P', 'FORWARD', 'DROP'],
        ],
        [
          ['iptables', '-P', 'FORWARD', 'DROP'],
          ['iptables', '-F', 'DOCKER-USER'],
          ['iptables', '-F', 'FORWARD'],
        ],
        [
          ['nft', 'flush', 'ruleset'],
          ['iptables', '-P', 'FORWARD', 'DROP'],
        ],
        [['ip', 'route', 'flush', 'proto', '67']],
      ];
      for (const commands of breakers) {
        for (const argv of commands) await h1.exec(argv);
        await expect
          .poll(() => reaches(one, to), { timeout: 30_000, message: commands.map((argv) => argv.join(' ')).join('; ') })
          .toBe(true);
      }
      await one.remove();
    },
  );
});
