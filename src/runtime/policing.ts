/**
 * Policies of what runs, carried out: AutoScalerPolicy resizes its cluster, ServiceRestarter restarts what failed. They see
 * what sensors say, and act by the same orders a person gives. Nothing is kept: after a start of the daemon a need has to
 * last anew.
 */
import type { Deployment, Instance } from '../deploy/index.ts';
import { findEntity, hostOf, isNamed, sensorName } from '../deploy/index.ts';
import { policyType } from '../model/entity-types.ts';
import type { Adjunct } from '../model/entity.ts';
import { chainsIn, referencedId } from '../model/traverse.ts';
import type { Value } from '../model/value.ts';
import type { ApplicationStore } from './application-store.ts';
import type { Applications } from './applications.ts';
import { consider, newWindow, readScaler } from './autoscaler.ts';
import type { Window } from './autoscaler.ts';
import type { CommandSensors } from './command-sensors.ts';
import { commandSensorsOf, keyOf } from './command-sensors.ts';
import type { Deployments } from './deployments.ts';
import type { Log } from './host.ts';
import type { StatusRecord } from './records.ts';
import type { Health, Restarter } from './restarter.ts';
import { newRestarter, observe, restartWindow } from './restarter.ts';

export type PolicingOptions = {
  readonly applications: Pick<Applications, 'invoke' | 'tasks'>;
  readonly records: Pick<ApplicationStore, 'list' | 'statuses'>;
  readonly deployments: Deployments;
  readonly commands: CommandSensors;
  readonly node: string;
  readonly now: () => number;
  readonly log: Log;
  /** Something is told anew: what is made of it has to be made again. */
  readonly look: () => Promise<void>;
};

export type Policing = {
  /** Asks, looks and acts once; false where there is nothing to police. */
  patrol(): Promise<boolean>;
  /** What policies tell of an entity: that they gave it up. */
  told(application: string, instance: string): ReadonlyMap<string, Value>;
};

const scales = ({ type }: Adjunct): boolean => isNamed(type, policyType.autoScaler);
const restarts = ({ type }: Adjunct): boolean => isNamed(type, policyType.serviceRestarter);

