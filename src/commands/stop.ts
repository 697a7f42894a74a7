import { Args, Flags } from '@oclif/core';
import { applicationArg, DaemonCommand, daemonFlags } from './daemon-command.ts';
import { carryOut } from './effect.ts';

export default class Stop extends DaemonCommand {
  static override readonly summary = 'Stop the containers of an application, or of one of its entities.';
  static override readonly description = 'They stay, with their volumes and networks: clocker start starts them again.';
  static override readonly args = {
    application: applicationArg,
    entity: Args.string({ description: 'only this entity and what is in it', required: false }),
  };
  static override readonly examples = ['<%= config.bin %> stop guestbook', '<%= config.bin %> stop guestbook web'];
  static override readonly flags = {
    ...daemonFlags,
    detach: Flags.boolean({ char: 'd', description: 'do not wait until they have stopped' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Stop);
    const { application, entity } = args;
    const { detach } = flags;
    const client = await this.daemon(flags);
    const tell = (line: string): void => this.note(line);
    const { task } = await carryOut({ client, effector: 'stop', application, entity, detach, tell });
    if (flags.json)
      this.printJson({ application, task, stopped: !detach, ...(entity === undefined ? {} : { entity }) });
    else if (!detach) this.note(`${entity ?? application} has stopped.`);
  }
}
