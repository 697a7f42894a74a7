/** F8, F9, F10, F11, F13: orders that can't be, routes and sockets of others, unknown records, and what runs out. */
import { join } from 'node:path';
import { run } from '../../src/host/process.ts';
import { startForked, until } from '../support/lab/process.ts';
import { cellOf, notRun, type Cell, type RunningCell } from './cell.ts';
import { viewStore } from './observe.ts';
import { pause } from './random.ts';
import { attach, type World } from './world.ts';

const clocker = ['network', 'create', '-d', 'clocker', '--ipam-driver', 'clocker'] as const;

/** Orders, and what is said to them. */
const impossible: readonly (readonly [string, readonly string[], RegExp])[] = [
  ['the subnet of another network', [...clocker, '--subnet', '198.19.8.0/24', 'bad'], /overlaps/],
  ['a part of another network’s subnet', [...clocker, '--subnet', '198.19.8.128/25', 'bad'], /overlaps/],
  ['a subnet that holds another network’s', [...clocker, '--subnet', '198.19.0.0/16', 'bad'], /overlaps/],
  ['the subnet of the hosts', [...clocker, '--subnet', '198.18.0.0/24', 'bad'], /overlaps/],
  ['the subnet of docker0', [...clocker, '--subnet', '172.17.0.0/16', 'bad'], /overlaps/],
  ['the driver without its IPAM', ['network', 'create', '-d', 'clocker', 'bad'], /--ipam-driver clocker/],
  ['a network in use removed', ['network', 'rm', 'app'], /has active endpoints/],
  ['an address that is taken', ['run', '-d', '--network', 'app', '--ip', 'TAKEN', 'busybox:lab'], /in use|taken/],
];

const refusal = ([what, args, pattern]: (typeof impossible)[number]): RunningCell =>
  cellOf(`F8 ${what}`, 'refused in one line, and nothing is made', (world) =>
    world.during(async () => {
      const before = [...(await viewStore(world.cluster)).keys.keys()].sort().join('\n');
      const taken = await world.one.address('app');
      const { isDone, said, seconds } = await world.docker(
        world.h1,
        ...args.map((one) => (one === 'TAKEN' ? taken : one)),
      );
      if (isDone || !pattern.test(said)) throw new Error(`Not refused as it should be: ${said}`);
      if (seconds > 10) throw new Error(`I5: refused after ${seconds} s.`);
      for (const id of (await world.h1.docker('ps', '-aq', '-f', 'status=created')).split('\n').filter(Boolean))
        await world.docker(world.h1, 'rm', '-f', id);
      await until('the store holds what it held', async () =>
        [...(await viewStore(world.cluster)).keys.keys()].sort().join('\n') === before ? true : undefined,
      );
    }),
  );

const exhausted = cellOf(
  'F8 a pool that is used up',
  'refused in words, and free again when one goes',
  async (world) => {
    await world.during(async () => {
      const { h1, h2 } = world;
      await world.docker(h1, ...clocker, '--subnet', '198.19.12.0/29', 'tiny');
      let count = 0;
      let said = '';
      for (; count < 12; count++) {
        const answer = await world.docker(
          h1,
          'run',
          '-d',
          '--name',
          `tiny${count}`,
          '--network',
          'tiny',
          'busybox:lab',
        );
        said = answer.said;
        if (!answer.isDone) break;
      }
      if (count < 4 || !/No address is free/.test(said)) throw new Error(`After ${count} containers: ${said}`);
      await world.docker(h1, 'rm', '-f', 'tiny0', `tiny${count}`);
      const again = await world.docker(h1, 'run', '-d', '--name', 'tiny0', '--network', 'tiny', 'busybox:lab');
      if (!again.isDone) throw new Error(again.said);
      await world.docker(h1, 'rm', '-f', ...Array.from({ length: count }, (_, index) => `tiny${index}`));
      await world.docker(h1, 'network', 'rm', 'tiny');
      await until('the other host has dropped it', async () =>
        (await h2.docker('network', 'ls', '-q', '-f', 'name=tiny')).trim() === '' ? true : undefined,
      );
    });
  },
);

/** dockerd gives the interface back to the host, where nobody but Clocker takes it away. */
const disconnected = cellOf(
  'F8 a running container disconnected',
  'nothing of it is left, and it can come back',
  (world) =>
    world.during(async () => {
      const { h1 } = world;
      const must = async (...args: readonly string[]): Promise<void> => {
        const { isDone, said } = await world.docker(h1, ...args);
        if (!isDone) throw new Error(said);
      };
      await must('run', '-d', '--name', 'guest', '--network', 'app', 'busybox:lab');
      for (const _time of [1, 2]) {
        await must('network', 'disconnect', 'app', 'guest');
        await world.settled();
        await must('network', 'connect', 'app', 'guest');
      }
      await must('network', 'disconnect', 'app', 'guest');
      await must('rm', '-f', 'guest');
    }),
);

const foreignRoutes: readonly Cell[] = [
  cellOf('F9 somebody’s route inside our pool', 'it stays, and so do ours', (world) =>
    world.during(async () => {
      const route = ['198.19.8.77', 'via', '203.0.113.2', 'dev', 'guests', 'proto', '99'];
      await world.h1.exec(['ip', 'route', 'add', ...route]);
      await attach(world, world.h1, 'guest');
      await pause(5000);
      const { stdout } = await world.h1.run(['ip', 'route', 'show', 'proto', '99']);
      if (!stdout.includes('198.19.8.77 via 203.0.113.2')) throw new Error(`I3: the foreign route is gone: ${stdout}`);
      await world.h1.exec(['ip', 'route', 'del', ...route]);
    }),
  ),
  cellOf('F9 no default route', 'containers of the network reach each other', (world) =>
    world.during(async () => {
      const gateway = (await world.h1.exec(['ip', 'route', 'show', 'default'])).trim().split(' ');
      await world.h1.exec(['ip', 'route', 'del', 'default']);
      await attach(world, world.h1, 'guest');
      await world.h1.exec(['ip', 'route', 'add', ...gateway]);
    }),
  ),
  notRun('F9 BIRD or static routes own a block', 'never deleted', 'not written'),
];

