import { Args } from '@oclif/core';
import { Fault } from '../../diagnostic/fault.ts';
import { DaemonCommand, daemonFlags } from '../daemon-command.ts';

export default class NodeShow extends DaemonCommand {
  static override readonly summary = 'Show a host: its blocks, the way to it, and the applications on it.';
  static override readonly description = 'What the daemon that is asked knows of it.';
  static override readonly args = { node: Args.string({ description: 'name of a host', required: true }) };
  static override readonly examples = ['<%= config.bin %> node show host1'];
  static override readonly flags = daemonFlags;

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(NodeShow);
    const client = await this.daemon(flags);
    const [nodes, applications] = await Promise.all([client.call('listNodes'), client.call('listApplications')]);
    const node = nodes.find(({ name }) => name === args.node);
    if (node === undefined)
      throw new Fault('entity-unknown', `There is no host called ${args.node}.`, {
        hint: `There are: ${nodes.map(({ name }) => name).join(', ')}.`,
      });
    const own = applications.filter((one) => one.node === node.name);
    if (flags.json) {
      this.printJson({ node, applications: own });
      return;
    }
    const { name, addresses, isUp, upSince, path, endpoints, blocks } = node;
    const daemon = isUp ? `its daemon is up${upSince === undefined ? '' : ` since ${upSince}`}` : 'its daemon is down';
    this.log([name, ...addresses, daemon].join(', '));
    if (path !== undefined) this.log(`  sent to: ${path}`);
    this.log(`  endpoints: ${endpoints}`);
    this.log(`  blocks: ${blocks.join(', ') || 'none'}`);
    this.log(`  applications: ${own.map((one) => `${one.name} (${one.state})`).join(', ') || 'none'}`);
  }
}
