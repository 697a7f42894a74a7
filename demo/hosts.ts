/**
 * `npm run demo -- --hosts N`: one network over N hosts, with plain Docker and with Swarm. The hosts are those of the live
 * tests: namespaces of this machine, each with its own Docker Engine and `clocker up`, beside an etcd.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  image,
  networkAppears,
  openLab,
  runBox,
  startLabEtcd,
  type Box,
  type LabEtcd,
  type LabHost,
} from '../test/support/lab/index.ts';
import { startForked, until, type LabProcess } from '../test/support/lab/process.ts';
import { run } from '../src/host/process.ts';
import { matrixOf, matrixText, type Cell, type Target } from './matrix.ts';
import { indent, openTerminal, say, step, type Terminal } from './stage.ts';

const [root = '', count = '3'] = process.argv.slice(2);
const program = join(root, 'bin/clocker');

type Member = Terminal & { readonly daemon: LabProcess };

const api = (host: LabHost): string => `/proc/${host.pid}/root/run/clocker/clocker.sock`;

async function startDaemon(host: LabHost, etcd: LabEtcd): Promise<LabProcess> {
  // Where every program looks for it.
  await host.exec(['busybox', 'ln', '-sf', host.engine.address.replace('unix://', ''), '/run/docker.sock']);
  const options = ['--store', `etcd://${etcd.endpoint}`];
  const state = ['--state-dir', join(host.directory, 'state')];
  const argv = [...host.enter, process.execPath, program, 'up', ...options, ...state] as const;
  const daemon = await startForked(argv, join(host.directory, 'clocker.log'));
  await until(`clocker up of ${host.name} answers`, async () => {
    if (!daemon.isRunning()) throw new Error(`clocker up of ${host.name} ended.`);
    if (!existsSync(api(host))) return undefined;
    return (await run([...host.enter, process.execPath, program, 'ls'])).status === 0 ? true : undefined;
  });
  return daemon;
}

/** Throws unless each cell is as it has to be. */
async function showMatrix(
  sources: readonly Box[],
  targets: readonly Target[],
  wanted: (from: string, to: string) => boolean,
): Promise<void> {
  const cells = await matrixOf(sources, targets);
  say(indent(matrixText(sources, targets, cells)));
  const wrong = sources.flatMap(({ name }, row) =>
    targets
      .filter((to, column) => isReached(cells[row]?.[column]) !== wanted(name, to.name))
      .map((to) => `${name} -> ${to.name}`),
  );
  if (wrong.length > 0) throw new Error(`Not as it has to be: ${wrong.join(', ')}`);
}

/** Tasks of a service listen to nothing: a ping that is answered is all there is to see. */
async function showPings(sources: readonly Box[], targets: readonly Target[]): Promise<void> {
  const cells = await matrixOf(sources, targets);
  say(indent(matrixText(sources, targets, cells)));
  if (cells.flat().some(({ roundTrip }) => roundTrip === undefined)) throw new Error('Not every task is reached.');
}

const isReached = (cell: Cell | undefined): boolean => cell?.tcp === true;

const first = <Item>(items: readonly Item[]): Item => {
  const [item] = items;
  if (item === undefined) throw new Error('The demo has no host.');
  return item;
};

async function showPlain(members: readonly Member[], etcd: LabEtcd): Promise<void> {
  const one = first(members);
  step('A network, made once, is on every host');
  const create = ['network', 'create', '-d', 'clocker', '--ipam-driver', 'clocker'];
  await one.docker(...create, 'app');
  for (const { host } of members) await networkAppears(host, 'app');
  const last = members.at(-1) ?? one;
  await last.docker('network', 'ls', '--filter', 'driver=clocker');

  step('Containers of it on every host, one of another network, and the way between them');
  const boxes = new Map<string, Box>();
  for (const { host } of members) boxes.set(host.name, await runBox(host, `on-${host.name}`, ['--network', 'app']));
  await one.docker(...create, 'other');
  await networkAppears(last.host, 'other');
  const other = await runBox(last.host, 'other', ['--network', 'other']);
  await one.docker('exec', `on-${one.host.name}`, 'ping', '-c', '2', `on-${last.host.name}`);
  say(`    ${one.host.name}$ ip route   (a block of addresses of another host is one route)`);
  say(indent(await one.host.exec(['ip', 'route', 'show', 'proto', '68'])));
  const sources = [...boxes.values(), other];
  const targets: readonly Target[] = await Promise.all(
    sources.map(async (box) => ({ name: box.name, address: await box.address(box === other ? 'other' : 'app') })),
  );
  const together = (from: string, to: string): boolean => (from === 'other') === (to === 'other');
  await showMatrix(sources, targets, together);

  step('Every daemon and the store killed: traffic goes on');
  for (const { daemon } of members) daemon.kill('SIGKILL');
  for (const { daemon } of members) await daemon.exited;
  await etcd.kill('SIGKILL');
  await showMatrix(sources, targets, together);
  await etcd.start();
  for (const { host } of members) await startDaemon(host, etcd);
  say('    etcd and the daemons run again.');
  await one.clocker('ipam', 'check');
  for (const box of sources) await box.agent.close();
  for (const { host } of members) {
    const names = (await host.docker('ps', '-aq')).split('\n').filter((id) => id !== '');
    await host.docker('rm', '-f', ...names);
  }
}

