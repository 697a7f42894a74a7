/** TCP between two containers of one host: Clocker's routed network against Docker's bridge. */
import { join } from 'node:path';
import { image } from '../test/support/lab/engine.ts';
import { openLab, startClocker, type LabHost } from '../test/support/lab/index.ts';
import type { Figure, Part } from './figure.ts';
import { serve, throughput } from './iperf.ts';
import { measureRounds, medianFigure, ratioFigure } from './pairs.ts';

const rounds = 21;
const seconds = 1;

type Path = { readonly run: () => Promise<number>; readonly stop: () => void };

async function openPath(host: LabHost, network: string): Promise<Path> {
  const names = ['from', 'to'].map((end) => `${end}-${network}`);
  for (const name of names)
    await host.docker('run', '-d', '--name', name, '--network', network, image, 'sleep', '10000');
  const [from = '', to = ''] = names;
  const inspected = await host.docker(
    'inspect',
    '--format',
    `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`,
    to,
  );
  const enter = await host.enterContainer(from);
  const server = await serve(await host.enterContainer(to), join(host.directory, `iperf-${network}.log`));
  return { run: () => throughput(enter, inspected.trim(), seconds), stop: () => server.kill('SIGTERM') };
}

async function measure(say: (line: string) => void): Promise<readonly Figure[]> {
  const lab = await openLab({ hosts: ['h1'] });
  try {
    const host = lab.host('h1');
    const clocker = await startClocker(host);
    await host.docker('network', 'create', '-d', 'clocker', '--ipam-driver', 'clocker', 'app');
    const ours = await openPath(host, 'app');
    const theirs = await openPath(host, 'bridge');
    say(`${rounds} rounds of iperf3, ${seconds} s each`);
    const { samples, busy } = await measureRounds({ clocker: ours.run, bridge: theirs.run }, rounds);
    if (busy > 0) say(`the machine was busy in ${busy} of ${rounds} rounds`);
    ours.stop();
    theirs.stop();
    await clocker.stop();
    return [
      medianFigure('TCP on one host: clocker', 'Gbit/s', samples.clocker),
      medianFigure('TCP on one host: bridge', 'Gbit/s', samples.bridge),
      ratioFigure('TCP on one host: clocker / bridge', samples.clocker, samples.bridge, { atLeast: 1 }),
    ];
  } finally {
    await lab.close();
  }
}

export const hostThroughput: Part = { name: 'throughput', title: 'TCP between containers of one host', measure };
