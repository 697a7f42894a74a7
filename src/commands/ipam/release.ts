import { Args, Flags } from '@oclif/core';
import { DaemonCommand, daemonFlags } from '../daemon-command.ts';

export default class IpamRelease extends DaemonCommand {
  static override readonly summary = 'Free an address that nobody has any more.';
  static override readonly description =
    'For what ipam check calls leaked. One that an endpoint has is refused, unless forced: then two containers may get one address.';
  static override readonly args = { address: Args.string({ description: 'an IPv4 or IPv6 address', required: true }) };
  static override readonly examples = ['<%= config.bin %> ipam release 198.19.8.7'];
  static override readonly flags = {
    ...daemonFlags,
    force: Flags.boolean({ description: 'even though an endpoint has it' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(IpamRelease);
    const client = await this.daemon(flags);
    await client.call('releaseAddress', { body: { address: args.address, ...(flags.force ? { force: true } : {}) } });
    if (flags.json) this.printJson({ released: args.address });
    else this.note(`${args.address} is free.`);
  }
}
