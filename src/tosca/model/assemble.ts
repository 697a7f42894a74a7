/** Drafts -> entities: children inside of parents, clusters around what there may be several of. */
import type { Entity } from '../../model/entity.ts';
import { typeName } from '../../model/entity-types.ts';
import type { Value } from '../../model/value.ts';
import { lineageOf } from '../types/lineage.ts';
import type { Draft } from './draft.ts';

/** In order of declaration; what has a parent stands in it. */
export function assembleEntities(drafts: Iterable<Draft>): readonly Entity[] {
  const children = new Map<Draft | undefined, Draft[]>();
  for (const draft of drafts) {
    if (draft.kind === 'port' || draft.kind === 'runtime' || draft.kind === 'selected') continue;
    const parent = draft.parent?.kind === 'runtime' || draft.parent?.kind === 'selected' ? undefined : draft.parent;
    children.set(parent, [...(children.get(parent) ?? []), draft]);
  }
  const build = (draft: Draft): Entity => {
    const inside = (children.get(draft) ?? []).map(build);
    return draft.replicas === undefined ? entityOf(draft, inside) : clusterOf(draft, draft.replicas, inside);
  };
  return (children.get(undefined) ?? []).map(build);
}

function entityOf(draft: Draft, inside: readonly Entity[]): Entity {
  return {
    type: draft.type,
    id: draft.id,
    ...(draft.description === undefined ? {} : { description: draft.description }),
    config: draft.config,
    parameters: [],
    policies: draft.policies,
    enrichers: draft.enrichers,
    initializers: draft.initializers,
    tags: tagsOf(draft),
    children: [...draft.inner, ...inside],
  };
}

/** The lineage of types, so that whoever reads the result knows what it was. */
const tagsOf = (draft: Draft): readonly Value[] => {
  const { type } = draft.template;
  const lineage = type === undefined ? [] : lineageOf(type).map(({ name }) => name);
  return [new Map<string, Value>([['tosca.types', lineage]]), ...draft.tags];
};

/** Keys that are about the whole, not about each member. */
const ofCluster: ReadonlySet<string> = new Set(['latch.start']);

function clusterOf(draft: Draft, replicas: NonNullable<Draft['replicas']>, inside: readonly Entity[]): Entity {
  const own = [...draft.config].filter(([key]) => ofCluster.has(key));
  const { id: _id, ...member } = entityOf(
    { ...draft, policies: [], config: new Map([...draft.config].filter(([key]) => !ofCluster.has(key))) },
    inside,
  );
  const config = new Map<string, Value>([
    ['cluster.initial.size', replicas.initial],
    ...(replicas.most === undefined || replicas.most === replicas.initial
      ? []
      : [['cluster.max.size', replicas.most] as const]),
    ['dynamiccluster.memberspec', { kind: 'entitySpec', entity: member }],
    ...own,
  ]);
  return {
    type: typeName.cluster,
    id: draft.id,
    config,
    parameters: [],
    policies: draft.policies,
    enrichers: [],
    initializers: [],
    tags: [],
    children: [],
  };
}
