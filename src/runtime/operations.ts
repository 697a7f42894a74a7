/** Deploying, stopping and removing as they are carried out, with what the record says before and after. */
import { Fault, isFault } from '../diagnostic/fault.ts';
import {
  applyDeployment,
  hostsSoftware,
  removeApplication,
  startApplication,
  stopApplication,
  wantsRollback,
} from '../deploy/index.ts';
import type { ChangeLine, DeployEvent, Manner, Deployment, Progress, Tools } from '../deploy/index.ts';
import type { ApplicationStore } from './application-store.ts';
import { hookJournal } from './hook-journal.ts';
import type { Surroundings } from './host.ts';
import { prepareRecord } from './prepare.ts';
import type { ApplicationRecord, Phase } from './records.ts';
import { cancelled } from './tasks.ts';

/** One that hangs must end some time; a health check may take long. */
const deployLimit = 30 * 60_000;
const contextsKind = 'contexts';
const filesKind = 'files';

export function toolsOf(around: Surroundings, progress: Progress, signal: AbortSignal): Tools {
  const { engine, state, news, clock, address, isPortFree } = around;
  return {
    engine,
    openContext: (digest) => state.open(contextsKind, digest),
    keepFile: ({ application, content, uid, gid, mode }) =>
      state.place(filesKind, application, content, { uid, gid, mode }),
    hooks: hookJournal(state),
    isPortFree,
    untilNews: (milliseconds, aborting) => news.next(milliseconds, aborting),
    now: () => clock.now(),
    host: address,
    progress,
    signal,
  };
}

export type Operation = (record: ApplicationRecord, tell: Progress, signal: AbortSignal) => Promise<void>;

/** What is done to some containers of an application, by instance id. */
export type PartOperation = (
  record: ApplicationRecord,
  only: ReadonlySet<string>,
  tell: Progress,
  signal: AbortSignal,
) => Promise<void>;

export type Operations = {
  readonly deploy: Operation;
  /** Deploying that was cut off. */
  readonly goOn: Operation;
  readonly start: Operation;
  readonly stop: Operation;
  readonly restart: Operation;
  readonly remove: Operation;
  readonly startPart: PartOperation;
  readonly stopPart: PartOperation;
  /** Containers that the engine restarted, and the software they host with them: that does not run yet. By instance id. */
  readonly leftBehind: (record: ApplicationRecord) => Promise<readonly string[]>;
};

export function createOperations(around: Surroundings, records: ApplicationStore): Operations {
  const { engine, state, clock, log } = around;

  const deploymentOf = async (record: ApplicationRecord): Promise<Deployment | undefined> => {
    const socket = around.engineSocket === undefined ? {} : { socket: around.engineSocket };
    const traits = { apiVersion: await engine.apiVersion(), ...socket };
    return prepareRecord(record, await records.materials(record.name), traits);
  };

  /** A look that fails is made up for by the next. */
  const look = (): Promise<void> => around.look().catch(() => undefined);

  const settle = async (name: string, phase: Phase, message?: string): Promise<void> => {
    await look();
    await records.update(name, (record) => ({
      ...(phase === 'failed' ? without(record) : finished(without(record))),
      phase,
      updatedAt: new Date(clock.now()).toISOString(),
      ...(message === undefined ? {} : { message }),
    }));
  };

  /** A failure is kept with the application; being told to stop for a newer order is none. */
  const guarded = async (name: string, signal: AbortSignal, run: () => Promise<void>): Promise<void> => {
    try {
      await run();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (!isFault(error)) log('error', 'an operation failed', { application: name, error: stackOf(error) });
      else if (!signal.aborted) log('warn', 'an operation failed', { application: name, error: message });
      if (error instanceof TakenBack) throw error.told;
      if (!signal.aborted || signal.reason === cancelled) await settle(name, 'failed', message);
      throw error;
    }
  };

  const requireDeployment = async (record: ApplicationRecord): Promise<Deployment> => {
    const deployment = await deploymentOf(record);
    if (deployment !== undefined) return deployment;
    throw new Fault('request-invalid', `The blueprint kept of ${record.name} can not be read any more.`, {
      hint: 'Deploy it again from its own file.',
    });
  };

  const start = async (record: ApplicationRecord, tools: Tools, only?: ReadonlySet<string>): Promise<void> =>
    startApplication(await requireDeployment(record), only, tools);
  const stop = async (record: ApplicationRecord, tools: Tools, only?: ReadonlySet<string>): Promise<void> =>
    stopApplication(record.name, await deploymentOf(record), tools, only);

  /** Throws when it is as it was before; returns when there is nothing to go back to. */
  const takeBack = async (record: ApplicationRecord, error: unknown, tell: Progress, signal: AbortSignal) => {
    const { previous, name } = record;
    if (previous === undefined || record.takenBack !== undefined) return;
    const why = error instanceof Error ? error.message : String(error);
    tell({ kind: 'warning', message: `The update failed, and ${name} is taken back to what it was: ${why}` });
    await records.restoreMaterials(name);
    const takenBack = `The last update was taken back: ${why}`;
    const { previous: _previous, sizes: _sizes, ...rest } = record;
    const before = { ...rest, ...previous, takenBack };
    await records.put(before);
    const tools = toolsOf(around, tell, AbortSignal.any([signal, limitOf(deployLimit)]));
    await applyDeployment(await requireDeployment(before), tools, mannerOf(before, false));
    await settle(name, 'deployed', takenBack);
    throw new TakenBack(error, name);
  };

  const deploy = (record: ApplicationRecord, tell: Progress, signal: AbortSignal, isResumed: boolean): Promise<void> =>
    guarded(record.name, signal, async () => {
      const deployment = await requireDeployment(record);
      const made: ChangeLine[] = [];
      const tools = toolsOf(around, recording(tell, made), AbortSignal.any([signal, limitOf(deployLimit)]));
      try {
        await applyDeployment(deployment, tools, mannerOf(record, isResumed));
      } catch (error) {
        if (!signal.aborted && wantsRollback(deployment)) await takeBack(record, error, tell, signal);
        // Of one that never came to be nothing is kept, not even that it failed.
        const isNew = record.createdAt === record.updatedAt;
        if (isNew && made.length === 0 && !signal.aborted) await records.forget(record.name);
        throw explain(error, record.name, made);
      }
      await settle(record.name, 'deployed', record.takenBack);
      await records.forgetMaterialsBefore(record.name);
    });

  return {
    deploy: (record, tell, signal) => deploy(record, tell, signal, false),
    goOn: (record, tell, signal) => deploy(record, tell, signal, true),
    start: (record, tell, signal) =>
      guarded(record.name, signal, async () => {
        await start(record, toolsOf(around, tell, signal));
        await settle(record.name, 'deployed');
      }),
    stop: (record, tell, signal) =>
      guarded(record.name, signal, async () => {
        await stop(record, toolsOf(around, tell, signal));
        await settle(record.name, 'stopped');
      }),
    restart: (record, tell, signal) =>
      guarded(record.name, signal, async () => {
        const tools = toolsOf(around, tell, signal);
        await stop(record, tools);
        await start(record, tools);
        await settle(record.name, 'deployed');
      }),
    startPart: (record, only, tell, signal) => start(record, toolsOf(around, tell, signal), only).finally(look),
    stopPart: (record, only, tell, signal) => stop(record, toolsOf(around, tell, signal), only).finally(look),
    leftBehind: async (record) => {
      const deployment = await deploymentOf(record);
      const hosts = [...(deployment?.instances.values() ?? [])].filter(
        ({ kind, entity }) => kind === 'container' && hostsSoftware(entity),
      );
      const journal = hookJournal(state);
      const down: string[] = [];
      for (const { id } of hosts) {
        const run = await journal.read(record.name, id);
        if (run === undefined) continue;
        // One that was tried and failed has not come to its end.
        const container = await engine.container(run.container);
        if (container?.running === true && container.startedAt !== run.startedAt) down.push(id);
      }
      return down;
    },
    remove: (record, tell, signal) =>
      guarded(record.name, signal, async () => {
        const { volumes = false, images = false } = record.removal ?? {};
        const tools = toolsOf(around, tell, signal);
        const deployment = await deploymentOf(record);
        await removeApplication(record.name, deployment, { volumes, images }, tools);
        await state.removeFolder(filesKind, record.name);
        for (const instance of deployment?.instances.keys() ?? [])
          await hookJournal(state).write(record.name, instance, undefined);
        await records.forget(record.name);
      }),
  };
}

