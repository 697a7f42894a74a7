/** Replacing the members of services: so many at once, each watched until it is known to be well, failures counted. */
import { Fault } from '../../diagnostic/fault.ts';
import type { EngineContainer } from '../../host/docker.ts';
import type { UpdateGroup, UpdatePolicy } from '../update-policy.ts';
import { notUpReason } from '../sensors.ts';
import { lastLines } from './last-lines.ts';
import { createSlots } from './step.ts';
import type { Tools } from './tools.ts';

export type Rollouts = {
  /** Has a member replaced when it is its turn. A failure that is borne is told as a warning and not thrown. */
  replace(group: UpdateGroup, run: () => Promise<void>): Promise<void>;
};

type Rollout = {
  readonly slots: ReturnType<typeof createSlots>;
  failures: number;
  begun: number;
};

export function createRollouts(tools: Tools): Rollouts {
  const rollouts = new Map<string, Rollout>();
  return {
    replace: async (group, run) => {
      const { policy, size, id } = group;
      const rollout = rollouts.get(id) ?? {
        slots: createSlots(policy.parallelism === 0 ? size : Math.min(policy.parallelism, size)),
        failures: 0,
        begun: 0,
      };
      rollouts.set(id, rollout);
      await rollout.slots(async () => {
        tools.signal.throwIfAborted();
        if (rollout.begun++ > 0 && policy.delay > 0) await rest(policy.delay, tools);
        try {
          await run();
        } catch (error) {
          tools.signal.throwIfAborted();
          rollout.failures++;
          const isBorne = policy.failureAction === 'continue' || rollout.failures / size <= policy.maxFailureRatio;
          if (!isBorne) throw error;
          const why = error instanceof Error ? error.message : String(error);
          tools.progress({ kind: 'warning', message: `${id} goes on with one that was not replaced: ${why}` });
        }
      });
    },
  };
}

async function rest(milliseconds: number, tools: Tools): Promise<void> {
  const until = tools.now() + milliseconds;
  for (let left = milliseconds; left > 0; left = until - tools.now()) {
    await tools.untilNews(left, tools.signal);
    tools.signal.throwIfAborted();
  }
}

const lookAgain = 500;

/**
 * Until a new container is up, by its health check where it has one, and has been for as long as it is to be watched. Throws
 * with its last words when it ended, restarts or is unhealthy.
 */
export async function untilWell(
  id: string,
  { monitor }: Pick<UpdatePolicy, 'monitor'>,
  isJob: boolean,
  tools: Tools,
): Promise<void> {
  const begun = tools.now();
  let restarts: number | undefined;
  for (;;) {
    tools.signal.throwIfAborted();
    const container = await tools.engine.container(id);
    restarts ??= container?.restarts ?? 0;
    const isDone = isJob && container?.state === 'exited' && container.exitCode === 0;
    if (isDone) return;
    if (container === undefined || container.restarts > restarts || hasFailed(container))
      throw await failureOf(container, id, tools);
    const left = begun + monitor - tools.now();
    if (notUpReason(container) === undefined && left <= 0) return;
    await tools.untilNews(Math.max(1, left > 0 ? Math.min(left, lookAgain) : lookAgain), tools.signal);
  }
}

const hasFailed = ({ state, health }: EngineContainer): boolean =>
  health === 'unhealthy' || !['created', 'running', 'paused'].includes(state);

async function failureOf(container: EngineContainer | undefined, id: string, tools: Tools): Promise<Fault> {
  if (container === undefined) return new Fault('command-failed', `The new container ${id.slice(0, 12)} is gone.`);
  const words = await lastLines(tools.engine, id, container.tty);
  const why = notUpReason(container) ?? `It was started again ${container.restarts} times.`;
  return new Fault('command-failed', `The new ${container.name} is not well. ${why} Its last words: ${words}`);
}
