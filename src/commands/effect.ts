/** Starting, stopping and restarting: of an application, or of one of its entities and what is in it. */
import type { Client } from '../client/index.ts';
import { findEntity } from './entity-rows.ts';
import { followOrder } from './order.ts';

export type Effect = {
  readonly client: Client;
  readonly effector: 'start' | 'stop' | 'restart';
  readonly application: string;
  readonly entity: string | undefined;
  readonly detach: boolean;
  readonly tell: (line: string) => void;
};

const ofApplication = {
  start: 'startApplication',
  stop: 'stopApplication',
  restart: 'restartApplication',
} as const satisfies Record<Effect['effector'], string>;

/** Answers once it is done, or ordered with `detach`. */
export async function carryOut(effect: Effect): Promise<{ readonly application: string; readonly task: string }> {
  const { client, application, detach, tell } = effect;
  const { task } = await order(effect);
  if (!detach) await followOrder({ client, task, application, tell, verbose: false });
  return { application, task };
}

async function order({ client, effector, application, entity }: Effect): Promise<{ readonly task: string }> {
  if (entity === undefined) return client.call(ofApplication[effector], { params: { application } });
  const { entities } = await client.call('getApplication', { params: { application } });
  const params = { application, entity: findEntity(entities, entity, application).id, effector };
  return client.call('invoke', { params, body: {} });
}
