import { Flags } from '@oclif/core';
import { printable } from '../diagnostic/printable.ts';
import { DaemonCommand, daemonFlags } from './daemon-command.ts';

export default class Events extends DaemonCommand {
  static override readonly summary = 'Show what changes, as it changes.';
  static override readonly description =
    'Applications, entities and networks that are made, changed or removed, and what daemons found that people should know of. Goes on until interrupted; with --json each event is a JSON object of its own.';
  static override readonly examples = ['<%= config.bin %> events', '<%= config.bin %> events --kind network'];
  static override readonly flags = {
    ...daemonFlags,
    kind: Flags.option({
      options: ['application', 'entity', 'network', 'endpoint', 'notice'] as const,
      description: 'only these',
      multiple: true,
    })(),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Events);
    const client = await this.daemon(flags);
    for await (const event of await client.call('followEvents')) {
      if (flags.kind !== undefined && !flags.kind.includes(event.kind)) continue;
      const time = new Date().toISOString();
      const line = flags.json
        ? JSON.stringify({ time, ...event })
        : `${time}  ${event.kind} ${event.change === 'put' ? 'changed' : 'removed'}: ${printable(event.message ?? event.name, 500)}`;
      process.stdout.write(`${line}\n`);
    }
  }
}
