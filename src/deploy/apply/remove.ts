/** Stopping an application, and taking it away. */
import { textAt } from '../../shape/index.ts';
import { isFault } from '../../diagnostic/fault.ts';
import type { EngineContainer } from '../../host/docker.ts';
import { desiredContainer } from '../container/desired.ts';
import { dependenciesOf } from '../dependencies.ts';
import type { Deployment } from '../deployment.ts';
import { applicationLabel, buildLabel } from '../labels.ts';
import { isOf, readObserved } from '../observed.ts';
import { stopOrder } from '../plan.ts';
import { removeNetwork } from './change-network.ts';
import { runHooks } from './hooks.ts';
import { step } from './step.ts';
import type { Tools } from './tools.ts';

/** `deployment`: undefined where its text can't be read any more; then there are no hooks and no order. `only`: instance ids. */
export async function stopApplication(
  application: string,
  deployment: Deployment | undefined,
  tools: Tools,
  only?: ReadonlySet<string>,
): Promise<void> {
  const observed = await readObserved(tools.engine, application, []);
  for (const [instance, container] of inStopOrder(deployment, observed.own)) {
    if (only?.has(instance) === false) continue;
    if (!container.running && container.state !== 'restarting') continue;
    const { id, name } = container;
    await step({ kind: 'stop-container', id, name, instance }, tools, () =>
      stopContainer(instance, container, deployment, tools),
    );
  }
}

export type RemoveOptions = {
  /** Volumes it declares too, with all that is in them. */
  readonly volumes: boolean;
  /** Images built for it too. */
  readonly images: boolean;
};

/** What is gone already is no failure, so that it can be repeated until it is done. */
export async function removeApplication(
  application: string,
  deployment: Deployment | undefined,
  options: RemoveOptions,
  tools: Tools,
): Promise<void> {
  await stopApplication(application, deployment, tools);
  const { engine } = tools;
  const observed = await readObserved(engine, application, []);
  const all = [...observed.own, ...observed.surplus.map((container) => ['', container] as const)];
  for (const [instance, { id, name }] of all)
    await step({ kind: 'remove-container', id, name, instance }, tools, () => engine.removeContainer(id));
  for (const { id, name, labels } of observed.networks)
    if (isOf(application, { labels }))
      await step({ kind: 'remove-network', id, name }, tools, () => removeNetwork({ id, name }, application, engine));
  if (options.volumes)
    for (const { name, labels } of observed.volumes)
      if (textAt(labels, applicationLabel) === application)
        await step({ kind: 'remove-volume', name }, tools, () => engine.removeVolume(name));
  if (options.images && deployment !== undefined) await removeImages(deployment, tools);
}

async function removeImages(deployment: Deployment, tools: Tools): Promise<void> {
  const references = new Set<string>();
  for (const instance of deployment.instances.values()) {
    if (instance.kind !== 'container') continue;
    const desired = desiredContainer(deployment, instance, () => undefined);
    if (desired.kind === 'container' && desired.value.image.build !== undefined) {
      for (const name of [desired.value.image.reference, ...desired.value.image.build.tags]) references.add(name);
    }
  }
  for (const name of references) {
    const image = await tools.engine.image(name);
    if (image === undefined || textAt(image.labels, buildLabel) === undefined) continue;
    await step({ kind: 'remove-image', name }, tools, async () => {
      await tools.engine.removeImage(name).catch((error: unknown) => {
        // Somebody else's container uses it.
        if (!isFault(error, 'docker-refused')) throw error;
        tools.progress({ kind: 'warning', message: error.message });
      });
    });
  }
}

type Own = readonly (readonly [instance: string, container: EngineContainer])[];

/** Whoever depends on another stops before it. */
function inStopOrder(deployment: Deployment | undefined, own: ReadonlyMap<string, EngineContainer>): Own {
  if (deployment === undefined) return [...own];
  const { instances } = deployment;
  const order = stopOrder(deployment, (id) => {
    const instance = instances.get(id);
    return instance === undefined ? [] : dependenciesOf(deployment, instance).waits.map((wait) => wait.instance);
  });
  const place = new Map(order.map((id, index) => [id, index]));
  return [...own].sort(([a], [b]) => (place.get(a) ?? -1) - (place.get(b) ?? -1));
}

async function stopContainer(
  instance: string,
  container: EngineContainer,
  deployment: Deployment | undefined,
  tools: Tools,
): Promise<void> {
  const known = deployment?.instances.get(instance);
  const desired =
    deployment === undefined || known?.kind !== 'container'
      ? undefined
      : desiredContainer(deployment, known, () => undefined);
  if (desired?.kind === 'container' && container.running) {
    await runHooks(container.id, desired.value.preStop, 'before it stops', tools).catch((error: unknown) => {
      // It is to stop whatever the hook says.
      const why = error instanceof Error ? error.message : String(error);
      tools.progress({ kind: 'warning', message: `${container.name}: ${why}` });
    });
  }
  await tools.engine.stopContainer(container.id, undefined);
}
