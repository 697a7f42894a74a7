import { Flags } from '@oclif/core';
import { DaemonCommand, daemonFlags } from '../daemon-command.ts';

export default class IpamShow extends DaemonCommand {
  static override readonly summary = 'Show the pools of addresses and how full they are.';
  static override readonly description = 'With --show-blocks, the blocks each host takes its addresses from.';
  static override readonly examples = ['<%= config.bin %> ipam show', '<%= config.bin %> ipam show --show-blocks'];
  static override readonly flags = {
    ...daemonFlags,
    'show-blocks': Flags.boolean({ description: 'each block with its host' }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(IpamShow);
    const client = await this.daemon(flags);
    const [pools, networks] = await Promise.all([client.call('listPools'), client.call('listNetworks')]);
    const nameOf = new Map(networks.map(({ id, name }) => [id, name ?? id.slice(0, 12)]));
    if (flags.json) {
      this.printJson(flags['show-blocks'] ? pools : pools.map(({ parts: _parts, ...pool }) => pool));
      return;
    }
    const rows = pools.flatMap(({ cidr, network = '', blocks, allocated, capacity, nodes, parts = [] }) => [
      [
        'pool',
        cidr,
        nameOf.get(network) ?? network.slice(0, 12),
        String(blocks),
        String(allocated),
        capacity,
        nodes.join(', '),
      ],
      ...(flags['show-blocks'] ? parts : []).map((part) => [
        'block',
        part.cidr,
        '',
        '',
        String(part.allocated),
        sizeOf(part.cidr),
        part.node ?? '',
      ]),
    ]);
    const head = ['KIND', 'RANGE', 'NETWORK', 'BLOCKS', 'TAKEN', 'OF', 'HOSTS'];
    await this.printTable(head, rows, 'There are no pools: a network makes one.');
  }
}

const sizeOf = (cidr: string): string => {
  const [address = '', length = '0'] = cidr.split('/');
  return (1n << BigInt((address.includes(':') ? 128 : 32) - Number(length))).toString();
};