async function showSwarm(members: readonly Member[]): Promise<void> {
  const one = first(members);
  step('The same hosts as a swarm');
  await one.host.docker('swarm', 'init', '--advertise-addr', one.host.address);
  const token = (await one.host.docker('swarm', 'join-token', '-q', 'worker')).trim();
  for (const { host } of members.slice(1))
    await host.docker('swarm', 'join', '--token', token, `${one.host.address}:2377`);
  await one.docker('node', 'ls');
  for (const member of members) await member.clocker('plugin', 'install');
  // A node tells its manager of its plugins every 20 s, and gets no task that wants one before.
  await until(
    'the manager knows the plugin of every node',
    async () => {
      const names = members.map(({ host }) => host.name);
      const told = await one.host.docker(
        'node',
        'inspect',
        '--format',
        '{{json .Description.Engine.Plugins}}',
        ...names,
      );
      return told.match(/"Network","Name":"clocker:swarm"/g)?.length === members.length ? true : undefined;
    },
    60,
  );

  step('A service over all nodes');
  await one.clocker('network', 'create', '--swarm', 'app2');
  const replicas = String(members.length * 2);
  const service = [
    'service',
    'create',
    '--quiet',
    '--no-resolve-image',
    '--name',
    'web',
    '--network',
    'app2',
    '--replicas',
    replicas,
  ];
  await one.docker(...service, '--stop-grace-period', '1s', image, 'sleep', '1000000000');
  await until(
    'every task runs',
    async () => {
      const states = await one.host.docker('service', 'ps', '--format', '{{.CurrentState}}', 'web');
      return states.match(/^Running/gm)?.length === members.length * 2 ? true : undefined;
    },
    120,
  );
  await one.docker('service', 'ps', '--format', 'table {{.Name}}\t{{.Node}}\t{{.CurrentState}}', 'web');
  const boxes = await Promise.all(members.map(({ host }) => runBox(host, `on-${host.name}`, ['--network', 'app2'])));
  const targets = await Promise.all(members.map(({ host }) => tasksOf(host)));
  await showPings(boxes, targets.flat());
  for (const box of boxes) await box.agent.close();
  await one.docker('service', 'rm', 'web');
  for (const { host } of members) await host.docker('rm', '-f', `on-${host.name}`);
  await until('the tasks are gone', async () => (await one.host.docker('ps', '-aq')).trim() === '' || undefined, 60);
  await one.clocker('network', 'rm', 'app2');
}

/** Tasks of the service on a host, with their addresses. */
async function tasksOf(host: LabHost): Promise<readonly Target[]> {
  const ids = (await host.docker('ps', '-q', '--filter', 'label=com.docker.swarm.service.name=web')).trim().split('\n');
  const format = '{{index .Config.Labels "com.docker.swarm.task.name"}} {{.NetworkSettings.Networks.app2.IPAddress}}';
  return Promise.all(
    ids.map(async (id) => {
      const [name = '', address = ''] = (await host.docker('inspect', '--format', format, id)).trim().split(' ');
      return { name: name.split('.').slice(0, 2).join('.'), address };
    }),
  );
}

async function main(): Promise<void> {
  const names = Array.from({ length: Number(count) }, (_, index) => `host${index + 1}`);
  step(`${names.length} hosts, each with its own Docker Engine, an etcd, and clocker up`);
  const lab = await openLab({ hosts: names });
  try {
    const etcd = await startLabEtcd(lab);
    const members: Member[] = [];
    for (const host of lab.hosts) {
      say(`    ${host.name}$ clocker up --store etcd://${etcd.endpoint}`);
      members.push({ ...openTerminal(host, program), daemon: await startDaemon(host, etcd) });
    }
    await first(members).clocker('node', 'ls');
    await showPlain(members, etcd);
    await showSwarm(members);
  } catch (error) {
    say(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}`);
    for (const host of lab.hosts) {
      const log = join(host.directory, 'clocker.log');
      if (existsSync(log))
        say(`\n── the end of ${host.name}'s log\n${readFileSync(log, 'utf8').split('\n').slice(-10).join('\n')}`);
    }
    process.exitCode = 1;
  } finally {
    await lab.close();
  }
}

await main();
