/** Tasks: what the daemon is doing. */
import { Fault } from '../../diagnostic/fault.ts';
import type { Task, TaskEvent } from '../../runtime/index.ts';
import type { ServerDeps } from '../deps.ts';
import type { Handlers } from '../handler.ts';

type TaskHandlers = Pick<Handlers, 'listTasks' | 'getTask' | 'followTask' | 'cancelTask'>;

export function taskHandlers({ applications: { tasks } }: ServerDeps): TaskHandlers {
  const require = (id: string): Task => {
    const task = tasks.get(id);
    if (task !== undefined) return task;
    throw new Fault('entity-unknown', `There is no task ${id.slice(0, 80)}; only the newest are kept.`);
  };
  return {
    listTasks: async () => tasks.list(),
    getTask: async ({ params }) => require(params.task),
    followTask: async ({ params, signal }) => eventsOf(tasks.follow(require(params.task).id, 0, signal)),
    cancelTask: async ({ params }) => {
      tasks.cancel(require(params.task).id);
      return require(params.task);
    },
  };
}

async function* eventsOf(events: AsyncIterable<TaskEvent>): AsyncGenerator<TaskEvent['event']> {
  for await (const { event } of events) yield event;
}
