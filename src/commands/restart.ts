import { Args, Flags } from '@oclif/core';
import { applicationArg, DaemonCommand, daemonFlags } from './daemon-command.ts';
import { carryOut } from './effect.ts';

export default class Restart extends DaemonCommand {
  static override readonly summary = 'Stop and start the containers of an application, or of one of its entities.';
  static override readonly description = 'In the order dependencies ask for.';
  static override readonly args = {
    application: applicationArg,
    entity: Args.string({ description: 'only this entity and what is in it', required: false }),
  };
  static override readonly examples = [
    '<%= config.bin %> restart guestbook',
    '<%= config.bin %> restart guestbook web',
  ];
  static override readonly flags = {
    ...daemonFlags,
    detach: Flags.boolean({ char: 'd', description: 'do not wait until it runs again' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Restart);
    const { application, entity } = args;
    const { detach } = flags;
    const client = await this.daemon(flags);
    const tell = (line: string): void => this.note(line);
    const { task } = await carryOut({ client, effector: 'restart', application, entity, detach, tell });
    if (flags.json)
      this.printJson({ application, task, restarted: !detach, ...(entity === undefined ? {} : { entity }) });
    else if (!detach) this.note(`${entity ?? application} runs again.`);
  }
}
