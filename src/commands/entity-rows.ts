/** Entities of an application as people look at them. */
import type { EntityView } from '../api/index.ts';
import { Fault } from '../diagnostic/fault.ts';

export const entityHead = ['ENTITY', 'STATE', 'HOST', 'ADDRESSES', 'PORTS', 'URL'] as const;

const addressesOf = ({ addresses }: EntityView): string => [...new Set(Object.values(addresses))].join(', ');

/** `0.0.0.0:8080->80/tcp` and the same for `::` are one thing to a reader. */
const portsOf = ({ ports }: EntityView): string =>
  [...new Set(ports.map((port) => port.replace(/^(?:0\.0\.0\.0|\[?::\]?):/, '')))].join(', ');

export const entityRow = (entity: EntityView, name = entity.name): readonly string[] => [
  name,
  entity.state,
  entity.node,
  addressesOf(entity),
  portsOf(entity),
  entity.uri ?? '',
];

/** In a tree networks, volumes and groups stand beside containers. */
export const treeHead = [...entityHead.slice(0, 2), 'KIND', ...entityHead.slice(2)] as const;

export function treeRow(entity: EntityView, name?: string): readonly string[] {
  const row = entityRow(entity, name);
  return [...row.slice(0, 2), entity.kind, ...row.slice(2)];
}

/** By id, or by its name or id in the document where only one has it. Throws `entity-unknown`. */
export function findEntity(entities: readonly EntityView[], wanted: string, application: string): EntityView {
  const named = entities.filter(({ name, planId }) => name === wanted || planId === wanted);
  const found = entities.find(({ id }) => id === wanted) ?? named[0];
  if (found !== undefined) return found;
  throw new Fault('entity-unknown', `The application ${application} has no entity "${wanted}".`, {
    hint: `There are: ${entities.map(({ id }) => id).join(', ')}.`,
  });
}

/** What runs: not the groups, networks and volumes around it. */
export const isContainer = ({ kind }: EntityView): boolean => kind === 'container';

/** Ids with the lines of a tree before them, parents first as they come. */
export function treeNames(entities: readonly EntityView[]): ReadonlyMap<string, string> {
  const known = new Set(entities.map(({ id }) => id));
  const parentOf = ({ parent }: EntityView): string => (parent !== undefined && known.has(parent) ? parent : '');
  const names = new Map<string, string>();
  const walk = (parent: string, before: string): void => {
    const children = entities.filter((entity) => parentOf(entity) === parent);
    children.forEach((child, index) => {
      const isLast = index === children.length - 1;
      const [branch, below] = parent === '' && before === '' ? ['', ''] : isLast ? ['└─ ', '   '] : ['├─ ', '│  '];
      names.set(child.id, `${before}${branch}${child.name}`);
      if (child.id !== parent) walk(child.id, `${before}${below}`);
    });
  };
  walk('', '');
  return names;
}
