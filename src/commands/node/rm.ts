import { Args } from '@oclif/core';
import { DaemonCommand, daemonFlags } from '../daemon-command.ts';

export default class NodeRm extends DaemonCommand {
  static override readonly summary = 'Forget a host that is gone for good.';
  static override readonly description = 'Its addresses are free for others. Its daemon must have ended.';
  static override readonly args = { node: Args.string({ description: 'name of a host', required: true }) };
  static override readonly examples = ['<%= config.bin %> node rm host3'];
  static override readonly flags = daemonFlags;

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(NodeRm);
    const client = await this.daemon(flags);
    await client.call('removeNode', { params: args });
    if (flags.json) this.printJson({ removed: args.node });
    else this.note(`${args.node} is forgotten.`);
  }
}
