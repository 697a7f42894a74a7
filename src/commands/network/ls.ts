import { DaemonCommand, daemonFlags } from '../daemon-command.ts';

export default class NetworkLs extends DaemonCommand {
  static override readonly summary = 'List Clocker’s networks.';
  static override readonly description = 'Those made with docker network create -d clocker are among them.';
  static override readonly examples = ['<%= config.bin %> network ls'];
  static override readonly flags = daemonFlags;

  override async run(): Promise<void> {
    const { flags } = await this.parse(NetworkLs);
    const client = await this.daemon(flags);
    const networks = await client.call('listNetworks');
    if (flags.json) {
      this.printJson(networks);
      return;
    }
    const rows = networks.map(({ id, name = '', subnets, internal, portMode, endpoints, createdBy }) => [
      name,
      id.slice(0, 12),
      subnets.join(', '),
      String(endpoints),
      portMode,
      internal ? 'yes' : 'no',
      createdBy,
    ]);
    const head = ['NAME', 'ID', 'SUBNETS', 'ENDPOINTS', 'PORTS', 'INTERNAL', 'MADE ON'];
    await this.printTable(head, rows, 'There are no networks: clocker network create makes one.');
  }
}
