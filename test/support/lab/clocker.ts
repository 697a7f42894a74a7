/** The daemon on a lab host, made from the source as it is. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Substitution } from '../../../scripts/substitute.mjs';
import { bundleScript } from '../bundle.ts';
import type { LabHost } from './host.ts';
import { until, type LabProcess } from './process.ts';

export type Clocker = {
  readonly process: LabProcess | undefined;
  /** Path of the plugin socket, as this machine sees it. */
  readonly socket: string;
  /** Path of the API's socket, as this machine sees it. */
  readonly api: string;
  /** Its state directory, where a test gives it orders (clocker-entry.ts). */
  readonly directory: string;
  /** Resolves when the plugin and the API answer. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** kill -9 */
  kill(): Promise<void>;
};

export type ClockerOptions = {
  /** The host's own embedded store unless told. */
  readonly store?: string;
  /** More of what the daemon is told (DaemonConfig). */
  readonly daemon?: Readonly<Record<string, unknown>>;
  /** Changes of its source. */
  readonly substitutions?: readonly Substitution[];
};

export async function startClocker(host: LabHost, options: ClockerOptions = {}): Promise<Clocker> {
  const directory = join(host.directory, 'clocker');
  await mkdir(directory, { recursive: true });
  const script = await bundleScript(new URL('clocker-entry.ts', import.meta.url), directory, options.substitutions);
  const store = options.store ?? `embedded://${join(directory, 'store')}`;
  const socket = `/proc/${host.pid}/root/run/docker/plugins/clocker.sock`;
  const api = `/proc/${host.pid}/root/run/clocker/clocker.sock`;
  let running: LabProcess | undefined;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    running?.kill(signal);
    await running?.exited;
    running = undefined;
  };
  const start = async (): Promise<void> => {
    await host.exec(['busybox', 'rm', '-f', '/run/docker/plugins/clocker.sock', '/run/clocker/clocker.sock']);
    const more = JSON.stringify(options.daemon ?? {});
    const argv = [process.execPath, script, store, host.engine.address, host.name, directory, more];
    running = await host.start('clocker', argv);
    await until(`clocker of ${host.name} has opened its sockets`, () => {
      if (running?.isRunning() !== true) throw new Error(`clocker of ${host.name} ended.`);
      return existsSync(socket) && existsSync(api) ? true : undefined;
    });
  };
  await start();
  return {
    get process() {
      return running;
    },
    socket,
    api,
    directory,
    start,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}
