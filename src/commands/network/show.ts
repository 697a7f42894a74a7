import { Args } from '@oclif/core';
import { DaemonCommand, daemonFlags } from '../daemon-command.ts';

export default class NetworkShow extends DaemonCommand {
  static override readonly summary = 'Show a network and what is on it.';
  static override readonly description = 'Its subnets and options, and each endpoint with its host and addresses.';
  static override readonly args = { network: Args.string({ description: 'name or id of a network', required: true }) };
  static override readonly examples = ['<%= config.bin %> network show net1'];
  static override readonly flags = daemonFlags;

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(NetworkShow);
    const client = await this.daemon(flags);
    const { network, endpoints } = await client.call('getNetwork', { params: args });
    if (flags.json) {
      this.printJson({ network, endpoints });
      return;
    }
    const { id, name = id, subnets, internal, portMode, options, labels, createdBy, createdAt } = network;
    this.log(`${name}: ${subnets.join(', ')}${internal ? ', internal' : ''}, ports ${portMode}`);
    this.log(`  id ${id}, made on ${createdBy} ${createdAt}`);
    for (const [key, value] of [...Object.entries(options), ...Object.entries(labels)]) this.log(`  ${key}=${value}`);
    this.log('');
    const rows = endpoints.map((one) => [
      one.container ?? one.id.slice(0, 12),
      one.node,
      one.addresses.join(', '),
      one.mac,
      one.interface,
      one.state,
    ]);
    await this.printTable(['CONTAINER', 'HOST', 'ADDRESSES', 'MAC', 'INTERFACE', 'STATE'], rows, 'Nothing is on it.');
  }
}
