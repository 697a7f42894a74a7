/** F5: a host loses its power and comes back, under its name, with its address or another. */
import { pings, type LabHost } from '../support/lab/index.ts';
import { until } from '../support/lab/process.ts';
import { cellOf, notRun, type Cell } from './cell.ts';
import { pause } from './random.ts';
import { attach, type World } from './world.ts';

/** What a power loss leaves of a host: its disk. Others' rules are left, since nobody here would load them again. */
async function powerOff({ cluster }: World, host: LabHost): Promise<void> {
  // Every process of its namespace but the first.
  await host.run(['busybox', 'kill', '-9', '-1']);
  await cluster.clocker(host.name).process?.exited;
  await host.engine.process?.exited;
  const links = [
    ...(await host.exec(['ip', '-o', 'link'])).matchAll(/^\d+: (cali\w+|clocker0|vxlan\.clocker|docker0)/gm),
  ];
  for (const [, name = ''] of links) await host.run(['ip', 'link', 'delete', name]);
  for (const protocol of ['67', '68']) await host.run(['ip', 'route', 'flush', 'proto', protocol]);
  for (const table of ['inet clocker', 'inet clocker_dns', 'bridge clocker'])
    await host.run(['nft', 'delete', 'table', ...table.split(' ')]);
  await host.run(['busybox', 'find', '/run/clocker', '/run/docker', '-type', 'f', '-delete']);
}

async function returns(world: World, host: LabHost): Promise<void> {
  // dockerd waits for the daemon before it starts containers that are to be there always.
  await world.cluster.clocker(host.name).start();
  await host.engine.start();
  await until(
    'its container runs again and is reached',
    async () => {
      const address = await world.two.address('app').catch(() => '');
      return address !== '' && (await pings(world.one, address)) ? true : undefined;
    },
    60,
  );
}

const lossy = { lost: Number.MAX_SAFE_INTEGER, seconds: 60, isEngineDown: true } as const;

export const hostCells: readonly Cell[] = [
  {
    ...cellOf('F5 power lost, back under its name', 'its containers are reached again, and nothing is left', (world) =>
      world.during(async () => {
        await powerOff(world, world.h2);
        await pause(3000);
        await attach(world, world.h1, 'guest', 10, true, [world.one]);
        await returns(world, world.h2);
      }, lossy),
    ),
    needs: { alone: 'power' },
  },
  {
    ...cellOf('F5 power lost, back with another address', 'the other hosts find it at its new address', (world) =>
      world.during(async () => {
        const { h2 } = world;
        await powerOff(world, h2);
        await h2.exec(['ip', '-batch', '-'], {
          input: [
            `addr del ${h2.address}/24 dev eth0`,
            'addr add 198.18.0.32/24 dev eth0',
            'route replace default via 198.18.0.1',
          ].join('\n'),
        });
        await returns(world, h2);
      }, lossy),
    ),
    needs: { alone: 'address' },
  },
  notRun('F5 another name, same address', 'the old name’s blocks are given back when it is removed', 'not written'),
  notRun('F5 two hosts claim one name at once', 'the second is refused', 'test/live/hosts-names.test.ts does it'),
  notRun('F5 a host gone for good', 'clocker node rm gives back what it had', 'test/live/hosts-gone.test.ts does it'),
];
