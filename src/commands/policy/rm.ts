import { DaemonCommand, daemonFlags } from '../daemon-command.ts';
import { nameArg } from './show.ts';

export default class PolicyRm extends DaemonCommand {
  static override readonly summary = 'Remove a policy.';
  static override readonly description =
    'Or a network set, tier, profile or host endpoint. What it had forbidden is allowed again within a moment, on every host.';
  static override readonly args = { name: nameArg };
  static override readonly examples = ['<%= config.bin %> policy rm allow-web'];
  static override readonly flags = daemonFlags;

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(PolicyRm);
    const client = await this.daemon(flags);
    await client.call('removePolicy', { params: args });
    if (flags.json) this.printJson({ removed: args.name });
    else this.note(`${args.name} is removed.`);
  }
}
