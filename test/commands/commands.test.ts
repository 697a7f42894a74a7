/** Every command as a user runs it: the built bundle as a process, against a daemon's API over an engine in memory. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { loadCommands } from '../../src/commands/table.ts';
import { run as runProgram } from '../../src/host/process.ts';
import { openStore, systemStoreClock } from '../../src/store/index.ts';
import { startApiHost, type ApiHost } from '../support/api-host.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const commands = await loadCommands();

const root = join(import.meta.dirname, '../..');
const patience = 60_000;

beforeAll(async () => {
  if (!existsSync(join(root, 'dist/clocker.cjs')))
    await runProgram([process.execPath, join(root, 'scripts/build.mjs')], { timeout: patience });
}, patience);

type Ran = { readonly status: number; readonly stdout: string; readonly stderr: string };

type RunOptions = { readonly directory?: string; readonly host?: ApiHost; readonly environment?: NodeJS.ProcessEnv };

function clocker(words: readonly string[], { directory, host, environment }: RunOptions = {}): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const address = host === undefined ? 'unix:///nowhere/clocker.sock' : `unix://${host.client.address}`;
    const child = spawn(process.execPath, [join(root, 'bin/clocker'), ...words], {
      cwd: directory ?? root,
      env: { ...process.env, CLOCKER_HOST: address, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const text = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (chunk: string) => {
        text[name] += chunk;
      });
    child.on('error', reject);
    child.on('close', (status) => resolve({ status: status ?? 255, ...text }));
  });
}

const compose = `services:
  web:
    image: web:1
    ports: ["8080:80"]
    environment: [GREETING]
    env_file: [web.env]
    depends_on: [db]
  db: {image: "db:1"}
  job: {image: "job:1", scale: 2}
`;

async function shopFolder(): Promise<string> {
  const directory = join(await temporaryDirectory(), 'shop');
  await mkdir(directory);
  await writeFile(join(directory, 'compose.yml'), compose);
  await writeFile(join(directory, 'web.env'), 'COLOUR=blue\n');
  await writeFile(join(directory, '.env'), 'GREETING=hello\n');
  return directory;
}

async function deployed(): Promise<{ readonly host: ApiHost; readonly directory: string; readonly ran: Ran }> {
  const host = await startApiHost();
  for (const image of ['web:1', 'db:1', 'job:1']) host.engine.addImage(image);
  const directory = await shopFolder();
  const ran = await clocker(['deploy'], { host, directory });
  expect(ran.status, ran.stderr).toBe(0);
  return { host, directory, ran };
}

const lines = (text: string): readonly string[] => text.trimEnd().split('\n');

test.each(Object.keys(commands))('%s --help tells what it does', async (id) => {
  const { status, stdout } = await clocker([...id.split(':'), '--help']);
  expect(status).toBe(0);
  expect(lines(stdout)[0]).toBe(commands[id]?.summary);
  for (const part of ['USAGE', 'EXAMPLES', '--json']) expect(stdout).toContain(part);
});

const online = Object.keys(commands).filter(
  (id) =>
    !/^(?:completion|convert|csar:.*|down|doctor|explain|graph|ipam:check|plugin:install|store:.*|up|validate)$/.test(
      id,
    ),
);
const words: Readonly<Record<string, readonly string[]>> = {
  deploy: ['compose-examples/guestbook/compose.yml'],
  'ipam:release': ['198.19.8.1'],
  scale: ['shop', 'web=1'],
  'policy:test': ['--from', 'a', '--to', 'b'],
  'policy:apply': ['compose-examples/guestbook/compose.yml'],
};

test.each(online.filter((id) => !id.startsWith('policy:')))('%s without a daemon says how to start one', async (id) => {
  const needs = Object.keys(commands[id]?.args ?? {}).length > 0;
  const command = [...id.split(':'), ...(words[id] ?? (needs ? ['shop'] : []))];
  const { status, stdout, stderr } = await clocker(command);
  expect([status, stdout]).toEqual([69, '']);
  expect(stderr).toMatch(/error daemon-unreachable: .*not running[^]*clocker up/);
  const json = await clocker([...command, '--json']);
  expect(json.status).toBe(69);
  expect(JSON.parse(json.stdout)).toMatchObject({ error: { code: 'daemon-unreachable' } });
});

test(
  'convert --into changes the file in place and tells what, and does nothing where nothing is said otherwise',
  async () => {
    const directory = await shopFolder();
    const file = join(directory, 'compose.yml');
    const commented = `# mine\n${compose}`;
    await writeFile(file, commented);
    expect((await clocker(['convert', '-o', 'b.yaml'], { directory })).status).toBe(0);
    const back = ['convert', 'b.yaml', '--to', 'compose', '--into', 'compose.yml'];
    expect(await clocker(back, { directory })).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(await readFile(file, 'utf8')).toBe(commented);
    const blueprint = await readFile(join(directory, 'b.yaml'), 'utf8');
    await writeFile(join(directory, 'b.yaml'), blueprint.replace('docker:db:1', 'docker:db:2'));
    const changed = await clocker(back, { directory });
    expect(changed).toEqual({ status: 0, stdout: '', stderr: 'changed services.db.image\n' });
    expect(await readFile(file, 'utf8')).toBe(commented.replace('db:1', 'db:2'));
    const other = await clocker(['convert', 'b.yaml', '--into', 'compose.yml'], { directory });
    expect(other.stderr).toContain('--to compose');
  },
  patience,
);

test(
  'deploy tells each step, then what runs where',
  async () => {
    const { ran } = await deployed();
    expect(ran.stderr).toMatch(/\[1\/\d+\] creating network shop_default/);
    expect(ran.stderr).toMatch(/creating container shop-web-1/);
    const [head, ...rows] = lines(ran.stdout);
    expect(head).toMatch(/^ENTITY +STATE +HOST +ADDRESSES +PORTS +URL$/);
    expect(rows.map((row) => row.split(/\s+/).slice(0, 3))).toEqual([
      ['db', 'running', 'h1'],
      ...[1, 2].map(() => ['job', 'running', 'h1']),
      ['web', 'running', 'h1'],
    ]);
    // Columns stand under their heads.
    for (const row of rows) expect(row.slice((head ?? '').indexOf('HOST')).startsWith('h1')).toBe(true);
  },
  patience,
);

test(
  'what runs can be looked at, changed, and taken away',
  async () => {
    const { host, directory } = await deployed();
    const ask = async (...command: string[]): Promise<string> => {
      const { status, stdout, stderr } = await clocker(command, { host, directory });
      expect(status, `${command.join(' ')}: ${stderr}${stdout}`).toBe(0);
      return stdout;
    };
    const json = async (...command: string[]): Promise<unknown> => JSON.parse(await ask(...command, '--json'));
    expect(await ask('ls')).toMatch(/^NAME .*\nshop +running +/);
    expect(await json('ls')).toMatchObject([{ name: 'shop', isUp: true }]);
    expect(await json('deploy', '--plan')).toMatchObject({ name: 'shop', changes: [] });
    expect(await json('show', 'shop')).toMatchObject({ application: { name: 'shop' } });
    expect(await json('show', 'shop', 'db')).toMatchObject({ entity: { id: 'db' }, sensors: { 'service.isUp': true } });
    expect(await ask('tree', 'shop')).toMatch(/\njob +running[^]*\n├─ job[^]*\n└─ job/);
    expect(await ask('tree', 'shop')).toMatch(/^ENTITY +STATE +KIND +HOST[^]*\ndefault +running +network +h1/);
    expect(await json('scale', 'shop', 'job=3')).toMatchObject({ sizes: [{ entity: 'job', size: 3 }] });
    expect(lines(await ask('tree', 'shop')).filter((line) => /─ job/.test(line))).toHaveLength(3);
    await ask('stop', 'shop', 'web');
    expect(await json('show', 'shop', 'web')).toMatchObject({ entity: { isUp: false } });
    await ask('start', 'shop');
    await ask('restart', 'shop', 'web');
    await ask('logs', 'shop', 'web', '--tail', '1');
    expect(await json('node', 'ls')).toMatchObject([{ name: 'h1', isSelf: true }]);
    expect(await json('node', 'show', 'h1')).toMatchObject({ applications: [{ name: 'shop' }] });
    expect(await json('network', 'ls')).toEqual([]);
    expect(await json('ipam', 'show', '--show-blocks')).toEqual([]);
    expect(await json('ipam', 'check')).toMatchObject({ problems: [] });
    expect(await json('rm', 'shop', '--volumes')).toMatchObject({ removed: true });
    expect(await json('ls')).toEqual([]);
    expect((await clocker(['show', 'shop'], { host })).status).toBe(68);
  },
  patience,
);

test('a document with errors is shown with a frame, and nothing is done', async () => {
  const host = await startApiHost();
  const directory = await temporaryDirectory();
  await writeFile(join(directory, 'compose.yml'), 'services:\n  web:\n    imgae: a\n');
  const before = await host.world();
  const { status, stdout, stderr } = await clocker(['deploy'], { host, directory });
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/compose\.yml:3:5 error [^]*imgae: a[^]*\^/);
  expect(await host.world()).toBe(before);
});

test('one JSON document on stdout, also for a wrong command line', async () => {
  const { status, stdout } = await clocker(['ls', '--nope', '--json']);
  expect(status).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'usage' } });
});

test('no colours where nobody looks', async () => {
  const { stderr } = await clocker(['ls'], { environment: { FORCE_COLOR: '1' } });
  expect(stderr).not.toContain('\u001b');
});

test('ipam check reads the store itself where no daemon runs', async () => {
  const store = `embedded://${join(await temporaryDirectory(), 'store')}`;
  const { status, stdout, stderr } = await clocker(['ipam', 'check', '--json'], {
    environment: { CLOCKER_STORE: store },
  });
  expect([status, JSON.parse(stdout)]).toEqual([0, { blocks: 0, allocated: 0, endpoints: 0, problems: [] }]);
  expect(stderr).toContain(`reading ${store} itself`);
});

test('doctor works without a daemon', async () => {
  const { status, stdout } = await clocker(['doctor', '--docker', 'unix:///nowhere.sock', '--json']);
  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toContainEqual(expect.objectContaining({ check: 'engine', status: 'error' }));
});

test('explain tells where a value came from', async () => {
  const { status, stdout } = await clocker(['explain', 'services.web.environment.GREETING'], {
    directory: await shopFolder(),
  });
  expect([status, lines(stdout)[0]]).toEqual([0, 'services.web.environment.GREETING: hello']);
});

test(
  'convert writes its report to a file, and goes on when a file changes',
  async () => {
    const directory = await shopFolder();
    const once = await clocker(['convert', '--to', 'stack', '--report=report.txt', '-o', 'stack.yml'], { directory });
    expect([once.status, once.stdout]).toEqual([0, '']);
    expect(await readFile(join(directory, 'report.txt'), 'utf8')).toMatch(/^(?:lost|changed|said|\w+) \S+: /);
    const child = spawn(process.execPath, [join(root, 'bin/clocker'), 'convert', '-o', 'out.yaml', '--watch'], {
      cwd: directory,
      stdio: 'ignore',
    });
    const text = (): Promise<string> => readFile(join(directory, 'out.yaml'), 'utf8').catch(() => '');
    try {
      await expect.poll(text, { timeout: 20_000 }).toContain('docker:db:1');
      // It may be about to watch: a change that is made meanwhile counts as well.
      await writeFile(join(directory, 'compose.yml'), compose.replace('db:1', 'db:2'));
      await expect.poll(text, { timeout: 20_000 }).toContain('docker:db:2');
    } finally {
      child.kill('SIGKILL');
    }
  },
  patience,
);

test('store copy moves records to an empty store, and refuses what would lose some', async () => {
  const directory = await temporaryDirectory();
  const [from, to] = [`embedded://${join(directory, 'one')}`, `embedded://${join(directory, 'two')}`];
  const missing = await clocker(['store', 'copy', '--from', from, '--to', to]);
  expect([missing.status, missing.stdout]).toEqual([66, '']);
  expect(missing.stderr).toMatch(/There is no store at .*one/);
  const store = await openStore(from, { clock: systemStoreClock });
  for (let index = 0; index < 200; index++)
    await store.transact([], [{ op: 'put', key: `/calico/n${index}`, value: '{"sequence":9007199254740993}' }]);
  await store.close();
  const copied = await clocker(['store', 'copy', '--from', from, '--to', to, '--json']);
  expect(copied.status, copied.stderr).toBe(0);
  expect(JSON.parse(copied.stdout)).toEqual({ copied: 200, unchanged: 0, removed: 0, leased: 0 });
  const check = await clocker(['store', 'check', '--store', to, '--json']);
  expect(JSON.parse(check.stdout)).toMatchObject({
    store: to,
    prefixes: [{ prefix: '/calico/', entries: 200 }, { entries: 0 }],
    daemons: [],
  });
  const again = await clocker(['store', 'copy', '--from', from, '--to', to]);
  expect([again.status, again.stderr]).toEqual([75, expect.stringContaining('--force')]);
  const forced = await clocker(['store', 'copy', '--from', from, '--to', to, '--force']);
  expect([forced.status, forced.stdout]).toEqual([0, expect.stringContaining('200 records are in the new store')]);
  const used = await openStore(to, { clock: systemStoreClock });
  await used.transact([], [{ op: 'put', key: '/clocker/v1/alive/h1', value: '{}' }]);
  await used.close();
  const running = await clocker(['store', 'copy', '--from', to, '--to', from]);
  expect([running.status, running.stderr]).toEqual([75, expect.stringContaining('The daemons of h1')]);
});

test('validate without a document ends as its help says, and tells what to do', async () => {
  const { status, stderr } = await clocker(['validate'], { directory: await temporaryDirectory() });
  expect([status, stderr]).toEqual([3, expect.stringMatching(/^error file-unreadable: [^]*Name the document/)]);
});
