/** F7: somebody takes away or changes what is ours in the kernel; it is put right, and nothing of theirs is touched. */
import type { LabHost } from '../support/lab/index.ts';
import { reaches } from '../support/lab/index.ts';
import { until } from '../support/lab/process.ts';
import { cellOf, notRun, type Cell, type RunningCell } from './cell.ts';
import { pause } from './random.ts';
import type { World } from './world.ts';

type Breaking = {
  readonly what: string;
  /** Commands, run on `h1`. */
  readonly commands: (world: World) => Promise<readonly (readonly string[])[]>;
  /** Datagrams that may be lost, at 100 a second. */
  readonly lost: number;
};

const workloadOf = async (host: LabHost, address: string): Promise<string> => {
  const route = await host.exec(['ip', 'route', 'get', address]);
  const found = /dev (cali\w+)/.exec(route)?.[1];
  if (found === undefined) throw new Error(`No interface of a container has ${address}: ${route}`);
  return found;
};

const fixed =
  (...commands: readonly (readonly string[])[]) =>
  () =>
    Promise.resolve(commands);

const breakings: readonly Breaking[] = [
  { what: 'our table of nft deleted', commands: fixed(['nft', 'delete', 'table', 'inet', 'clocker']), lost: 500 },
  {
    what: 'a chain of ours flushed',
    commands: fixed(['nft', 'flush', 'chain', 'inet', 'clocker', 'from-workload']),
    lost: 500,
  },
  {
    what: 'a set of ours flushed',
    commands: fixed(['nft', 'flush', 'map', 'inet', 'clocker', 'networks4']),
    lost: 500,
  },
  { what: 'iptables -F', commands: fixed(['iptables', '-F', 'FORWARD'], ['iptables', '-F', 'DOCKER-USER']), lost: 500 },
  { what: 'all our routes flushed', commands: fixed(['ip', 'route', 'flush', 'proto', '67']), lost: 500 },
  { what: 'the routes to other hosts flushed', commands: fixed(['ip', 'route', 'flush', 'proto', '68']), lost: 500 },
  { what: 'the gateway’s interface deleted', commands: fixed(['ip', 'link', 'delete', 'clocker0']), lost: 500 },
  {
    what: 'an address of the gateway removed',
    commands: fixed(['ip', 'addr', 'del', '169.254.1.2/32', 'dev', 'clocker0']),
    lost: 500,
  },
  {
    what: 'a container’s interface set down',
    commands: async ({ h1, one }) => [['ip', 'link', 'set', await workloadOf(h1, await one.address('app')), 'down']],
    lost: 500,
  },
  {
    what: 'a container’s interface put out of our group',
    commands: async ({ h1, one }) => [
      ['ip', 'link', 'set', await workloadOf(h1, await one.address('app')), 'group', 'default'],
    ],
    lost: 500,
  },
  {
    what: 'rp_filter made strict',
    commands: fixed(['busybox', 'sysctl', '-w', 'net.ipv4.conf.all.rp_filter=1']),
    lost: 500,
  },
  {
    what: 'forwarding switched off',
    commands: fixed(['busybox', 'sysctl', '-w', 'net.ipv4.ip_forward=0']),
    lost: 500,
  },
];

/** Until it must be right again; what Felix takes is 20. */
const seconds = 10;

const driftCell = ({ what, commands, lost }: Breaking): RunningCell =>
  cellOf(`F7 ${what}`, `put right in ${seconds} s`, async (world) => {
    await world.during(
      async () => {
        for (const argv of await commands(world)) await world.h1.exec(argv);
        // The monitor needs a moment to tell; a look before would find the old state right.
        await pause(200);
        const to = { host: await world.two.address('app'), port: 80, timeout: 300 };
        await until(
          `the way is open again after: ${what}`,
          async () => ((await reaches(world.one, to)) ? true : undefined),
          seconds,
        );
      },
      { lost, seconds },
    );
  });

export const kernelCells: readonly Cell[] = [
  ...breakings.map(driftCell),
  {
    ...cellOf('F7 a container’s interface deleted', 'the container can be restarted, and is reached', (world) =>
      world.during(async () => {
        await world.start(world.h1, 'guest');
        const { said } = await world.docker(
          world.h1,
          ...['inspect', '-f', '{{.NetworkSettings.Networks.app.IPAddress}}', 'guest'],
        );
        await world.h1.exec(['ip', 'link', 'delete', await workloadOf(world.h1, said)]);
        const { isDone, said: why } = await world.docker(world.h1, 'restart', '-t', '0', 'guest');
        if (!isDone) throw new Error(why);
        await world.docker(world.h1, 'rm', '-f', 'guest');
      }),
    ),
  },
  notRun('F7 conntrack full', 'new connections wait, established ones go on', 'not written'),
];
