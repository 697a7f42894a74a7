/** The volumes files of old formats need no entry for, and the drivers their services name. */
import type { MapNode } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { entriesOf, itemsOf, mapNode, mapOf, scalarNode, textOf, withValue } from '../nodes.ts';
import type { ImpliedVolume } from './upgrade.ts';

export function declareVolumes(tree: MapNode, implied: ReadonlyMap<string, ImpliedVolume>): MapNode {
  if (implied.size === 0) return tree;
  const used = new Set(
    entriesOf(valueOf(tree, 'services')).flatMap(({ value }) =>
      itemsOf(valueOf(value, 'volumes')).map((item) => textOf(valueOf(item, 'source'))),
    ),
  );
  return [...implied].reduce((whole, [name, volume]) => (used.has(name) ? declare(whole, name, volume) : whole), tree);
}

function declare(tree: MapNode, name: string, { at, driver, isDeclared }: ImpliedVolume): MapNode {
  const volumes = valueOf(tree, 'volumes') ?? mapNode([], at.span);
  if (volumes.kind !== 'map') return tree;
  const present = valueOf(volumes, name);
  if (present === undefined && isDeclared) return tree;
  const volume = present?.kind === 'map' ? present : mapNode([], at.span);
  const named = present === undefined ? mapOf({ name: scalarNode(name, at.span) }, at.span) : volume;
  const isElsewhere = valueOf(named, 'external') !== undefined || valueOf(named, 'driver') !== undefined;
  const whole = driver === undefined || isElsewhere ? named : withValue(named, 'driver', driver);
  return withValue(tree, 'volumes', withValue(volumes, name, whole));
}