export function createPolicing(options: PolicingOptions): Policing {
  const { applications, records, deployments, commands, node, now, log } = options;
  const windows = new Map<string, Window>();
  const restarters = new Map<string, Restarter>();

  const isBusy = (name: string): boolean =>
    applications.tasks.list().some(({ application, state }) => application === name && state === 'running');

  /** Of one policy of one entity; the same as long as it is there. */
  const stateKey = (application: string, instance: string, index: number): string =>
    `${keyOf(application, instance)} ${index}`;

  const ask = async (deployment: Deployment, statuses: Statuses): Promise<boolean> => {
    let isNew = false;
    for (const instance of deployment.instances.values()) {
      const sensors = commandSensorsOf(instance);
      const host = instance.kind === 'container' ? instance : hostOf(deployment.instances, instance);
      const container = host === undefined ? undefined : statuses.get(host.id)?.sensors;
      if (sensors.length === 0 || container?.['docker.container.running'] !== true) continue;
      const id = container['docker.container.id'];
      if (typeof id === 'string')
        isNew = (await commands.ask(deployment.application, instance.id, id, sensors)) || isNew;
    }
    return isNew;
  };

  const scale = async (
    deployment: Deployment,
    instance: Instance,
    index: number,
    statuses: Statuses,
  ): Promise<void> => {
    const policy = instance.entity.policies[index];
    if (policy === undefined || instance.kind !== 'cluster') return;
    const key = stateKey(deployment.application, instance.id, index);
    const size = instance.members.length;
    const metric = metricOf(policy, instance, deployment, statuses);
    const { window, resizeTo } = consider(
      readScaler(policy.config, instance.entity.config),
      windows.get(key) ?? newWindow,
      size,
      metric,
      now(),
    );
    windows.set(key, window);
    if (resizeTo === undefined) return;
    log('info', 'resizing a cluster by its policy', {
      application: deployment.application,
      entity: instance.id,
      metric,
      from: size,
      to: resizeTo,
    });
    await applications.invoke(deployment.application, instance.id, { effector: 'resize', size: resizeTo });
  };

  const restart = async (
    deployment: Deployment,
    instance: Instance,
    index: number,
    statuses: Statuses,
  ): Promise<void> => {
    const policy = instance.entity.policies[index];
    if (policy === undefined) return;
    const { application } = deployment;
    const key = stateKey(application, instance.id, index);
    const health = healthOf(policy, statuses.get(instance.id));
    const before = restarters.get(key) ?? newRestarter;
    const { restarter, act } = observe(before, health, restartWindow(policy.config), now());
    restarters.set(key, restarter);
    if (act === undefined) return;
    const about = { application, entity: instance.id };
    if (act === 'give up') {
      log('warn', 'it failed again soon after it was restarted by its policy', about);
      return options.look();
    }
    log('info', 'restarting what failed by its policy', about);
    await applications.invoke(application, instance.id, { effector: 'restart' });
  };

  return {
    patrol: async () => {
      const mine = (await records.list()).filter((record) => record.node === node);
      deployments.keep(mine);
      const kept = new Set<string>();
      let isNeeded = false;
      for (const record of mine) {
        const deployment = await deployments.of(record);
        const watched = [...(deployment?.instances.values() ?? [])].filter(isWatched);
        if (deployment === undefined || watched.length === 0) continue;
        isNeeded = true;
        for (const { id } of watched) kept.add(keyOf(record.name, id));
        if (record.phase !== 'deployed' || isBusy(record.name)) continue;
        if (await ask(deployment, await statusesOf(record.name, records))) await options.look();
        const statuses = await statusesOf(record.name, records);
        for (const instance of watched)
          for (const [index, policy] of instance.entity.policies.entries()) {
            // One order at a time: the next is given by what is seen after it.
            if (isBusy(record.name)) break;
            if (scales(policy)) await scale(deployment, instance, index, statuses);
            else if (restarts(policy)) await restart(deployment, instance, index, statuses);
          }
      }
      commands.keep(kept);
      for (const states of [windows, restarters])
        for (const key of states.keys()) if (!kept.has(key.replace(/ \d+$/, ''))) states.delete(key);
      return isNeeded;
    },
    told: (application, instance) => {
      const all = [...restarters].filter(([key]) => key.replace(/ \d+$/, '') === keyOf(application, instance));
      const hasFailed = all.some(([, { gaveUp }]) => gaveUp);
      return new Map(hasFailed ? [['ha.entityFailed.restart', true]] : []);
    },
  };
}

const isWatched = (instance: Instance): boolean =>
  commandSensorsOf(instance).length > 0 ||
  instance.entity.policies.some((policy) => scales(policy) || restarts(policy));

type Statuses = ReadonlyMap<string, StatusRecord>;

const statusesOf = async (name: string, records: Pick<ApplicationStore, 'statuses'>): Promise<Statuses> =>
  new Map((await records.statuses(name)).map((status) => [status.instance, status]));

/** What the entity says, or the mean of what its members say where it says nothing itself. */
function metricOf(
  { config }: Adjunct,
  cluster: Instance,
  { instances }: Deployment,
  statuses: Statuses,
): number | undefined {
  const name = sensorName(config.get('autoscaler.metric'));
  if (name === undefined) return undefined;
  const [chain] = chainsIn(config.get('autoscaler.entityWithMetric') ?? null);
  const id = chain === undefined ? undefined : referencedId(chain);
  const search = id === undefined ? undefined : findEntity(instances, cluster, id);
  const entity = (search?.kind === 'found' ? search.entity : undefined) ?? cluster;
  const own = numberOf(statuses.get(entity.id)?.sensors[name]);
  if (own !== undefined) return own;
  const all = entity.members.flatMap((member) => numberOf(statuses.get(member)?.sensors[name]) ?? []);
  return all.length === 0 ? undefined : all.reduce((total, one) => total + one, 0) / all.length;
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** By the sensor that is named, which is true when it failed; or else by whether it is up. */
function healthOf({ config }: Adjunct, status: StatusRecord | undefined): Health {
  if (status === undefined) return 'unknown';
  const { sensors } = status;
  const named = sensorName(config.get('failureSensorToMonitor'));
  if (named !== undefined && named !== 'ha.entityFailed') {
    const value = sensors[named];
    return value === undefined || value === null || value === false || value === 'false' ? 'up' : 'failed';
  }
  if (sensors['service.isUp'] === true) return 'up';
  // What is starting has not failed, nor has what was told to end.
  return sensors['service.state'] === 'on-fire' ? 'failed' : 'unknown';
}
