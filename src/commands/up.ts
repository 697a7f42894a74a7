import { hostname } from 'node:os';
import { Flags } from '@oclif/core';
import { ClockerCommand } from './base.ts';

export default class Up extends ClockerCommand {
  static override readonly summary = 'Run the daemon of this host.';
  static override readonly description =
    'Serves Docker’s network and IPAM plugins and keeps this host’s network. Traffic goes on when it ends. Runs in the foreground until SIGTERM or SIGINT.';
  static override readonly examples = [
    '<%= config.bin %> up',
    '<%= config.bin %> up --store embedded:///srv/clocker/store',
    '<%= config.bin %> up --store etcd://host1,host2,host3',
  ];
  static override readonly flags = {
    store: Flags.string({ description: 'where records are kept', default: 'embedded:///var/lib/clocker/store' }),
    docker: Flags.string({ description: 'address of the Docker Engine', default: 'unix:///var/run/docker.sock' }),
    'node-name': Flags.string({ description: 'name of this host; the same after every restart', default: hostname() }),
    'plugin-socket': Flags.string({
      description: 'where Docker looks for the plugin',
      default: '/run/docker/plugins/clocker.sock',
    }),
    address: Flags.string({
      description:
        'by which other hosts reach this one; once for IPv4 and once for IPv6 (default: the way to the store)',
      multiple: true,
    }),
    'log-level': Flags.option({
      options: ['debug', 'info', 'warn'] as const,
      description: 'least important line to write',
    })({ default: 'info' }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Up);
    const { runDaemon } = await import('../daemon/run.ts');
    await runDaemon({
      store: flags.store,
      docker: flags.docker,
      node: flags['node-name'],
      pluginSocket: flags['plugin-socket'],
      ...(flags.address === undefined ? {} : { addresses: flags.address }),
      logLevel: flags['log-level'],
      write: (line) => this.note(line),
    });
  }
}
