import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { Flags } from '@oclif/core';
import { ClockerCommand } from '../base.ts';

const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = connect(path);
    const end = (isAlive: boolean): void => {
      probe.destroy();
      resolve(isAlive);
    };
    probe.once('connect', () => end(true));
    probe.once('error', () => end(false));
    probe.setTimeout(3000, () => end(false));
  });

function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

export default class PluginInstall extends ClockerCommand {
  static override readonly summary = 'Install the managed plugin that Swarm wants.';
  static override readonly description =
    'Builds clocker:swarm on this engine, about 2 MB, from a static busybox, and enables it; no registry is asked. Run it on every node of the swarm, with the daemon up. Exit codes: 0 it is enabled, 69 no daemon, no engine or no static busybox.';
  static override readonly examples = ['<%= config.bin %> plugin install'];
  static override readonly flags = {
    docker: Flags.string({ description: 'address of the Docker Engine', default: 'unix:///var/run/docker.sock' }),
    'plugin-socket': Flags.string({
      description: 'plugin socket of the daemon',
      default: '/run/docker/plugins/clocker.sock',
    }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(PluginInstall);
    const [{ openDocker }, { installPlugin }] = await Promise.all([
      import('../../host/docker.ts'),
      import('../../../plugins/managed/index.ts'),
    ]);
    const docker = openDocker({ host: flags.docker });
    const socket = flags['plugin-socket'];
    try {
      const installed = await installPlugin({
        docker,
        socket,
        answers: () => answers(socket),
        read,
        exists: existsSync,
        node: process.execPath,
      });
      if (flags.json) this.printJson({ plugin: installed.name, enabled: true });
      else this.log(installed.wasThere ? `${installed.name} was enabled already` : `${installed.name} is enabled`);
    } finally {
      docker.close();
    }
  }
}
