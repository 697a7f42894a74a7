/** The command line on a real engine, from `clocker up` to `clocker rm`, as a user runs it and as a script reads it. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLab, until, whyNoLab, withDump, type Lab, type LabHost } from '../support/lab/index.ts';
import { clocker, clockerProgram, ensureBuilt, startUp } from '../support/lab/command.ts';

const reason = await whyNoLab();
if (reason !== undefined) console.warn(`SKIPPED: the command line: ${reason}`);

const compose = `services:
  web:
    image: busybox:lab
    command: [httpd, -f, -v, -p, "80"]
    ports: ["8080:80"]
    stop_grace_period: 1s
    depends_on: [worker]
  worker:
    image: busybox:lab
    command: [sh, -c, 'n=0; while sleep 0.2; do n=$$((n+1)); echo "line $$n"; echo "trouble $$n" >&2; done']
    stop_grace_period: 1s
    scale: 1
    volumes: ["work:/tmp"]
volumes: { work: {} }
`;

const lines = (text: string): readonly string[] => text.trimEnd().split('\n');

describe.skipIf(reason !== undefined)('clocker', () => {
  let lab: Lab;
  let host: LabHost;
  let file: string;

  beforeAll(async () => {
    await ensureBuilt();
    lab = await openLab({ hosts: ['h1'], engines: ['h1'] });
    host = lab.host('h1');
    await startUp(host);
    file = join(host.directory, 'shop/compose.yml');
    await mkdir(join(host.directory, 'shop'));
    await writeFile(file, compose);
  });
  afterAll(() => lab.close());

  const dumped = (what: string, body: () => Promise<void>): void => {
    test(what, () => withDump(lab, body));
  };
  const ask = async (...words: string[]): Promise<string> => {
    const { status, stdout, stderr } = await clocker(host, ...words);
    expect(status, `${words.join(' ')}: ${stderr}${stdout}`).toBe(0);
    return stdout;
  };
  const json = async (...words: string[]): Promise<unknown> => JSON.parse(await ask(...words, '--json'));
  const containers = async (): Promise<readonly string[]> =>
    (await host.docker('ps', '--format', '{{.Names}}')).trim().split('\n').filter(Boolean).sort();
  const statusOf = async (...words: string[]): Promise<readonly [number, string]> => {
    const { status, stderr } = await clocker(host, ...words);
    return [status, stderr];
  };

  dumped('doctor finds nothing in the way', async () => {
    const findings = (await json('doctor', '--docker', host.engine.address)) as { status: string; check: string }[];
    expect(findings.filter(({ status }) => status === 'error')).toEqual([]);
    expect(await ask('doctor', '--docker', host.engine.address)).toMatch(/ok +engine +The Docker Engine at /);
  });

  dumped('deploy --plan changes nothing, deploy tells its steps', async () => {
    const plan = (await json('deploy', file, '--plan')) as { changes: { kind: string }[] };
    expect(plan.changes.map(({ kind }) => kind)).toContain('container');
    expect(await containers()).toEqual([]);
    const { status, stdout, stderr } = await clocker(host, 'deploy', file);
    expect(status, stderr).toBe(0);
    expect(stderr).toMatch(/\[1\/\d+\] creating /);
    expect(lines(stdout)[0]).toMatch(/^ENTITY +STATE +HOST +ADDRESSES +PORTS +URL$/);
    expect(stdout).toMatch(/web +running +h1 +\S+ .*http:\/\/\S+:8080/);
    expect(await containers()).toEqual(['shop-web-1', 'shop-worker-1']);
    expect(await json('deploy', file, '--plan')).toMatchObject({ name: 'shop', changes: [] });
  });

  dumped('ls, show and tree tell what runs', async () => {
    expect(await ask('ls')).toMatch(/^NAME .*\nshop +running +/);
    expect(await json('ls')).toMatchObject([{ name: 'shop', isUp: true }]);
    expect(await json('show', 'shop', 'web')).toMatchObject({ entity: { id: 'web', state: 'running' } });
    expect(await ask('show', 'shop')).toMatch(/worker/);
    expect(await ask('tree', 'shop')).toMatch(/web +running/);
    expect(await json('tree', 'shop')).toBeTypeOf('object');
  });

  dumped('logs show both streams, each where it belongs, and follow what is printed', async () => {
    const { stdout, stderr, status } = await clocker(host, 'logs', 'shop', 'worker', '--tail', '4', '--no-prefix');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^line \d+$/m);
    expect(stderr).toMatch(/^trouble \d+$/m);
    expect(await ask('logs', 'shop', 'worker', '--tail', '2')).toMatch(/worker\S* \| line \d+/);
    const told = JSON.parse(lines(await ask('logs', 'shop', 'worker', '--tail', '2', '--json'))[0] ?? '') as object;
    expect(told).toMatchObject({ entity: expect.stringContaining('worker') as string });
    const following = await host.start('following', [
      ...clockerProgram,
      'logs',
      'shop',
      '-f',
      '--tail',
      '0',
      '--no-prefix',
    ]);
    const printed = (): Promise<string> => readFile(join(host.directory, 'following.log'), 'utf8');
    await until('five more lines were shown', async () => lines(await printed()).length > 5 || undefined);
    following.kill('SIGINT');
    await following.exited;
  });

  dumped('events tell what changes, as it changes', async () => {
    const watching = await host.start('watching', [...clockerProgram, 'events', '--json']);
    const told = (): Promise<string> => readFile(join(host.directory, 'watching.log'), 'utf8');
    await until(
      'an event was told',
      async () => {
        await ask('restart', 'shop', 'web');
        return (await told()).includes('"entity"') || undefined;
      },
      60,
    );
    expect(JSON.parse(lines(await told())[0] ?? '')).toMatchObject({ kind: expect.any(String) as string });
    watching.kill('SIGINT');
    await watching.exited;
  });

  dumped('stop, start and restart act on one entity or on all', async () => {
    await ask('stop', 'shop', 'web');
    expect(await containers()).toEqual(['shop-worker-1']);
    expect(await json('show', 'shop', 'web')).toMatchObject({ entity: { isUp: false } });
    await ask('start', 'shop');
    expect(await containers()).toEqual(['shop-web-1', 'shop-worker-1']);
    const started = await host.docker('inspect', '--format', '{{.State.StartedAt}}', 'shop-worker-1');
    await ask('restart', 'shop', 'worker', '--json');
    expect(await host.docker('inspect', '--format', '{{.State.StartedAt}}', 'shop-worker-1')).not.toBe(started);
    await ask('stop', 'shop');
    expect(await containers()).toEqual([]);
    await ask('start', 'shop', '--json');
    expect(await containers()).toEqual(['shop-web-1', 'shop-worker-1']);
  });

  dumped('scale makes and removes containers', async () => {
    expect(await json('scale', 'shop', 'worker=3')).toMatchObject({ sizes: [{ entity: 'worker', size: 3 }] });
    expect((await containers()).filter((name) => name.includes('worker'))).toHaveLength(3);
    await ask('scale', 'shop', 'worker=1');
    expect((await containers()).filter((name) => name.includes('worker'))).toHaveLength(1);
  });

  dumped('network and ipam show what the application uses, and what a user makes', async () => {
    expect(await json('network', 'ls')).toMatchObject([{ name: 'shop_default' }]);
    expect(await ask('network', 'show', 'shop_default')).toContain('shop-web-1');
    await ask('network', 'create', 'extra', '--subnet', '198.19.8.0/24');
    expect(await host.docker('network', 'inspect', '--format', '{{.Driver}}', 'extra')).toBe('clocker\n');
    await until('the network is told', async () => (await ask('network', 'ls')).includes('extra') || undefined);
    expect(await json('network', 'show', 'extra')).toMatchObject({ network: { name: 'extra' } });
    expect(await ask('ipam', 'show', '--show-blocks')).toContain('198.19.8.0/24');
    expect(await json('ipam', 'check')).toMatchObject({ problems: [] });
    const [status, told] = await statusOf('network', 'rm', 'shop_default');
    expect([status > 0, told]).toEqual([true, expect.stringContaining('shop_default')]);
    await ask('network', 'rm', 'extra');
    expect(await host.docker('network', 'ls', '--format', '{{.Name}}')).not.toContain('extra');
  });

  dumped('ipam release does not take an address from who has it', async () => {
    const address = (
      await host.docker('inspect', '--format', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}', 'shop-web-1')
    ).trim();
    const [status, told] = await statusOf('ipam', 'release', address);
    expect(status, told).toBeGreaterThan(0);
    expect(told).toContain(address);
    expect(await json('ipam', 'check')).toMatchObject({ problems: [] });
  });

  dumped('node ls and node show tell of this host', async () => {
    expect(await json('node', 'ls')).toMatchObject([{ name: 'h1', isSelf: true }]);
    expect(await json('node', 'show', 'h1')).toMatchObject({ applications: [{ name: 'shop' }] });
  });

  dumped('what is not there is told, with the code of what it is', async () => {
    for (const words of [
      ['show', 'nope'],
      ['logs', 'nope'],
      ['rm', 'nope'],
      ['stop', 'shop', 'nope'],
      ['network', 'show', 'nope'],
    ])
      expect(await statusOf(...words), words.join(' ')).toEqual([
        68,
        expect.stringMatching(/^error \S+-unknown: .*nope/),
      ]);
    expect((await statusOf('scale', 'shop', 'web'))[0]).toBe(64);
  });

  dumped('rm takes all away but the volumes, and those when asked', async () => {
    await ask('rm', 'shop');
    expect(await containers()).toEqual([]);
    expect(await host.docker('volume', 'ls', '--format', '{{.Name}}')).toBe('shop_work\n');
    await ask('deploy', file);
    expect(await json('rm', 'shop', '--volumes')).toMatchObject({ removed: true });
    expect(await host.docker('volume', 'ls', '--format', '{{.Name}}')).toBe('');
    expect(await host.docker('network', 'ls', '--filter', 'driver=clocker', '--format', '{{.Name}}')).toBe('');
    expect(await json('ipam', 'check')).toMatchObject({ allocated: 0, problems: [] });
  });
});
