/** F2: dockerd killed between the steps of the plugin calls, with live-restore, and started again. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { failPlaces } from '../../plugins/protocol/fail-points.ts';
import type { LabHost } from '../support/lab/index.ts';
import { cellOf, notRun, type Cell, type Run, type RunningCell } from './cell.ts';
import { calls, inKernel, reachPoint, tidy, type FaultyCall } from './f1-daemon.ts';
import { pause } from './random.ts';
import { attach } from './world.ts';

/** As the host counts. */
const pidOf = ({ directory }: LabHost): string => readFileSync(join(directory, 'dockerd.pid'), 'utf8').trim();

const withLiveRestore = (name: string, expected: string, run: Run): RunningCell => ({
  ...cellOf(`F2 ${name}`, expected, run),
  needs: { liveRestore: true },
});

/** Seconds: what Docker forgot in the middle of a call is found by two looks, 15 apart, after a grace of 15. */
const longest = 60;

const points = (Object.keys(calls) as FaultyCall[]).flatMap((call) =>
  failPlaces
    .filter((place) => place !== 'after-kernel' || inKernel.has(call))
    .map((place) =>
      withLiveRestore(
        `dockerd killed at ${call} ${place}`,
        'containers go on, and the command works when asked again',
        async (world, random) => {
          const host = random.pick([world.h1, world.h2]);
          const { engine } = host;
          await world.during(
            () =>
              reachPoint(world, call, place, {
                host,
                victim: pidOf(host),
                restart: async () => {
                  await engine.process?.exited;
                  await engine.start();
                },
              }),
            { isEngineDown: true, seconds: longest },
          );
          await tidy(world, host, call);
        },
      ),
    ),
);

export const engineCells: readonly Cell[] = [
  ...points,
  ...(['stop', 'kill'] as const).map(
    (how): Cell => ({
      ...withLiveRestore(
        `dockerd ${how === 'stop' ? 'restarted' : 'killed'} under traffic`,
        'nothing is lost',
        (world) =>
          world.during(
            async () => {
              const { engine } = world.h1;
              await engine[how]();
              await pause(1000);
              await engine.start();
              await attach(world, world.h1, 'guest', 30);
            },
            { isEngineDown: true },
          ),
      ),
    }),
  ),
  notRun(
    'F2 without live-restore',
    'containers come back and no interface is left',
    'test/live/network-restarts.test.ts does it',
  ),
];
