import { Args, Flags } from '@oclif/core';
import { Fault } from '../diagnostic/fault.ts';
import { applicationArg, DaemonCommand, daemonFlags } from './daemon-command.ts';
import { findEntity } from './entity-rows.ts';
import { followOrder } from './order.ts';

export default class Scale extends DaemonCommand {
  static override readonly summary = 'Give clusters of an application another number of members.';
  static override readonly description =
    'A service of a compose file is a cluster when it says "deploy: {replicas: …}" or "scale: …". Deploying again goes back to what the document says.';
  static override readonly strict = false;
  static override readonly args = {
    application: applicationArg,
    sizes: Args.string({ description: 'ENTITY=NUMBER, as many as you like', required: true, multiple: true }),
  };
  static override readonly examples = [
    '<%= config.bin %> scale shop web=3',
    '<%= config.bin %> scale shop web=3 worker=0',
  ];
  static override readonly flags = {
    ...daemonFlags,
    detach: Flags.boolean({ char: 'd', description: 'do not wait until they run; for one cluster only' }),
  };

  override async run(): Promise<void> {
    const { args, argv, flags } = await this.parse(Scale);
    const { application } = args;
    const sizes = argv
      .flatMap((one) => (typeof one === 'string' ? [one] : []))
      .slice(1)
      .map(readSize);
    if (flags.detach && sizes.length > 1)
      throw new Fault('request-invalid', 'A newer order for an application ends the one before it.', {
        hint: 'Leave --detach out, or scale one cluster at a time.',
      });
    const client = await this.daemon(flags);
    const { entities } = await client.call('getApplication', { params: { application } });
    const wanted = sizes.map(({ entity, size }) => ({ entity: findEntity(entities, entity, application).id, size }));
    const tasks: string[] = [];
    for (const { entity, size } of wanted) {
      const params = { application, entity, effector: 'resize' };
      const { task } = await client.call('invoke', { params, body: { desiredSize: size } });
      tasks.push(task);
      if (!flags.detach)
        await followOrder({ client, task, application, tell: (line) => this.note(line), verbose: false });
    }
    if (flags.json) this.printJson({ application, tasks, sizes: wanted });
    else if (!flags.detach)
      for (const { entity, size } of wanted) this.note(`${entity} of ${application} has ${size}.`);
  }
}

function readSize(text: string): { readonly entity: string; readonly size: number } {
  const [, entity, size] = /^(.+)=(\d{1,6})$/.exec(text) ?? [];
  if (entity !== undefined && size !== undefined) return { entity, size: Number(size) };
  throw new Fault('request-invalid', `"${text}" is no size of a cluster.`, { hint: 'Write ENTITY=NUMBER: web=3.' });
}
