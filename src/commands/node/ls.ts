import { DaemonCommand, daemonFlags } from '../daemon-command.ts';

export default class NodeLs extends DaemonCommand {
  static override readonly summary = 'List the hosts.';
  static override readonly description =
    'All hosts that share the store, with the blocks their addresses come from; * is the one asked.';
  static override readonly examples = ['<%= config.bin %> node ls'];
  static override readonly flags = daemonFlags;

  override async run(): Promise<void> {
    const { flags } = await this.parse(NodeLs);
    const client = await this.daemon(flags);
    const nodes = await client.call('listNodes');
    if (flags.json) {
      this.printJson(nodes);
      return;
    }
    const rows = nodes.map(({ name, address = '', engine = '', isSelf, endpoints, blocks }) => [
      `${name}${isSelf ? ' *' : ''}`,
      address,
      engine,
      String(endpoints),
      blocks.join(', '),
    ]);
    await this.printTable(['HOST', 'ADDRESS', 'ENGINE', 'ENDPOINTS', 'BLOCKS'], rows, 'There are no hosts.');
  }
}
