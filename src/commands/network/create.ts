import { Args, Flags } from '@oclif/core';
import { DaemonCommand, daemonFlags } from '../daemon-command.ts';
import { readPairs, repeated } from '../pairs.ts';

export default class NetworkCreate extends DaemonCommand {
  static override readonly summary = 'Make a network.';
  static override readonly description =
    'As docker network create -d clocker --ipam-driver clocker does. Without --subnet it gets the next free range of Clocker’s own. With --swarm it is for services and stacks: the daemon of every node prepares its engine, then the swarm has the network; ask it of a manager.';
  static override readonly args = { name: Args.string({ description: 'its name', required: true }) };
  static override readonly examples = [
    '<%= config.bin %> network create net1',
    '<%= config.bin %> network create net1 --subnet 198.19.8.0/24 --internal',
    '<%= config.bin %> network create --swarm app2',
  ];
  static override readonly flags = {
    ...daemonFlags,
    subnet: Flags.string({ description: 'range of its addresses; once for IPv4, once for IPv6', ...repeated }),
    'ip-range': Flags.string({ description: 'part of the subnet that containers get addresses of', ...repeated }),
    gateway: Flags.string({ description: 'address of the subnet that is kept free', ...repeated }),
    internal: Flags.boolean({ description: 'nothing in and nothing out' }),
    ipv6: Flags.boolean({ description: 'IPv6 addresses too' }),
    swarm: Flags.boolean({ description: 'a network of the swarm, for its services and stacks' }),
    opt: Flags.string({ char: 'o', description: 'NAME=VALUE, for example clocker.ports=routed', ...repeated }),
    label: Flags.string({ description: 'NAME=VALUE', ...repeated }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(NetworkCreate);
    const client = await this.daemon(flags);
    const network = await client.call('createNetwork', {
      body: {
        name: args.name,
        ...(flags.subnet === undefined ? {} : { subnets: flags.subnet }),
        ...(flags['ip-range'] === undefined ? {} : { ranges: flags['ip-range'] }),
        ...(flags.gateway === undefined ? {} : { gateways: flags.gateway }),
        ...(flags.internal ? { internal: true } : {}),
        ...(flags.ipv6 ? { ipv6: true } : {}),
        ...(flags.swarm ? { swarm: true } : {}),
        options: readPairs(flags.opt, '--opt'),
        labels: readPairs(flags.label, '--label'),
      },
    });
    if (flags.json) this.printJson(network);
    else this.log(`${args.name}: ${network.subnets.join(', ')}`);
  }
}
