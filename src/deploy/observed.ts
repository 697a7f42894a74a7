/** What is on the engine, as far as an application and its neighbours are concerned. */
import type {
  ContainerSummary,
  Docker,
  EngineContainer,
  EngineImage,
  EngineNetwork,
  EngineVolume,
} from '../host/docker.ts';
import { textAt } from '../shape/index.ts';
import { applicationLabel, entityLabel } from './labels.ts';
import { isTemporaryName } from './names.ts';

export type Observed = {
  readonly networks: readonly EngineNetwork[];
  readonly volumes: readonly EngineVolume[];
  /** All of the engine's, running or not. */
  readonly all: readonly ContainerSummary[];
  /** Of this application, by instance id; in full. */
  readonly own: ReadonlyMap<string, EngineContainer>;
  /** Of this application beyond one for each instance: left over from a replacement that was cut off. */
  readonly surplus: readonly EngineContainer[];
  /** By the references asked for. */
  readonly images: ReadonlyMap<string, EngineImage>;
};

export type ObservedEngine = Pick<Docker, 'networks' | 'volumes' | 'containers' | 'container' | 'image'>;

export async function readObserved(
  engine: ObservedEngine,
  application: string,
  references: Iterable<string>,
): Promise<Observed> {
  const [networks, volumes, all] = await Promise.all([engine.networks(), engine.volumes(), engine.containers()]);
  const { own, surplus } = await readOwn(engine, all, application);
  const images = new Map<string, EngineImage>();
  for (const reference of new Set(references)) {
    const image = await engine.image(reference);
    if (image !== undefined) images.set(reference, image);
  }
  return { networks, volumes, all, own, surplus, images };
}

export const isOf = (application: string, { labels }: Pick<ContainerSummary, 'labels'>): boolean =>
  textAt(labels, applicationLabel) === application;

async function readOwn(engine: Pick<Docker, 'container'>, all: readonly ContainerSummary[], application: string) {
  const own = new Map<string, EngineContainer>();
  const surplus: EngineContainer[] = [];
  const mine = all.filter((summary) => isOf(application, summary));
  const inspected = await Promise.all(mine.map(({ id }) => engine.container(id)));
  for (const container of inspected) {
    if (container === undefined) continue;
    const instance = textAt(container.labels, entityLabel) ?? '';
    const other = own.get(instance);
    if (other === undefined) own.set(instance, container);
    else if (worth(other) >= worth(container)) surplus.push(container);
    else {
      surplus.push(other);
      own.set(instance, container);
    }
  }
  return { own, surplus };
}

/**
 * Of two that a replacement left behind when it was cut off, the one that runs counts, or else the one that has run; of two
 * that run, the one that was not beside another only for the time being.
 */
const worth = ({ running, state, name }: EngineContainer): number =>
  running ? (isTemporaryName(name) ? 2 : 3) : state === 'created' ? 0 : 1;
