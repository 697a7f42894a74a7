/** Applications of this host: what can be done with one, each as a task; what was cut off goes on after a restart. */
import { randomUUID } from 'node:crypto';
import { Fault } from '../diagnostic/fault.ts';
import type { Problem } from '../diagnostic/problem.ts';
import { hasErrors } from '../diagnostic/problem.ts';
import { containersBehind, lookAt, planAll, changeLine } from '../deploy/index.ts';
import type { ChangeLine, RemoveOptions } from '../deploy/index.ts';
import type { Application } from '../model/entity.ts';
import { readNumber } from '../model/read.ts';
import { createApplicationStore } from './application-store.ts';
import type { ApplicationStore } from './application-store.ts';
import type { Surroundings } from './host.ts';
import { materialsOf } from './materials.ts';
import { createOperations, toolsOf } from './operations.ts';
import type { Operation } from './operations.ts';
import { prepare, prepareRecord } from './prepare.ts';
import type { ApplicationRecord, MaterialsRecord, Phase } from './records.ts';
import { createAttempts } from './restarted.ts';
import { createTasks } from './tasks.ts';
import type { RunningTask, TaskKind, Tasks } from './tasks.ts';

export type DeployRequest = {
  readonly name: string;
  readonly application: Application;
  /** The application as text, to be kept. */
  readonly blueprint: string;
  readonly materials: MaterialsRecord;
};

/** With errors nothing was begun. */
export type Deploying =
  | { readonly kind: 'task'; readonly task: RunningTask; readonly problems: readonly Problem[] }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

export type Planned = {
  readonly problems: readonly Problem[];
  readonly changes: readonly ChangeLine[];
  /** Names of containers that are left alone. */
  readonly kept: readonly string[];
};

export type Order =
  | { readonly effector: 'start' | 'stop' | 'restart' }
  /** Of a cluster: how many members it is to have. */
  | { readonly effector: 'resize'; readonly size: number };

export type Applications = {
  readonly tasks: Tasks;
  readonly records: ApplicationStore;
  plan(request: DeployRequest): Promise<Planned>;
  deploy(request: DeployRequest): Promise<Deploying>;
  start(name: string): Promise<RunningTask>;
  stop(name: string): Promise<RunningTask>;
  restart(name: string): Promise<RunningTask>;
  /** Of one entity and what is in it; `entity` is an instance id. */
  invoke(name: string, entity: string, order: Order): Promise<RunningTask>;
  remove(name: string, options: RemoveOptions): Promise<RunningTask>;
  /** Goes on with what a crash cut off. */
  resume(): Promise<void>;
  /** Starts software again whose container the engine restarted. */
  revive(): Promise<void>;
};

