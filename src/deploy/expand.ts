/** An application's instances. Pure: the same application always has the same ones. */
import type { Problem } from '../diagnostic/problem.ts';
import { imageOfType } from '../model/image-reference.ts';
import type { Application, Entity } from '../model/entity.ts';
import { kindOfType } from '../model/entity-types.ts';
import { readNumber } from '../model/read.ts';
import type { Value } from '../model/value.ts';
import { isDeferred } from '../model/value.ts';
import { isHosted } from './instance.ts';
import type { Instance, Instances } from './instance.ts';
import { deployProblem } from './problems.ts';
import { unusedKeys } from './software.ts';

export type Expanded = { readonly instances: Instances; readonly problems: readonly Problem[] };

/** Members of all clusters together; a typing mistake must not fill a host. */
const mostInstances = 5000;

/** `sizes`: of clusters that were resized since, by instance id. */
export function expandApplication(application: Application, sizes: ReadonlyMap<string, number> = new Map()): Expanded {
  const instances = new Map<string, Instance>();
  const problems: Problem[] = [];
  const add = (entity: Entity, place: Place): string | undefined => {
    const kind = kindOfType(entity.type);
    if (kind === 'conditional') {
      const spec = specOf(entity.config.get('conditional.entity.spec'));
      if (spec === undefined || entity.config.get('conditional.entity.create') === false) return undefined;
      return add({ ...spec, ...(entity.id === undefined ? {} : { id: entity.id }) }, place);
    }
    const planId = entity.id ?? baseName(entity);
    const id = freeId(instances, place.id ?? (place.prefix === '' ? planId : `${place.prefix}.${planId}`));
    const { parent, number } = place;
    const instance = {
      id,
      planId,
      kind,
      type: entity.type,
      name: entity.name ?? planId,
      config: entity.config,
      entity,
      ...(parent === undefined ? {} : { parent }),
      ...(number === undefined ? {} : { number }),
    };
    instances.set(id, { ...instance, members: [] });
    const members = membersOf(entity, sizes.get(id)).flatMap((spec, index) => {
      if (instances.size >= mostInstances) return [];
      const member = { id: `${id}.${index + 1}`, prefix: id, parent: id, number: index + 1 };
      return add({ ...spec, id: spec.id ?? planId }, member) ?? [];
    });
    instances.set(id, { ...instance, members });
    const inside = place.number === undefined ? place.prefix : id;
    for (const child of entity.children) add(child, { prefix: inside, parent: id });
    return id;
  };
  for (const child of application.children) add(child, { prefix: '' });
  if (instances.size >= mostInstances)
    problems.push(deployProblem('deploy-value', '', `The application has more than ${mostInstances} entities.`));
  return { instances, problems: [...problems, ...unsupported(instances)] };
}

type Place = {
  /** Put before the ids of what is inside a member, so that they are unique. */
  readonly prefix: string;
  readonly id?: string;
  readonly parent?: string;
  readonly number?: number;
};

function membersOf(entity: Entity, resized: number | undefined): readonly Entity[] {
  const kind = kindOfType(entity.type);
  if (kind === 'fabric') return [specOf(entity.config.get('dynamicfabric.memberspec')) ?? []].flat();
  if (kind !== 'cluster') return [];
  const spec = specOf(entity.config.get('dynamiccluster.memberspec'));
  const first = specOf(entity.config.get('dynamiccluster.firstmemberspec')) ?? spec;
  const size = resized ?? readNumber(entity.config, 'cluster.initial.size') ?? 1;
  const count = Math.max(0, Math.min(Math.trunc(size), mostInstances));
  return Array.from({ length: count }, (_, index) => (index === 0 ? first : spec)).flatMap((one) => one ?? []);
}

const specOf = (value: Value | undefined): Entity | undefined =>
  isDeferred(value) && value.kind === 'entitySpec' ? value.entity : undefined;

/** `redis` of `docker:registry:5000/library/redis:7`, `EmptySoftwareProcess` of a Java name. */
function baseName(entity: Entity): string {
  const image = imageOfType(entity.type)?.name.split('/').at(-1);
  const name = entity.name ?? image ?? entity.type.split('.').at(-1) ?? '';
  return name.replaceAll(/[^a-zA-Z0-9._-]+/g, '-') || 'entity';
}

function freeId(taken: ReadonlyMap<string, unknown>, wish: string): string {
  if (!taken.has(wish)) return wish;
  for (let number = 2; ; number++) if (!taken.has(`${wish}-${number}`)) return `${wish}-${number}`;
}

/** What hosted software says that nothing is made of is told, not dropped. */
function unused({ id, config }: Instance): readonly Problem[] {
  return (
    unusedKeys
      // A check that always succeeds checks nothing.
      .filter((key) => config.has(key) && config.get(key) !== 'true')
      .map((key) =>
        deployProblem(
          'deploy-not-carried',
          id,
          `"${key}" has no effect on software that runs in a container.`,
          key.startsWith('template')
            ? 'Templates are not filled in: hand over the finished file with files.*.'
            : undefined,
        ),
      )
  );
}

function unsupported(instances: Instances): readonly Problem[] {
  return [...instances.values()].flatMap((instance) => {
    if (isHosted(instances, instance)) return unused(instance);
    if (instance.kind === 'software' || instance.kind === 'provider')
      return deployProblem(
        'deploy-type',
        instance.id,
        `Clocker does not run entities of type "${instance.type}".`,
        'Containers are written "type: docker:image:tag".',
      );
    if (instance.kind === 'model')
      return deployProblem('deploy-not-carried', instance.id, 'No model is run; what uses it gets no address of one.');
    return [];
  });
}
