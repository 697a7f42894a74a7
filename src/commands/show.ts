import { Args } from '@oclif/core';
import type { EntityView } from '../api/index.ts';
import { applicationArg, DaemonCommand, daemonFlags, type DaemonFlags } from './daemon-command.ts';
import { colourOfState } from './paint.ts';

export default class Show extends DaemonCommand {
  static override readonly summary = 'Show an application, or one of its entities.';
  static override readonly description =
    'An application with its entities, hosts, addresses and URLs; an entity with all its sensors. Why something is not up stands below.';
  static override readonly args = {
    application: applicationArg,
    entity: Args.string({ description: 'id or name of an entity', required: false }),
  };
  static override readonly examples = ['<%= config.bin %> show guestbook', '<%= config.bin %> show guestbook web'];
  static override readonly flags = daemonFlags;

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Show);
    if (args.entity === undefined) await this.showApplication(args.application, flags);
    else await this.showEntity(args.application, args.entity, flags);
  }

  private async showApplication(application: string, flags: DaemonFlags): Promise<void> {
    const client = await this.daemon(flags);
    const detail = await client.call('getApplication', { params: { application } });
    if (this.wantsJson) {
      this.printJson(detail);
      return;
    }
    const { name, state, message, node, createdAt, updatedAt } = detail.application;
    this.log(
      `${name}: ${this.colour(colourOfState(state), state)} on ${node}, deployed ${createdAt}, changed ${updatedAt}`,
    );
    if (message !== undefined) this.log(`  ${message}`);
    this.log('');
    await this.printEntities(detail.entities);
    await this.printOutputs(detail.outputs ?? {});
  }

  private async showEntity(application: string, wanted: string, flags: DaemonFlags): Promise<void> {
    const client = await this.daemon(flags);
    const { entities } = await client.call('getApplication', { params: { application } });
    const { findEntity } = await import('./entity-rows.ts');
    const entity = findEntity(entities, wanted, application);
    const sensors = await client.call('getSensors', { params: { application, entity: entity.id } });
    if (this.wantsJson) {
      this.printJson({ entity, sensors });
      return;
    }
    this.log(
      `${entity.id}: ${this.colour(colourOfState(entity.state), entity.state)} on ${entity.node}, ${entity.type}`,
    );
    for (const reason of entity.reasons) this.log(`  ${reason}`);
    this.log('');
    const rows = Object.entries(sensors).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]);
    await this.printTable(
      ['SENSOR', 'VALUE'],
      rows.sort(([a = ''], [b = '']) => a.localeCompare(b)),
      'It has no sensors yet.',
    );
  }

  private async printEntities(entities: readonly EntityView[]): Promise<void> {
    const { entityHead, entityRow, isContainer } = await import('./entity-rows.ts');
    const rows = entities.filter(isContainer).map((entity) => entityRow(entity));
    await this.printTable(entityHead, rows, 'It has no containers yet.', (cell, column) =>
      column === 1 ? colourOfState(cell) : undefined,
    );
    for (const { name, reasons } of entities) for (const reason of reasons) this.log(`${name} is not up: ${reason}`);
  }
}
