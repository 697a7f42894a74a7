/**
 * Carrying out a deployment. Images first, because that is what fails most and it touches nothing; then what is nobody's
 * any more goes, networks and volumes come, and containers start as soon as what they wait for is ready.
 */
import type { Change } from '../change.ts';
import { changeLine } from '../change.ts';
import { draftContainers } from '../check.ts';
import type { Drafted } from '../check.ts';
import type { Deployment } from '../deployment.ts';
import type { WantedImage } from '../image.ts';
import { containerName } from '../names.ts';
import { readObserved } from '../observed.ts';
import type { Observed } from '../observed.ts';
import { planContainer, planImage, planNetworks, planSurplus, planSurplusNetworks, planVolumes } from '../plan.ts';
import { containersOn, createNetwork, removeNetwork } from './change-network.ts';
import { buildImage, pullImage } from './images.ts';
import { deployInstances, usualManner } from './instances.ts';
import type { Manner } from './instances.ts';
import { preflight } from './preflight.ts';
import { createSensing } from './sensing.ts';
import { inParallel, step } from './step.ts';
import type { Tools } from './tools.ts';

const imagesAtOnce = 2;

export async function applyDeployment(
  deployment: Deployment,
  tools: Tools,
  manner: Manner = usualManner,
): Promise<void> {
  const { observed, drafted } = await lookAt(deployment, tools);
  await preflight(deployment, observed, drafted.containers, tools);
  const changes = planAll(deployment, observed, drafted, tools.now());
  tools.progress({ kind: 'planned', changes: changes.map(changeLine) });
  await inParallel(imageGroups(changes), imagesAtOnce, async (group) => {
    for (const change of group) await applyImage(change, tools);
  });
  for (const change of changes) await applyAround(change, deployment, observed, tools);
  // What went with a replaced network has to be seen gone.
  const after = await readObserved(tools.engine, deployment.application, []);
  const sensing = createSensing(deployment, after, tools);
  await deployInstances(deployment, sensing, { mode: 'deploy', manner }, tools);
  for (const change of changes)
    if (change.kind === 'remove-network')
      await step(change, tools, () => removeNetwork(change, deployment.application, tools.engine));
}

/**
 * What is built from one context is built one after the other: the stages they share are built once, and the classic
 * builder leaves none behind that no image stands on.
 */
function imageGroups(changes: readonly Change[]): readonly (readonly Change[])[] {
  const groups = new Map<string, Change[]>();
  for (const change of changes) {
    if (change.kind !== 'build-image' && change.kind !== 'pull-image') continue;
    const key = change.image.build?.context ?? change.image.reference;
    groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  return [...groups.values()];
}

/** Starts what is there and does not run, in the order in which it was deployed. `only`: instance ids of containers. */
export async function startApplication(
  deployment: Deployment,
  only: ReadonlySet<string> | undefined,
  tools: Tools,
): Promise<void> {
  const observed = await readObserved(tools.engine, deployment.application, []);
  const extent = { mode: 'start', ...(only === undefined ? {} : { only }) } as const;
  await deployInstances(deployment, createSensing(deployment, observed, tools), extent, tools);
}

type Looked = { readonly observed: Observed; readonly drafted: Drafted };

/** The engine as it is, and the containers as far as they are known with what runs now. */
export async function lookAt(
  deployment: Deployment,
  { engine, host }: Pick<Tools, 'engine' | 'host'>,
): Promise<Looked> {
  const first = await readObserved(engine, deployment.application, []);
  const drafted = draftContainers(deployment, createSensing(deployment, first, { engine, host }).sensor);
  const images = new Map<string, NonNullable<Awaited<ReturnType<typeof engine.image>>>>();
  for (const { reference } of imagesOf(drafted)) {
    const image = await engine.image(reference);
    if (image !== undefined) images.set(reference, image);
  }
  return { observed: { ...first, images }, drafted };
}

const imagesOf = ({ containers }: Drafted): readonly WantedImage[] => [
  ...new Map(containers.map(({ image }) => [image.reference, image])).values(),
];

/** Every step that is known now, in order. Pure. */
export function planAll(deployment: Deployment, observed: Observed, drafted: Drafted, now: number): readonly Change[] {
  const images = imagesOf(drafted).flatMap(
    (image) => planImage(image, observed.images.get(image.reference), now) ?? [],
  );
  const networks = planNetworks(deployment, observed);
  const remade = new Set(
    networks.flatMap((change) => (change.kind === 'replace-network' ? containersOn(change.network, observed) : [])),
  );
  const containers = drafted.containers.flatMap((wanted) => {
    const known = observed.own.get(wanted.instance.id);
    if (known !== undefined && remade.has(known.id))
      return { kind: 'replace-container', wanted, id: known.id, because: 'its network is made anew' } as const;
    const isMade = images.some(
      (change) =>
        'image' in change && change.image.reference === wanted.image.reference && change.kind === 'build-image',
    );
    return planContainer(wanted, known, isMade ? undefined : observed.images.get(wanted.image.reference)?.id) ?? [];
  });
  const unsettled = [...drafted.waiting].flatMap(([id, waits]): readonly Change[] => {
    const instance = deployment.instances.get(id);
    if (instance === undefined || observed.own.has(id)) return [];
    const name = containerName(deployment.application, instance);
    const told = [...new Set(waits.map((wait) => wait.instance))].join(', ');
    return [{ kind: 'settle-container', name, instance: id, for: told }];
  });
  return [
    ...images,
    ...planSurplus(deployment, observed),
    ...networks,
    ...planVolumes(deployment, observed),
    ...containers,
    ...unsettled,
    ...planSurplusNetworks(deployment, observed),
  ];
}

async function applyImage(change: Change, tools: Tools): Promise<void> {
  if (change.kind === 'build-image') await step(change, tools, () => buildImage(change.image, tools));
  if (change.kind === 'pull-image') await step(change, tools, () => pullImage(change.image, tools));
}

/** What must be done before containers are. */
async function applyAround(change: Change, deployment: Deployment, observed: Observed, tools: Tools): Promise<void> {
  const { engine } = tools;
  switch (change.kind) {
    case 'remove-container':
      return step(change, tools, async () => {
        await engine.stopContainer(change.id, undefined);
        await engine.removeContainer(change.id);
      });
    case 'create-network':
      return step(change, tools, () => createNetwork(change.network, tools));
    case 'replace-network':
      return step(change, tools, async () => {
        for (const id of containersOn(change.network, observed)) {
          await engine.stopContainer(id, undefined);
          await engine.removeContainer(id);
        }
        await removeNetwork({ id: change.id, name: change.network.name }, deployment.application, engine);
        await createNetwork(change.network, tools);
      });
    case 'create-volume':
      return step(change, tools, () => engine.createVolume(change.volume.body));
    default:
      return undefined;
  }
}
