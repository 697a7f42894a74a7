import { Args } from '@oclif/core';
import { DaemonCommand, daemonFlags } from '../daemon-command.ts';

export default class NetworkRm extends DaemonCommand {
  static override readonly summary = 'Remove a network that nothing is on.';
  static override readonly description =
    'As docker network rm does. One made with --swarm goes from every node; ask it of a manager.';
  static override readonly args = { network: Args.string({ description: 'name or id of a network', required: true }) };
  static override readonly examples = ['<%= config.bin %> network rm net1'];
  static override readonly flags = daemonFlags;

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(NetworkRm);
    const client = await this.daemon(flags);
    await client.call('removeNetwork', { params: args });
    if (flags.json) this.printJson({ removed: args.network });
    else this.note(`${args.network} is removed.`);
  }
}
