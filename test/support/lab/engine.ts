/** A Docker Engine of a lab host. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run, runChecked } from '../../../src/host/process.ts';
import { labImage, loadImage } from './image.ts';
import { startForked, until, type LabProcess } from './process.ts';
import { writeConfiguration } from './owner.ts';

export type EngineOptions = {
  /** What would be in /etc/docker/daemon.json. */
  readonly configuration?: Readonly<Record<string, unknown>>;
};

export type Engine = {
  /** `unix:///…`, to be reached from outside of the host as well. */
  readonly address: string;
  readonly log: string;
  readonly process: LabProcess | undefined;
  /** Starts it again after `stop` or `kill`. */
  start(): Promise<void>;
  /** As `systemctl stop docker` does. */
  stop(): Promise<void>;
  /** kill -9 of dockerd; the containers stay. */
  kill(): Promise<void>;
  /** Runs the client; answers what it printed. */
  docker(...args: readonly string[]): Promise<string>;
};

export type EngineHost = {
  readonly name: string;
  readonly directory: string;
  readonly enter: readonly [string, ...string[]];
  /** Parent of its containers' control groups. */
  readonly group: string;
};

export const [image = ''] = labImage.tags;

export function createEngine(host: EngineHost, options: EngineOptions = {}): Engine {
  const { directory, enter } = host;
  const at = (name: string): string => join(directory, name);
  const address = `unix://${at('docker.sock')}`;
  const log = at('dockerd.log');
  writeConfiguration(at('daemon.json'), options.configuration ?? {});
  let running: LabProcess | undefined;
  const docker = (...args: readonly string[]): Promise<string> =>
    runChecked(['docker', '--host', address, ...args], { timeout: 60_000 });
  const argv = [
    ...enter,
    'dockerd',
    ...['--config-file', at('daemon.json'), '--data-root', at('data'), '--exec-root', at('exec')],
    ...['--pidfile', at('dockerd.pid'), '--host', address, '--cgroup-parent', host.group],
  ];

  const start = async (): Promise<void> => {
    // What a power loss would have cleared.
    rmSync(at('dockerd.pid'), { force: true });
    rmSync(at('docker.sock'), { force: true });
    // It dies with a dockerd that is killed, and nobody here has waited for it: it would pass for running.
    rmSync(at('exec/containerd/containerd.pid'), { force: true });
    running = await startForked(argv, log);
    await until(
      `the engine of ${host.name} answers`,
      async () => {
        if (running?.isRunning() !== true) throw new Error(`dockerd of ${host.name} ended: see ${log}`);
        if (!existsSync(at('docker.sock'))) return undefined;
        // An engine that was killed first ends its containers, and answers nobody meanwhile.
        const asked = ['docker', '--host', address, 'version', '--format', '{{.Server.Version}}'] as const;
        return (await run(asked).catch(() => undefined))?.status === 0 ? true : undefined;
      },
      60,
    );
    const images = await docker('images', '--quiet', image);
    if (images.trim() === '') await loadImage(address, labImage, directory);
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    running?.kill(signal);
    await running?.exited;
    running = undefined;
  };

  return {
    address,
    log,
    get process() {
      return running;
    },
    start,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    docker,
  };
}
