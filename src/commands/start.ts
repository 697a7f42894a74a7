import { Args, Flags } from '@oclif/core';
import { applicationArg, DaemonCommand, daemonFlags } from './daemon-command.ts';
import { carryOut } from './effect.ts';

export default class Start extends DaemonCommand {
  static override readonly summary = 'Start an application that was stopped, or one of its entities.';
  static override readonly description = 'What is stopped of it is started, in the order dependencies ask for.';
  static override readonly args = {
    application: applicationArg,
    entity: Args.string({ description: 'only this entity and what is in it', required: false }),
  };
  static override readonly examples = ['<%= config.bin %> start guestbook', '<%= config.bin %> start guestbook web'];
  static override readonly flags = {
    ...daemonFlags,
    detach: Flags.boolean({ char: 'd', description: 'do not wait until it runs' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Start);
    const { application, entity } = args;
    const { detach } = flags;
    const client = await this.daemon(flags);
    const tell = (line: string): void => this.note(line);
    const { task } = await carryOut({ client, effector: 'start', application, entity, detach, tell });
    if (flags.json)
      this.printJson({ application, task, started: !detach, ...(entity === undefined ? {} : { entity }) });
    else if (!detach) this.note(`${entity ?? application} runs.`);
  }
}
