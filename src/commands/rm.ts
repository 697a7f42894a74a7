import { Flags } from '@oclif/core';
import { applicationArg, DaemonCommand, daemonFlags } from './daemon-command.ts';
import { followOrder } from './order.ts';

export default class Rm extends DaemonCommand {
  static override readonly summary = 'Stop an application and take it away.';
  static override readonly description =
    'Its containers and networks go; its volumes, and the images built for it, only when asked for. Exit codes: 0 gone, others as in docs/exit-codes.md.';
  static override readonly args = { application: applicationArg };
  static override readonly examples = ['<%= config.bin %> rm guestbook', '<%= config.bin %> rm guestbook --volumes'];
  static override readonly flags = {
    ...daemonFlags,
    volumes: Flags.boolean({ char: 'v', description: 'its volumes too, with all that is in them' }),
    images: Flags.boolean({ description: 'the images built for it too' }),
    detach: Flags.boolean({ char: 'd', description: 'do not wait until it is gone' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Rm);
    const client = await this.daemon(flags);
    const { application, task } = await client.call('removeApplication', {
      params: args,
      query: { ...(flags.volumes ? { volumes: 'true' } : {}), ...(flags.images ? { images: 'true' } : {}) },
    });
    if (!flags.detach)
      await followOrder({ client, task, application, tell: (line) => this.note(line), verbose: false });
    if (flags.json) this.printJson({ application, task, removed: !flags.detach });
    else if (!flags.detach) this.note(`${application} is gone.${flags.volumes ? '' : ' Its volumes are kept.'}`);
  }
}
