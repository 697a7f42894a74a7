/** Has the managed plugin work again when dockerd came up before the daemon: on every new connection to the engine. */
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { revivePlugin } from '../../plugins/managed/index.ts';
import { clockOfHost } from '../host/clock.ts';
import type { Docker } from '../host/docker.ts';
import type { Log } from './network-plane.ts';

export type ManagedOptions = {
  readonly docker: Pick<
    Docker,
    'events' | 'plugin' | 'createPlugin' | 'enablePlugin' | 'disablePlugin' | 'removePlugin'
  >;
  /** The daemon's plugin socket; the plugins' own are in folders beside it. */
  readonly socket: string;
  readonly log: Log;
  readonly signal: AbortSignal;
};

const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = connect(path);
    const end = (isAlive: boolean): void => {
      probe.destroy();
      resolve(isAlive);
    };
    probe.once('connect', () => end(true));
    probe.once('error', () => end(false));
  });

/** Runs until the signal; the plugin server is open before. */
export async function keepManagedPlugin({ docker, socket, log, signal }: ManagedOptions): Promise<void> {
  const isLinked = (id: string): Promise<boolean> => answers(`${dirname(socket)}/${id}/clocker.sock`);
  for await (const news of docker.events({ types: ['plugin'], clock: clockOfHost, signal })) {
    if (news.kind !== 'connected') continue;
    await revivePlugin(docker, isLinked).then(
      (isDone) => isDone && log('info', 'the managed plugin is enabled again'),
      (error: unknown) => log('warn', 'the managed plugin could not be enabled', { error: String(error) }),
    );
  }
}
