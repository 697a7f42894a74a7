import { applicationArg, DaemonCommand, daemonFlags } from './daemon-command.ts';
import { colourOfState } from './paint.ts';

export default class Tree extends DaemonCommand {
  static override readonly summary = 'Show the entities of an application as a tree.';
  static override readonly description = 'Groups with what is in them, networks and volumes too.';
  static override readonly args = { application: applicationArg };
  static override readonly examples = ['<%= config.bin %> tree guestbook'];
  static override readonly flags = daemonFlags;

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Tree);
    const client = await this.daemon(flags);
    const { application, entities } = await client.call('getApplication', { params: args });
    if (flags.json) {
      this.printJson({ application, entities });
      return;
    }
    const { treeHead, treeRow, treeNames } = await import('./entity-rows.ts');
    const names = treeNames(entities);
    const rows = entities.map((entity) => treeRow(entity, names.get(entity.id)));
    await this.printTable(treeHead, rows, 'It has no entities yet.', (cell, column) =>
      column === 1 ? colourOfState(cell) : undefined,
    );
  }
}
