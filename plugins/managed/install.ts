/** Puts the managed plugin on an engine, and has it work again after dockerd came up without the daemon. */
import { Fault, isFault } from '../../src/diagnostic/fault.ts';
import type { Docker } from '../../src/host/docker.ts';
import { answerTimeout, hostNode, isPlainPath, isStatic, pluginArchive, pluginName } from './image.ts';

type Engine = Pick<Docker, 'plugin' | 'createPlugin' | 'enablePlugin' | 'disablePlugin' | 'removePlugin'>;

export type InstallOptions = {
  readonly docker: Engine;
  /** Of the daemon, as dockerd sees it. */
  readonly socket: string;
  /** Whether the daemon answers there. */
  readonly answers: () => Promise<boolean>;
  /** Content of a program file; undefined where there is none. */
  readonly read: (path: string) => Buffer | undefined;
  readonly exists: (path: string) => boolean;
  /** The Node that runs this, on the host of the engine. */
  readonly node: string;
};

const places = ['/bin/busybox', '/usr/bin/busybox', '/usr/local/bin/busybox'] as const;

function busyboxOf(read: InstallOptions['read']): Buffer {
  for (const place of places) {
    const program = read(place);
    if (program !== undefined && isStatic(program)) return program;
  }
  throw new Fault('command-missing', 'The managed plugin is made of a static busybox, and this host has none.', {
    hint: 'Install it: apt-get install busybox-static (Debian, Ubuntu), apk add busybox-static (Alpine).',
  });
}

export type Installed = { readonly name: string; readonly wasThere: boolean };

/** Enabling waits for the daemon's answer, so it is asked first: dockerd would say nothing of use. */
export async function installPlugin({
  docker,
  socket,
  answers,
  read,
  exists,
  node,
}: InstallOptions): Promise<Installed> {
  if (!isPlainPath(socket)) throw new Fault('request-invalid', `${JSON.stringify(socket)} can't be the plugin socket.`);
  if (!isPlainPath(node))
    throw new Fault('request-invalid', `The plugin can't run the Node at ${JSON.stringify(node)}.`, {
      hint: 'Run Clocker by a Node whose path has letters, digits, dots, dashes and underscores only.',
    });
  if (!(await answers()))
    throw new Fault('daemon-unreachable', `The daemon does not answer at ${socket}.`, {
      hint: 'Start it with clocker up, then install the plugin.',
    });
  const known = await docker.plugin(pluginName);
  if (known === undefined)
    await docker.createPlugin(pluginName, pluginArchive(busyboxOf(read), socket, hostNode(node, exists)));
  if (known?.enabled !== true) await docker.enablePlugin(pluginName, answerTimeout);
  return { name: pluginName, wasThere: known?.enabled === true };
}

/**
 * Once the daemon answers: dockerd gives up a plugin whose socket nobody answers when it boots, and never tries again.
 * `isLinked`: the plugin's own socket leads to the daemon. True when something was done.
 */
export async function revivePlugin(docker: Engine, isLinked: (pluginId: string) => Promise<boolean>): Promise<boolean> {
  const known = await docker.plugin(pluginName);
  if (known === undefined || (known.enabled && (await isLinked(known.id)))) return false;
  if (known.enabled)
    await docker.disablePlugin(pluginName).catch((error: unknown) => {
      if (!isFault(error, 'docker-refused')) throw error;
    });
  await docker.enablePlugin(pluginName, answerTimeout);
  return true;
}
