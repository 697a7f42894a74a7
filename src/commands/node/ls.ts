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
    const rows = nodes.map(({ name, addresses, isSelf, isUp, upSince, endpoints, blocks }) => [
      `${name}${isSelf ? ' *' : ''}`,
      isUp ? 'up' : 'down',
      upSince ?? '',
      addresses.join(', '),
      String(endpoints),
      blocks.join(', '),
    ]);
    await this.printTable(['HOST', 'DAEMON', 'SINCE', 'ADDRESSES', 'ENDPOINTS', 'BLOCKS'], rows, 'There are no hosts.');
  }
}