async function secondDaemon({ cluster, h1 }: World): Promise<void> {
  const { directory } = cluster.clocker('h1');
  const argv = [process.execPath, join(directory, 'script.mjs'), cluster.store, h1.engine.address, 'h3'];
  const log = join(h1.directory, 'second.log');
  const second = await startForked([...h1.enter, ...argv, join(directory, 'second'), '{}'], log);
  const status = await Promise.race([second.exited, pause(15_000).then(() => undefined)]);
  second.kill('SIGKILL');
  if (status === undefined || status === 0) throw new Error(`A second daemon ran on one socket (${status}).`);
}

const sockets: readonly Cell[] = [
  cellOf('F10 two daemons on one socket', 'the second ends with an error, the first goes on', (world) =>
    world.during(async () => {
      await secondDaemon(world);
      await attach(world, world.h1, 'guest');
    }),
  ),
  cellOf('F10 the socket’s file is deleted', 'no command hangs, and a restart of the daemon mends it', (world) =>
    world.during(async () => {
      await world.h1.exec(['busybox', 'rm', '/run/docker/plugins/clocker.sock']);
      await world.start(world.h1, 'guest');
      await world.docker(world.h1, 'rm', '-f', 'guest');
      await world.cluster.clocker('h1').stop();
      await world.cluster.clocker('h1').start();
      await attach(world, world.h1, 'guest', 20);
    }),
  ),
  notRun('F10 a stale socket', 'no command hangs', 'test/live/network-restarts.test.ts does it'),
];

const strange = {
  '/clocker/v1/future/thing': '{"version":9}',
  '/clocker/v1/networks/zzz': '{"version":9}',
  '/calico/resources/v3/projectcalico.org/globalnetworkpolicies/future': 'not json',
  '/calico/ipam/v2/assignment/ipv4/block/10.255.0.0-26': '{}',
} as const;

const upgrades: readonly Cell[] = [
  {
    ...cellOf('F11 the daemon is replaced under traffic', 'nothing is lost', (world) =>
      world.during(async () => {
        for (const { name } of world.cluster.hosts) {
          await world.cluster.clocker(name).stop();
          await world.cluster.clocker(name).start();
        }
        await attach(world, world.h1, 'guest');
      }),
    ),
    isInTest: true,
  },
  cellOf('F11 records of a later version', 'what can’t be read is left alone, and all else works', (world) =>
    world.during(async () => {
      const { etcd } = world.cluster;
      for (const [key, value] of Object.entries(strange)) await etcd.ctl('put', key, value);
      await attach(world, world.h1, 'guest');
      for (const [key, value] of Object.entries(strange)) {
        const left = await etcd.ctl('get', '--print-value-only', key);
        if (left !== value) throw new Error(`I3: ${key} was changed to ${left}`);
        await etcd.ctl('del', key);
      }
    }),
  ),
  notRun('F11 from one version to the next and back', 'nothing is lost', 'there is one version'),
];

const scarce: readonly Cell[] = [
  cellOf('F13 no file descriptors', 'degraded, then as before', (world) =>
    world.during(async () => {
      const pid = String(world.cluster.clocker('h1').process?.pid);
      const used = (await run(['busybox', 'ls', `/proc/${pid}/fd`])).stdout.split('\n').length;
      await run(['prlimit', '--pid', pid, `--nofile=${used}:4096`]);
      const { seconds } = await world.start(world.h1, 'guest');
      await world.docker(world.h1, 'rm', '-f', 'guest');
      await run(['prlimit', '--pid', pid, '--nofile=4096:4096']);
      if (seconds > 30) throw new Error('I5');
      await attach(world, world.h1, 'guest', 20);
    }),
  ),
  cellOf('F13 all processors busy', 'attaches work', (world) =>
    world.during(async () => {
      const busy = await Promise.all(
        ['busy1', 'busy2', 'busy3'].map((name) => world.h1.start(name, [process.execPath, '--eval', 'for (;;);'])),
      );
      await attach(world, world.h1, 'guest', 20);
      await attach(world, world.h2, 'guest', 20);
      for (const process of busy) process.kill('SIGKILL');
    }),
  ),
  notRun('F13 disk full', 'writes are refused in words', 'test/live/store-embedded.test.ts does it'),
  notRun('F13 no memory', 'degraded, not corrupted', 'not written'),
];

export const orderCells: readonly Cell[] = [
  ...impossible.map(refusal).map((cell, index): Cell => (index === 0 ? { ...cell, isInTest: true } : cell)),
  exhausted,
  disconnected,
  notRun('F8 a pool of /31 or /32', 'refused, or works', 'not written'),
  ...foreignRoutes,
  ...sockets,
  ...upgrades,
  notRun('F12 the manager killed at a step', 'done once', 'test/live/deploy-crash.test.ts does it'),
  notRun('F12 two managers', 'one leads', 'test/runtime and the contract of the store (elections) do it'),
  ...scarce,
];
