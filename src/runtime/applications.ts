/** Applications of this host: what can be done with one, each as a task; what was cut off goes on after a restart. */
import { randomUUID } from 'node:crypto';
import { Fault } from '../diagnostic/fault.ts';
import type { Problem } from '../diagnostic/problem.ts';
import { hasErrors } from '../diagnostic/problem.ts';
import { lookAt, planAll, changeLine } from '../deploy/index.ts';
import type { ChangeLine, RemoveOptions } from '../deploy/index.ts';
import type { Application } from '../model/entity.ts';
import { createApplicationStore } from './application-store.ts';
import type { ApplicationStore } from './application-store.ts';
import type { Surroundings } from './host.ts';
import { materialsOf } from './materials.ts';
import { createOperations, toolsOf } from './operations.ts';
import { prepare } from './prepare.ts';
import type { ApplicationRecord, MaterialsRecord } from './records.ts';
import { createTasks } from './tasks.ts';
import type { RunningTask, Tasks } from './tasks.ts';

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

export type Planned = { readonly problems: readonly Problem[]; readonly changes: readonly ChangeLine[] };

export type Applications = {
  readonly tasks: Tasks;
  readonly records: ApplicationStore;
  plan(request: DeployRequest): Promise<Planned>;
  deploy(request: DeployRequest): Promise<Deploying>;
  stop(name: string): Promise<RunningTask>;
  remove(name: string, options: RemoveOptions): Promise<RunningTask>;
  /** Goes on with what a crash cut off. */
  resume(): Promise<void>;
};

export function createApplications(around: Surroundings): Applications {
  const { store, state, node, clock, engine, log } = around;
  const records = createApplicationStore(store, state);
  const tasks = createTasks(clock, randomUUID);
  const operations = createOperations(around, records);
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

  const begin = async (record: ApplicationRecord, run: (record: ApplicationRecord) => RunningTask) => {
    await tasks.supersede(record.name, 'Another order for the application came in the meantime.');
    await records.put(record);
    return run(record);
  };

  const startRemoval = (record: ApplicationRecord): RunningTask =>
    tasks.start('remove', record.name, (tell, signal) => operations.remove(record, tell, signal));
  const startStop = (record: ApplicationRecord): RunningTask =>
    tasks.start('stop', record.name, (tell, signal) => operations.stop(record, tell, signal));
  const startDeploy = (record: ApplicationRecord): RunningTask =>
    tasks.start('deploy', record.name, (tell, signal) => operations.deploy(record, tell, signal));

  return {
    tasks,
    records,
    plan: async ({ name, application, materials }) => {
      const engineTraits = await traits();
      const { value: deployment, problems } = prepare(name, application, materialsOf(materials), engineTraits);
      if (hasErrors(problems)) return { problems, changes: [] };
      const tools = toolsOf(around, () => undefined, new AbortController().signal);
      const { observed, drafted } = await lookAt(deployment, tools);
      const found = [...problems, ...drafted.problems];
      const changes = hasErrors(found) ? [] : planAll(deployment, observed, drafted, clock.now()).map(changeLine);
      return { problems: found, changes };
    },
    deploy: async ({ name, application, blueprint, materials }) => {
      const { value: deployment, problems } = prepare(name, application, materialsOf(materials), await traits());
      if (hasErrors(problems)) return { kind: 'problems', problems };
      const { drafted } = await lookAt(
        deployment,
        toolsOf(around, () => undefined, new AbortController().signal),
      );
      const found = [...problems, ...drafted.problems];
      if (hasErrors(found)) return { kind: 'problems', problems: found };
      const known = await records.get(name);
      if (known !== undefined && known.node !== node) await require(name);
      await tasks.supersede(name, 'A newer deployment of the application came in the meantime.');
      await records.saveMaterials(name, materials);
      const createdAt = known?.createdAt ?? now();
      const record: ApplicationRecord = { name, blueprint, node, phase: 'deploying', createdAt, updatedAt: now() };
      return { kind: 'task', task: await begin(record, startDeploy), problems: found };
    },
    stop: async (name) => begin({ ...(await require(name)), phase: 'stopping', updatedAt: now() }, startStop),
    remove: async (name, removal) =>
      begin({ ...(await require(name)), phase: 'removing', removal, updatedAt: now() }, startRemoval),
    resume: async () => {
      const starts = { deploying: startDeploy, stopping: startStop, removing: startRemoval };
      for (const record of await records.list()) {
        const { phase } = record;
        if (record.node !== node || (phase !== 'deploying' && phase !== 'stopping' && phase !== 'removing')) continue;
        if (tasks.list().some((task) => task.application === record.name && task.state === 'running')) continue;
        log('info', 'going on with what was cut off', { application: record.name, phase });
        starts[phase](record);
      }
    },
  };
}
