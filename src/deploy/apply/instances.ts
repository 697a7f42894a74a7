/** Containers, each as soon as what it waits for is ready, a bounded number at once. */
import { Fault } from '../../diagnostic/fault.ts';
import { desiredContainer } from '../container/desired.ts';
import type { WantedContainer } from '../container/desired.ts';
import type { EngineContainer } from '../../host/docker.ts';
import type { Change } from '../change.ts';
import { containersBehind, dependenciesOf } from '../dependencies.ts';
import type { Deployment } from '../deployment.ts';
import type { Instance } from '../instance.ts';
import { planContainer, planImage, planStart } from '../plan.ts';
import type { SensorReference } from '../resolve/resolve.ts';
import { applyContainerChange } from './change-container.ts';
import type { ContainerChange } from './change-container.ts';
import { unfinishedHooks } from './create-container.ts';
import { buildImage, pullImage, requireImage } from './images.ts';
import type { Sensing } from './sensing.ts';
import { createRollouts, untilWell } from './rollout.ts';
import type { Rollouts } from './rollout.ts';
import { updateGroupOf } from '../update-policy.ts';
import { createSlots, step } from './step.ts';
import type { Tools } from './tools.ts';

const containersAtOnce = 8;

export type Extent = {
  /** `start`: only what is there and does not run; nothing is made, replaced or fetched. */
  readonly mode: 'deploy' | 'start';
  /** Instance ids of the containers meant; all when absent. */
  readonly only?: ReadonlySet<string>;
  readonly manner?: Manner;
};

/** How containers that differ are replaced. */
export type Manner = {
  /** The key that describes it. */
  readonly update: 'docker.service.update' | 'docker.service.rollback';
  /** What is as it is to be may be so since a moment ago, when an update was cut off: it is watched as if it were new. */
  readonly isResumed: boolean;
};

export const usualManner: Manner = { update: 'docker.service.update', isResumed: false };

/** The first failure ends the waiting of all others; what is being started is finished. */
export async function deployInstances(
  deployment: Deployment,
  sensing: Sensing,
  extent: Extent,
  tools: Tools,
): Promise<void> {
  const failed = new AbortController();
  const signal = AbortSignal.any([tools.signal, failed.signal]);
  const slots = createSlots(containersAtOnce);
  const work = { ...tools, signal };
  const rollouts = createRollouts(work);
  const { mode, manner = usualManner } = extent;
  const done = new Map<string, Promise<void>>();
  const failures: unknown[] = [];
  const start = (instance: Instance): Promise<void> => {
    const known = done.get(instance.id);
    if (known !== undefined) return known;
    const around = { deployment, sensing, slots, rollouts, mode, manner, before: (id: string) => settle(id) };
    const isMeant = extent.only?.has(instance.id) !== false;
    const run = (isMeant ? deployInstance(instance, around, work) : Promise.resolve()).catch((error: unknown) => {
      if (!failed.signal.aborted) failures.push(error);
      failed.abort(error);
    });
    done.set(instance.id, run);
    return run;
  };
  /** Until a deployment has made up its mind about these containers: before, an old one may still be there. */
  const settle = async (id: string): Promise<void> => {
    const behind = containersBehind(deployment, id).flatMap((each) => deployment.instances.get(each) ?? []);
    await Promise.all(behind.map(start));
  };
  const containers = [...deployment.instances.values()].filter(({ kind }) => kind === 'container');
  await Promise.all(containers.map(start));
  if (failures.length > 0) throw failures[0];
}

type Around = {
  readonly deployment: Deployment;
  readonly sensing: Sensing;
  readonly slots: ReturnType<typeof createSlots>;
  readonly rollouts: Rollouts;
  readonly mode: Extent['mode'];
  readonly manner: Manner;
  readonly before: (id: string) => Promise<void>;
};

