/** Applications: deploying, looking, stopping, removing. */
import { renderBlueprint } from '../../blueprint/index.ts';
import { readApplication } from '../../convert/index.ts';
import { applicationName } from '../../deploy/index.ts';
import { Fault } from '../../diagnostic/fault.ts';
import { hasErrors } from '../../diagnostic/problem.ts';
import { problemJson } from '../../diagnostic/render.ts';
import { filesFromMap } from '../../document/files.ts';
import type { DeployBody } from '../../api/index.ts';
import type {
  ApplicationRecord,
  DeployRequest,
  MaterialsRecord,
  Order,
  RunningTask,
  StatusRecord,
} from '../../runtime/index.ts';
import { outputsOf } from '../../runtime/index.ts';
import type { ServerDeps } from '../deps.ts';
import { Rejection } from '../errors.ts';
import type { Handlers } from '../handler.ts';
import { inTreeOrder } from '../tree-order.ts';
import { applicationView, entityView } from '../views.ts';

type ApplicationHandlers = Pick<
  Handlers,
  | 'listApplications'
  | 'deploy'
  | 'plan'
  | 'getApplication'
  | 'removeApplication'
  | 'startApplication'
  | 'stopApplication'
  | 'restartApplication'
  | 'invoke'
  | 'getBlueprint'
  | 'getSensors'
  | 'putContext'
  | 'hasContext'
>;

const unknownApplication = (name: string): Fault =>
  new Fault('application-unknown', `There is no application called ${name}.`, {
    hint: 'clocker ls shows those there are.',
  });

export function applicationHandlers({ applications, contexts }: ServerDeps): ApplicationHandlers {
  const { records } = applications;
  const require = async (name: string): Promise<ApplicationRecord> => {
    const record = await records.get(name);
    if (record === undefined) throw unknownApplication(name);
    return record;
  };
  return {
    listApplications: async () => {
      const [all, statuses] = await Promise.all([records.list(), records.statuses()]);
      const byName = groupByApplication(statuses);
      return all.map((record) => applicationView(record, (byName.get(record.name) ?? []).map(entityView)));
    },
    deploy: async ({ body }) => {
      const request = await readRequest(body);
      const deploying = await applications.deploy(request);
      if (deploying.kind === 'problems') throw new Rejection(deploying.problems);
      return {
        application: request.name,
        task: deploying.task.id,
        problems: deploying.problems.map(problemJson),
      };
    },
    plan: async ({ body }) => {
      const request = await readRequest(body);
      const { problems, changes, kept } = await applications.plan(request);
      if (hasErrors(problems)) throw new Rejection(problems);
      return { name: request.name, changes, kept, problems: problems.map(problemJson) };
    },
    getApplication: async ({ params }) => {
      const [record, statuses] = [await require(params.application), await records.statuses(params.application)];
      const entities = inTreeOrder(statuses).map(entityView);
      return { application: applicationView(record, entities), entities, outputs: outputsOf(record, statuses) };
    },
    removeApplication: async ({ params, query }) => {
      const options = { volumes: query.volumes === 'true', images: query.images === 'true' };
      return ordered(params.application, await applications.remove(params.application, options));
    },
    startApplication: async ({ params }) => ordered(params.application, await applications.start(params.application)),
    stopApplication: async ({ params }) => ordered(params.application, await applications.stop(params.application)),
    restartApplication: async ({ params }) =>
      ordered(params.application, await applications.restart(params.application)),
    invoke: async ({ params, body }) =>
      ordered(
        params.application,
        await applications.invoke(params.application, params.entity, orderOf(params.effector, body.desiredSize)),
      ),
    getBlueprint: async ({ params }) => (await require(params.application)).blueprint,
    getSensors: async ({ params }) => {
      await require(params.application);
      const statuses = await records.statuses(params.application);
      const status = statuses.find(({ instance }) => instance === params.entity);
      if (status !== undefined) return status.sensors;
      throw new Fault('entity-unknown', `The application ${params.application} has no entity "${params.entity}".`, {
        hint: `clocker tree ${params.application} shows those it has.`,
      });
    },
    putContext: async ({ params, bytes }) => {
      await contexts.receive(params.digest, bytes);
      return undefined;
    },
    hasContext: async ({ params }) => {
      if (await contexts.has(params.digest)) return undefined;
      throw new Fault('entity-unknown', 'There is no build context with this digest.');
    },
  };
}

const ordered = (application: string, { id }: RunningTask) => ({ application, task: id, problems: [] });

function orderOf(effector: string, size: number | undefined): Order {
  if (effector === 'start' || effector === 'stop' || effector === 'restart') return { effector };
  if (size === undefined)
    throw new Fault('request-invalid', 'resize needs to be told how many members there are to be.', {
      hint: 'Give it: desiredSize=3.',
    });
  return { effector: 'resize', size };
}

function groupByApplication(statuses: readonly StatusRecord[]): ReadonlyMap<string, readonly StatusRecord[]> {
  const groups = new Map<string, StatusRecord[]>();
  for (const status of statuses) {
    const group = groups.get(status.application);
    if (group === undefined) groups.set(status.application, [status]);
    else group.push(status);
  }
  return groups;
}

/** Any language the text is in; what it refers to on a disk must come along as materials. */
async function readRequest(body: DeployBody): Promise<DeployRequest> {
  const materials: MaterialsRecord = { environment: {}, variables: {}, files: {}, contexts: {}, ...body.materials };
  const { application, problems, language } = await readApplication({
    documents: [{ path: 'application.yaml', text: body.text }],
    disk: filesFromMap(new Map()),
    currentDirectory: '/',
    environment: new Map(Object.entries(materials.environment)),
    ...(body.language === undefined ? {} : { from: body.language }),
    ...(body.name === undefined ? {} : { compose: { projectName: body.name } }),
  });
  if (hasErrors(problems)) throw new Rejection(problems);
  const name = body.name ?? applicationName(application.name ?? '');
  if (name === undefined)
    throw new Fault('request-invalid', 'The application has no name.', { hint: 'Give it one: --name NAME.' });
  const blueprint = language === 'blueprint' ? body.text : renderBlueprint(application);
  return { name, application, blueprint, materials };
}