/** An update failed, and what it had done was undone. */
class TakenBack extends Error {
  readonly told: unknown;
  constructor(error: unknown, name: string) {
    super(String(error), { cause: error });
    this.told = isFault(error)
      ? new Fault(error.code, error.message, {
          cause: error,
          hint: `${name} was taken back to what it was before, as its update_config says. Mend the cause and deploy again.`,
        })
      : error;
  }
}

const mannerOf = ({ takenBack }: ApplicationRecord, isResumed: boolean): Manner => ({
  update: takenBack === undefined ? 'docker.service.update' : 'docker.service.rollback',
  isResumed,
});

const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

function without(record: ApplicationRecord): ApplicationRecord {
  const { message: _message, removal: _removal, takenBack: _takenBack, ...rest } = record;
  return rest;
}

/** What was before is of no more use. */
function finished(record: ApplicationRecord): ApplicationRecord {
  const { previous: _previous, ...rest } = record;
  return rest;
}

function limitOf(milliseconds: number): AbortSignal {
  const minutes = Math.round(milliseconds / 60_000);
  const limit = new AbortController();
  const timer = setTimeout(() => {
    limit.abort(new Fault('deadline-exceeded', `It was not finished after ${minutes} minutes.`));
  }, milliseconds);
  timer.unref();
  return limit.signal;
}

const recording =
  (tell: Progress, made: ChangeLine[]): Progress =>
  (event: DeployEvent) => {
    if (event.kind === 'done') made.push(event.change);
    tell(event);
  };

/** Says what is there now, and how to go on. */
function explain(error: unknown, name: string, made: readonly ChangeLine[]): unknown {
  if (!isFault(error)) return error;
  const left = made.map(({ action, kind, name: what }) => `${pastOf[action]} ${kind} ${what}`);
  const state = left.length === 0 ? 'Nothing was changed.' : `Done before it failed: ${left.join(', ')}.`;
  const way =
    left.length === 0
      ? ''
      : ` Mend the cause and deploy again: it goes on from here. Or take it away: clocker rm ${name}`;
  const hint = [error.hint, `${state}${way}`].filter((part) => part !== undefined).join('\n');
  return new Fault(error.code, error.message, { cause: error, transient: error.transient, hint });
}

const pastOf: Readonly<Record<ChangeLine['action'], string>> = {
  create: 'created',
  replace: 'replaced',
  remove: 'removed',
  build: 'built',
  pull: 'pulled',
  start: 'started',
  stop: 'stopped',
};