async function deployInstance(instance: Instance, around: Around, tools: Tools): Promise<void> {
  const { deployment, sensing, slots, before } = around;
  const waitAll = async (references: readonly SensorReference[]): Promise<void> => {
    for (const reference of references) await before(reference.instance);
    for (const reference of references) await sensing.until(reference, instance.id, tools);
  };
  await waitAll(dependenciesOf(deployment, instance).waits);
  const wanted = await settleContainer(instance, around, waitAll);
  tools.signal.throwIfAborted();
  const group = updateGroupOf(deployment, instance, around.manner.update);
  const isRolled = group.isDescribed || group.size > 1;
  const update = {
    order: group.policy.order,
    untilWell: (id: string) =>
      isRolled ? untilWell(id, group.policy, wanted.isJob || !group.isDescribed, tools) : Promise.resolve(),
  };
  const first = await slots(() => decide(wanted, around, tools));
  const { health = 'healthy' } = first.known ?? {};
  const isResumed = around.manner.isResumed && group.isDescribed && first.change === undefined && health !== 'healthy';
  const act = async (): Promise<void> => {
    // What was decided may have been waiting for its turn.
    const { change: now, imageId, known } = await decide(wanted, around, tools);
    if (now === undefined) {
      if (isResumed && known !== undefined) await update.untilWell(known.id);
      return;
    }
    await step(now, tools, async () => {
      const id = await applyContainerChange(now, { application: deployment.application, imageId, update }, tools);
      await sensing.look(instance.id, id);
    });
  };
  const isReplaced = first.change?.kind === 'replace-container' || isResumed;
  // Whoever is watched for a while takes no place from others.
  await (isRolled && isReplaced ? around.rollouts.replace(group, act) : slots(act));
}

type Decided = {
  readonly change: ContainerChange | undefined;
  readonly imageId: string;
  readonly known: EngineContainer | undefined;
};

async function decide(wanted: WantedContainer, { deployment, sensing, mode }: Around, tools: Tools): Promise<Decided> {
  const { id } = wanted.instance;
  const known = await sensing.look(id, sensing.container(id)?.id);
  const isStart = mode === 'start';
  if (isStart && known === undefined) return { change: undefined, imageId: '', known };
  const imageId = isStart ? (known?.imageId ?? '') : await settleImage(wanted, tools);
  const change = isStart ? planStart(wanted, known) : planContainer(wanted, known, imageId);
  if (change === undefined && known !== undefined) {
    const { application } = deployment;
    const isCutOff = (await unfinishedHooks(known.id, { wanted, application }, tools)) !== undefined;
    return { change: isCutOff ? { kind: 'start-container', wanted, id: known.id } : undefined, imageId, known };
  }
  return { change: change !== undefined && isContainerChange(change) ? change : undefined, imageId, known };
}

const isContainerChange = (change: Change): change is ContainerChange =>
  ['create-container', 'replace-container', 'start-container'].includes(change.kind);

/** What others tell may itself depend on others, so it may take more than one round. */
async function settleContainer(
  instance: Instance,
  { deployment, sensing }: Around,
  waitAll: (references: readonly SensorReference[]) => Promise<void>,
): Promise<WantedContainer> {
  for (;;) {
    const desired = desiredContainer(deployment, instance, sensing.sensor);
    if (desired.kind === 'waits') {
      await waitAll(desired.for);
      continue;
    }
    const errors = desired.problems.filter(({ severity }) => severity === 'error');
    if (desired.kind === 'container' && errors.length === 0) return desired.value;
    throw new Fault('request-invalid', errors.map(({ message }) => message).join(' '));
  }
}

/** An image only known now, from what others tell, is fetched now. */
async function settleImage({ image }: WantedContainer, tools: Tools): Promise<string> {
  const known = await tools.engine.image(image.reference);
  const change = known === undefined ? planImage(image, known, tools.now()) : undefined;
  if (change?.kind === 'build-image') await step(change, tools, () => buildImage(image, tools));
  if (change?.kind === 'pull-image') await step(change, tools, () => pullImage(image, tools));
  return requireImage(image, tools);
}
