/** Names over hosts: what containers of one host are told of those of others, with the resolver here and there. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  openCluster,
  runBox,
  whyNoLab,
  withDump,
  type Box,
  type LabCluster,
  type LabHost,
} from '../support/lab/index.ts';
import { whyNoEtcd } from '../support/etcd.ts';

const reason = (await whyNoLab()) ?? (await whyNoEtcd());
if (reason !== undefined) console.warn(`SKIPPED: names over hosts: ${reason}`);

const create = ['network', 'create', '-d', 'clocker', '--ipam-driver', 'clocker'];
const serverScript = fileURLToPath(new URL('name-server.mjs', import.meta.url));
const outside = '198.18.0.13';

/** Before dockerd's first container: it looks for the file once. */
async function resolveBy(host: LabHost, nameserver: string): Promise<void> {
  const file = join(host.directory, 'resolv.conf');
  writeFileSync(file, `nameserver ${nameserver}\n`);
  await host.exec(['busybox', 'mount', '--bind', file, '/etc/resolv.conf']);
}

describe.skipIf(reason !== undefined)('names of containers of several hosts', () => {
  let cluster: LabCluster;
  const boxes = new Map<string, Box>();
  const box = (name: string): Box => {
    const found = boxes.get(name);
    if (found === undefined) throw new Error(`There is no box ${name}.`);
    return found;
  };
  const run = async (host: string, name: string, args: readonly string[]): Promise<void> => {
    boxes.set(name, await runBox(cluster.host(host), name, args));
  };
  /** Lines `Address: …` and the like that nslookup prints after the server's own; what it says when there are none. */
  const ask = async (from: string, ...words: readonly string[]): Promise<string> => {
    const { host } = box(from);
    const said = await host.run(['docker', '--host', host.engine.address, 'exec', from, 'nslookup', ...words]);
    const text = said.stdout + said.stderr;
    const found = [
      ...text
        .split(/\r?\n\r?\n/)
        .slice(1)
        .join('\n')
        .matchAll(/^Address(?: \d+)?: (\S+)|name = (\S+)/gm),
    ];
    const shown = found.map(([, address, name]) => address ?? name ?? '').sort();
    return shown.length > 0 ? shown.join(' ') : text.replaceAll(/\s+/g, ' ');
  };
  const says = (from: string, to: string, words: readonly string[]) =>
    expect.poll(() => ask(from, ...words), { timeout: 30_000, interval: 200 }).toBe(to);

  beforeAll(async () => {
    cluster = await openCluster({ hosts: ['h1', 'h2', 'outside'], engines: ['h1', 'h2'] });
    // On h2 the resolver is on loopback, as with dnsmasq or systemd-resolved.
    await cluster.host('outside').start('dns', [process.execPath, serverScript, outside]);
    await cluster.host('h2').start('dns', [process.execPath, serverScript, '127.0.0.1']);
    await resolveBy(cluster.host('h1'), outside);
    await resolveBy(cluster.host('h2'), '127.0.0.1');
    const red = ['--subnet', '198.19.8.0/24', '--ipv6', '--subnet', 'fd00:8::/64'];
    await madeEverywhere(cluster, 'red', red);
    await madeEverywhere(cluster, 'blue', ['--subnet', '198.19.9.0/24']);
    const member = (alias: string): readonly string[] => ['--network', 'red', '--network-alias', alias];
    await run('h1', 'red1', ['--network', 'red']);
    await run('h1', 'blue1', ['--network', 'blue', '-p', '8081:80']);
    await run('h1', 'published', ['--network', 'red', '-p', '8080:80']);
    await run('h2', 'db', [...member('data'), '--label', 'com.docker.compose.service=store']);
    await run('h2', 'db2', member('data'));
    await run('h2', 'secret', ['--network', 'blue']);
  });
  afterAll(() => cluster.close());

  const dumped = (name: string, body: () => Promise<void>): void => {
    test(name, () => withDump(cluster, body));
  };

  dumped('a container finds another host’s by name, alias, service and short id, in any case', async () => {
    const [db, db2] = [await box('db').address('red'), await box('db2').address('red')];
    await says('red1', db, ['-type=a', 'db']);
    await says('red1', [db, db2].sort().join(' '), ['-type=a', 'data']);
    await says('red1', db, ['-type=a', 'store']);
    await says('red1', db, ['-type=a', 'DB.Red']);
    const id = (await cluster.host('h2').docker('inspect', '-f', '{{.Id}}', 'db')).slice(0, 12);
    await says('red1', db, ['-type=a', id]);
    await says('red1', await box('db').addressV6('red'), ['-type=aaaa', 'db']);
    await says('red1', 'db.red', [db]);
    const said = await cluster.host('h1').docker('exec', 'red1', 'ping', '-4', '-c', '1', '-W', '1', 'db');
    expect(said).toContain(`64 bytes from ${db}`);
  });

  dumped('with published ports, by way of docker_gwbridge, too', async () => {
    await says('published', await box('db').address('red'), ['-type=a', 'db']);
    await says('blue1', await box('secret').address('blue'), ['-type=a', 'secret']);
  });

  dumped('on a host whose resolver is on loopback, too', async () => {
    await says('db', await box('red1').address('red'), ['-type=a', 'red1']);
    await says('db', await box('red1').address('red'), ['-type=a', 'red1.red']);
    await says('secret', await box('blue1').address('blue'), ['-type=a', 'blue1']);
  });

  dumped('names of the world are told by the nameservers of the host', async () => {
    for (const from of ['red1', 'published', 'db']) await says(from, '192.0.2.7', ['-type=a', 'www.some.test']);
  });

  dumped('names of Clocker’s come whatever nameserver a container was given', async () => {
    await run('h1', 'given', ['--network', 'red', '--dns', '198.18.0.253']);
    await says('given', await box('db').address('red'), ['-type=a', 'db']);
  });

  dumped('no container learns names of networks it is not on', async () => {
    for (const name of ['secret', 'secret.blue']) expect(await ask('red1', '-type=a', name)).toMatch(/NXDOMAIN/);
    expect(await ask('red1', await box('secret').address('blue'))).toMatch(/NXDOMAIN/);
  });

  dumped('a container that is gone is not found, and one that comes is, within a second', async () => {
    await run('h2', 'late', ['--network', 'red']);
    const began = performance.now();
    const address = await box('late').address('red');
    await says('red1', address, ['-type=a', 'late']);
    expect(performance.now() - began).toBeLessThan(2000);
    await box('late').remove();
    await expect.poll(() => ask('red1', '-type=a', 'late'), { timeout: 3000 }).toMatch(/NXDOMAIN/);
  });

  dumped('with a dead daemon names of the host and of the world go on, and all is back with it', async () => {
    await run('h1', 'beside', ['--network', 'red']);
    const clocker = cluster.clocker('h1');
    await clocker.kill();
    await says('red1', await box('beside').address('red'), ['-type=a', 'beside']);
    await expect.poll(() => ask('red1', '-type=a', 'www.some.test'), { timeout: 15_000 }).toBe('192.0.2.7');
    await clocker.start();
    await says('red1', await box('db').address('red'), ['-type=a', 'db']);
  });

  dumped('a daemon that ends takes its rules with it at once', async () => {
    const clocker = cluster.clocker('h1');
    await clocker.stop();
    await says('red1', '192.0.2.7', ['-type=a', 'www.some.test']);
    await clocker.start();
    await says('red1', await box('db').address('red'), ['-type=a', 'db']);
  });
});

async function madeEverywhere(cluster: LabCluster, name: string, options: readonly string[]): Promise<void> {
  const id = (await cluster.host('h1').docker(...create, ...options, name)).trim();
  const there = `clocker.network=${id}`;
  await cluster.host('h2').docker(...create, ...options, '-o', there, '--ipam-opt', there, name);
}
