/** `docker run --rm` on Clocker's network, Docker's bridge and none; and a hundred containers, twenty at a time. */
import { image } from '../test/support/lab/engine.ts';
import { openLab, startClocker, type LabHost } from '../test/support/lab/index.ts';
import type { Figure, Part } from './figure.ts';
import { measureRounds, medianFigure, ratioFigure, timed } from './pairs.ts';

const rounds = 21;
const crowdRounds = 3;
const crowd = 100;
const abreast = 20;

const runOn = (host: LabHost, network: string): Promise<number> =>
  timed(() => host.docker('run', '--rm', '--network', network, image, 'true'));

/** Starts a hundred containers with twenty at work at any time, and answers how long that took. */
async function startCrowd(host: LabHost, network: string): Promise<number> {
  const names = Array.from({ length: crowd }, (_, index) => `crowd-${network}-${index}`);
  const waiting = [...names];
  const worker = async (): Promise<void> => {
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop())
      await host.docker('run', '-d', '--name', name, '--network', network, image, 'sleep', '1000');
  };
  const took = await timed(() => Promise.all(Array.from({ length: abreast }, worker)));
  for (let start = 0; start < crowd; start += abreast)
    await host.docker('rm', '-f', ...names.slice(start, start + abreast));
  return took;
}

async function measure(say: (line: string) => void): Promise<readonly Figure[]> {
  const lab = await openLab({ hosts: ['h1'] });
  try {
    const host = lab.host('h1');
    const clocker = await startClocker(host);
    await host.docker('network', 'create', '-d', 'clocker', '--ipam-driver', 'clocker', 'app');
    say(`${rounds} rounds of docker run`);
    const { samples, busy } = await measureRounds(
      { none: () => runOn(host, 'none'), bridge: () => runOn(host, 'bridge'), clocker: () => runOn(host, 'app') },
      rounds,
    );
    if (busy > 0) say(`the machine was busy in ${busy} of ${rounds} rounds`);
    say(`${crowdRounds} rounds of ${crowd} containers, ${abreast} at a time`);
    const crowds = await measureRounds(
      { none: () => startCrowd(host, 'none'), clocker: () => startCrowd(host, 'app') },
      crowdRounds,
    );
    await clocker.stop();
    return [
      medianFigure('docker run: none', 'ms', samples.none),
      medianFigure('docker run: bridge', 'ms', samples.bridge),
      medianFigure('docker run: clocker', 'ms', samples.clocker),
      ratioFigure('docker run: clocker / bridge', samples.clocker, samples.bridge, { atMost: 1.12 }),
      medianFigure(`${crowd} containers, ${abreast} at a time: clocker`, 'ms', crowds.samples.clocker),
      ratioFigure(
        `${crowd} containers, ${abreast} at a time: clocker / none`,
        crowds.samples.clocker,
        crowds.samples.none,
        {
          atMost: 1.5,
        },
      ),
    ];
  } finally {
    await lab.close();
  }
}

export const dockerRun: Part = { name: 'docker-run', title: 'docker run on one host', measure };
