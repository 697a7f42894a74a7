/** What a picture of an application shows: its entities as boxes, boxes in boxes, and lines between them. */
import type { Application, Entity } from '../model/entity.ts';
import { kindOfType } from '../model/entity-types.ts';
import type { EntityKind } from '../model/entity-types.ts';
import { readText } from '../model/read.ts';
import { specsIn } from '../model/traverse.ts';
import { publishedPorts } from './ports.ts';

export type Box = {
  /** `n0`, `n1`, … in order of the application: safe in every format, whatever the entities are called. */
  readonly key: string;
  readonly kind: EntityKind;
  readonly title: string;
  /** Further lines: type, published ports, policies. */
  readonly lines: readonly string[];
  /** Children, and what members are made from. */
  readonly boxes: readonly Box[];
};

export type LineKind = 'waits' | 'uses' | 'network' | 'storage';

export type Line = { readonly from: string; readonly to: string; readonly kind: LineKind; readonly label: string };

export type Picture = { readonly title: string; readonly boxes: readonly Box[]; readonly lines: readonly Line[] };

/** An entity with its box, for finding what refers to what. */
export type Drawn = { readonly entity: Entity; readonly box: Box };

/** Boxes of all entities below the application, which itself is the sheet. */
export function drawBoxes(application: Application): {
  readonly boxes: readonly Box[];
  readonly drawn: readonly Drawn[];
} {
  const drawn: Drawn[] = [];
  let next = 0;
  const draw = (entity: Entity): Box => {
    const key = `n${next++}`;
    const kind = kindOfType(entity.type);
    const specs = [...entity.config.values()].flatMap((value) => [...specsIn(value)]);
    const boxes = [...specs, ...entity.children].map(draw);
    const box = { key, kind, title: titleOf(entity), lines: linesOf(entity, kind), boxes };
    drawn.push({ entity, box });
    return box;
  };
  return { boxes: application.children.map(draw), drawn };
}

const shortType = (type: string): string =>
  type.startsWith('docker:') ? type.slice('docker:'.length) : (type.split('.').at(-1) ?? type);

const titleOf = (entity: Entity): string => entity.name ?? entity.id ?? shortType(entity.type);

function linesOf(entity: Entity, kind: EntityKind): readonly string[] {
  const type = shortType(entity.type);
  const size = readText(entity.config, 'cluster.initial.size');
  const cidr = kind === 'network' ? readText(entity.config, 'network.cidr') : undefined;
  return [
    ...(type === titleOf(entity) ? [] : [type]),
    ...(size === undefined ? [] : [`× ${size}`]),
    ...(cidr === undefined ? [] : [cidr]),
    ...publishedPorts(entity.config),
    ...entity.policies.map((policy) => shortType(policy.type)),
  ];
}
