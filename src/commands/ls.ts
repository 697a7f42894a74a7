import { colourOfState } from './paint.ts';
import { DaemonCommand, daemonFlags } from './daemon-command.ts';

export default class Ls extends DaemonCommand {
  static override readonly summary = 'List the applications.';
  static override readonly description =
    'Each with its state, the number of its entities, its host and when it was last changed.';
  static override readonly examples = ['<%= config.bin %> ls', '<%= config.bin %> ls --json'];
  static override readonly flags = daemonFlags;

  override async run(): Promise<void> {
    const { flags } = await this.parse(Ls);
    const client = await this.daemon(flags);
    const applications = await client.call('listApplications');
    if (flags.json) {
      this.printJson(applications);
      return;
    }
    const rows = applications.map(({ name, state, entities, node, updatedAt, message = '' }) => [
      name,
      state,
      String(entities),
      node,
      updatedAt,
      message,
    ]);
    const head = ['NAME', 'STATE', 'ENTITIES', 'HOST', 'CHANGED', 'WHY'];
    const titles = rows.some((row) => row[5] !== '') ? head : head.slice(0, 5);
    await this.printTable(titles, rows, 'There are no applications: clocker deploy makes one.', (cell, column) =>
      column === 1 ? colourOfState(cell) : undefined,
    );
  }
}
