import { Args, Flags } from '@oclif/core';
import { DaemonCommand, daemonFlags } from '../daemon-command.ts';

/** Exit codes: so that a script can ask. */
const exitCodes = { allow: 0, deny: 1 } as const;

export default class PolicyTest extends DaemonCommand {
  static override readonly summary = 'Tell whether a packet is allowed, and which rule decides.';
  static override readonly description =
    'FROM and TO are containers, network/container, endpoints of clocker network show, or addresses. Nothing is sent: it is decided from the same records by which every host makes its rules. Exit codes: 0 allowed, 1 denied.';
  static override readonly args = {
    from: Args.string({ description: 'who begins', required: true }),
    to: Args.string({ description: 'who is asked', required: true }),
    port: Args.integer({ description: 'port that is asked for; of protocols that have them', min: 0, max: 65_535 }),
  };
  static override readonly examples = [
    '<%= config.bin %> policy test web db 5432',
    '<%= config.bin %> policy test app/web 10.1.2.3 53 --proto udp',
    '<%= config.bin %> policy test web db --proto icmp --icmp-type 8',
  ];
  static override readonly flags = {
    ...daemonFlags,
    proto: Flags.string({ description: 'tcp, udp, sctp, icmp, icmpv6 or a number', default: 'tcp' }),
    'source-port': Flags.integer({ description: 'port it comes from', min: 0, max: 65_535 }),
    'icmp-type': Flags.integer({ description: 'of ICMP, for example 8 for ping', min: 0, max: 255 }),
    'icmp-code': Flags.integer({ description: 'of ICMP', min: 0, max: 255 }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(PolicyTest);
    const client = await this.daemon(flags);
    const answer = await client.call('testPolicy', {
      body: {
        from: args.from,
        to: args.to,
        protocol: flags.proto,
        ...(args.port === undefined ? {} : { port: args.port }),
        ...(flags['source-port'] === undefined ? {} : { sourcePort: flags['source-port'] }),
        ...(flags['icmp-type'] === undefined ? {} : { icmpType: flags['icmp-type'] }),
        ...(flags['icmp-code'] === undefined ? {} : { icmpCode: flags['icmp-code'] }),
      },
    });
    process.exitCode = exitCodes[answer.verdict];
    if (flags.json) {
      this.printJson(answer);
      return;
    }
    this.log(`${answer.verdict}: ${answer.by}`);
    this.log(`  from ${answer.from} to ${answer.to}`);
    this.log(`  egress  ${answer.egress.verdict}: ${answer.egress.by}`);
    if (answer.ingress !== undefined) this.log(`  ingress ${answer.ingress.verdict}: ${answer.ingress.by}`);
    for (const by of answer.logged) this.log(`  logged by ${by}`);
  }
}