export function createApplications(around: Surroundings): Applications {
  const { store, state, node, clock, engine, log } = around;
  const records = createApplicationStore(store, state);
  const tasks = createTasks(clock, randomUUID);
  const operations = createOperations(around, records);
  const attempts = createAttempts(clock);
  const now = (): string => new Date(clock.now()).toISOString();

  const require = async (name: string): Promise<ApplicationRecord> => {
    const record = await records.get(name);
    if (record === undefined)
      throw new Fault('application-unknown', `There is no application called ${name}.`, {
        hint: 'clocker ls shows those there are.',
      });
    if (record.node !== node)
      throw new Fault('unsupported', `The application ${name} runs on ${record.node}; ask the daemon there.`);
    return record;
  };

  const traits = async () => ({
    apiVersion: await engine.apiVersion(),
    ...(around.engineSocket === undefined ? {} : { socket: around.engineSocket }),
  });

  const isBusy = (name: string): boolean =>
    tasks.list().some((task) => task.application === name && task.state === 'running');

  /** Orders for one application are taken one after the other; each ends what the one before began. */
  const turns = new Map<string, Promise<unknown>>();
  const inTurn = <T>(name: string, take: () => Promise<T>): Promise<T> => {
    const taken = (turns.get(name) ?? Promise.resolve()).then(async () => {
      await tasks.supersede(name, 'A newer order for the application came in the meantime.');
      return take();
    });
    const last = taken.catch(() => undefined).then(() => void (turns.get(name) === last && turns.delete(name)));
    turns.set(name, last);
    return taken;
  };

  const begin = async (record: ApplicationRecord, run: (record: ApplicationRecord) => RunningTask) => {
    await records.put(record);
    return run(record);
  };

  const running =
    (kind: TaskKind, operation: Operation) =>
    (record: ApplicationRecord): RunningTask =>
      tasks.start(kind, record.name, (tell, signal) => operation(record, tell, signal));
  const run = {
    deploying: running('deploy', operations.deploy),
    starting: running('start', operations.start),
    stopping: running('stop', operations.stop),
    restarting: running('restart', operations.restart),
    removing: running('remove', operations.remove),
  } as const satisfies Readonly<Partial<Record<Phase, unknown>>>;

  const order = (name: string, phase: 'starting' | 'stopping' | 'restarting'): Promise<RunningTask> =>
    inTurn(name, async () => begin({ ...(await require(name)), phase, updatedAt: now() }, run[phase]));

  /** Instance ids of the containers an order is about. Throws when there is no such entity, or it can't do that. */
  const meantBy = async (name: string, entity: string, what: Order): Promise<ReadonlySet<string>> => {
    const record = await require(name);
    const deployment = prepareRecord(record, await records.materials(name), await traits());
    const instance = deployment?.instances.get(entity);
    if (deployment === undefined || instance === undefined)
      throw new Fault('entity-unknown', `The application ${name} has no entity "${entity}".`, {
        hint: `clocker tree ${name} shows those it has.`,
      });
    if (what.effector === 'resize' && instance.kind !== 'cluster')
      throw new Fault('request-invalid', `${entity} is no cluster, so it has no size.`, {
        hint: 'A service of a compose file is a cluster where it says deploy.replicas or scale.',
      });
    const most = readNumber(instance.entity.config, 'cluster.max.size');
    if (what.effector === 'resize' && most !== undefined && what.size > most)
      throw new Fault('request-invalid', `${entity} may have ${most} members at most, not ${what.size}.`, {
        hint: 'Its cluster.max.size says so; deploy it with another one first.',
      });
    return new Set(containersBehind(deployment, entity));
  };

  const invoke = async (name: string, entity: string, what: Order): Promise<RunningTask> => {
    // What is refused must not end what is under way.
    const only = await meantBy(name, entity, what);
    return inTurn(name, async () => {
      const record = await require(name);
      if (what.effector === 'resize') {
        const sizes = { ...record.sizes, [entity]: what.size };
        return begin({ ...record, sizes, phase: 'deploying', updatedAt: now() }, running('resize', operations.deploy));
      }
      return tasks.start(what.effector, name, async (tell, signal) => {
        if (what.effector !== 'start') await operations.stopPart(record, only, tell, signal);
        if (what.effector !== 'stop') await operations.startPart(record, only, tell, signal);
      });
    });
  };

  return {
    tasks,
    records,
    plan: async ({ name, application, materials }) => {
      const engineTraits = await traits();
      const { value: deployment, problems } = prepare(name, application, {
        materials: materialsOf(materials),
        engine: engineTraits,
      });
      if (hasErrors(problems)) return { problems, changes: [], kept: [] };
      const tools = toolsOf(around, () => undefined, new AbortController().signal);
      const { observed, drafted } = await lookAt(deployment, tools);
      const found = [...problems, ...drafted.problems];
      const changes = hasErrors(found) ? [] : planAll(deployment, observed, drafted, clock.now()).map(changeLine);
      const changed = new Set(changes.map(({ name: container }) => container));
      const own = drafted.containers.map((wanted) => wanted.name);
      return { problems: found, changes, kept: own.filter((container) => !changed.has(container)) };
    },
    deploy: async ({ name, application, blueprint, materials }) => {
      const { value: deployment, problems } = prepare(name, application, {
        materials: materialsOf(materials),
        engine: await traits(),
      });
      if (hasErrors(problems)) return { kind: 'problems', problems };
      const { drafted } = await lookAt(
        deployment,
        toolsOf(around, () => undefined, new AbortController().signal),
      );
      const found = [...problems, ...drafted.problems];
      if (hasErrors(found)) return { kind: 'problems', problems: found };
      const task = await inTurn(name, async () => {
        const known = await records.get(name);
        if (known !== undefined && known.node !== node) await require(name);
        const before = known === undefined ? undefined : lastGood(known);
        await records.saveMaterials(
          name,
          materials,
          known !== undefined && before !== undefined && before === known.previous,
        );
        const updatedAt = now();
        // Equal to the other only while it is new.
        const createdAt = known?.createdAt ?? updatedAt;
        const previous = before === undefined ? {} : { previous: before };
        return begin({ name, blueprint, node, phase: 'deploying', createdAt, updatedAt, ...previous }, run.deploying);
      });
      return { kind: 'task', task, problems: found };
    },
    start: (name) => order(name, 'starting'),
    stop: (name) => order(name, 'stopping'),
    restart: (name) => order(name, 'restarting'),
    invoke,
    remove: (name, removal) =>
      inTurn(name, async () =>
        begin({ ...(await require(name)), phase: 'removing', removal, updatedAt: now() }, run.removing),
      ),
    revive: async () => {
      for (const record of await records.list()) {
        const { name } = record;
        if (record.node !== node || record.phase !== 'deployed' || isBusy(name)) continue;
        const due = attempts.due(name, await operations.leftBehind(record));
        if (due.length === 0 || isBusy(name)) continue;
        log('info', 'starting software again whose container was restarted', { application: name, entities: due });
        attempts.began(name, due);
        const task = tasks.start('start', name, (tell, signal) =>
          operations.startPart(record, new Set(due), tell, signal),
        );
        // Others need not wait for it.
        void task.ended.then(({ state: outcome, failure }) => {
          if (outcome === 'done') attempts.ended(name, due);
          else if (outcome === 'failed')
            log('warn', 'the software could not be started', { application: name, failure });
        });
      }
    },
    resume: async () => {
      for (const record of await records.list()) {
        const { phase } = record;
        if (record.node !== node || !isUnderWay(phase)) continue;
        if (isBusy(record.name)) continue;
        log('info', 'going on with what was cut off', { application: record.name, phase });
        if (phase === 'deploying') running('deploy', operations.goOn)(record);
        else run[phase](record);
      }
    },
  };
}

type UnderWay = 'deploying' | 'starting' | 'restarting' | 'stopping' | 'removing';

const isUnderWay = (phase: Phase): phase is UnderWay => phase.endsWith('ing');

/** What an application was when it was last as it should be. */
const lastGood = ({ phase, blueprint, sizes, previous }: ApplicationRecord): ApplicationRecord['previous'] =>
  phase === 'deployed' || phase === 'stopped' ? { blueprint, ...(sizes === undefined ? {} : { sizes }) } : previous;
