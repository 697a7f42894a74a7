/**
 * What has to change in the text of a compose file so that it says what a project became: as little as the file's own
 * forms allow. A list of `KEY=value` stays one, a port is changed where it stands.
 */
import type { Edit } from '../../document/edit.ts';
import type { Node } from '../../document/node.ts';
import { entryOf } from '../../document/node.ts';
import type { Value, ValueMap } from '../../model/value.ts';
import { isList, isMap } from '../../model/value.ts';
import type { Path } from '../model/leaves.ts';
import { renderPath } from '../model/leaves.ts';
import { equalValues } from '../model/values.ts';
import { isNull } from '../nodes.ts';
import { rowOfEntry } from '../rows/children.ts';
import { project } from '../rows/project.ts';
import type { Row } from '../rows/row.ts';
import { changesOfItems } from './items.ts';
import { changesOfNames, changesOfPairs } from './listed-maps.ts';
import { asWritten } from './written.ts';

/** How a value that can not be changed part by part is put there. */
export type Whole = 'short' | 'normal';

export type Changing = {
  /** Values at these paths are put there whole, and how. */
  readonly whole: ReadonlyMap<string, Whole>;
  /** Folder that relative paths start from. */
  readonly directory: string;
  /** The normal form of what stands in the file at a path, with the places it came from. */
  readonly made: (path: Path) => Node | undefined;
};

/** A value of the normal form, and what the file itself says there. */
export type Spot = {
  readonly path: Path;
  readonly row: Row | undefined;
  readonly node: Node | undefined;
  readonly before: Value | undefined;
  readonly after: Value | undefined;
};

/** `undefined`: it can't be said in the form the file has. */
export type Edits = readonly Edit[] | undefined;

/** Paths are those of a file of today's format. */
export const changesOf = (document: Node, before: ValueMap, after: ValueMap, changing: Changing): readonly Edit[] =>
  changesAt({ path: [], row: project, node: document, before, after }, changing);

function changesAt(spot: Spot, changing: Changing): readonly Edit[] {
  const { path, node, before, after } = spot;
  const whole = changing.whole.get(renderPath(path));
  if (whole !== undefined) return putWhole(spot, whole, changing);
  if (equalValues(before, after) && !isAboveWhole(path, changing)) return [];
  if (after === undefined) return node === undefined ? [] : [{ kind: 'remove', path }];
  // The file says it already, and nothing asked for it.
  if (before === undefined && node !== undefined && !isNull(node)) return [];
  return changesInside(spot, changing) ?? putWhole(spot, 'short', changing);
}

/** What follows from something else may have to be said now, though it is as it was. */
const isAboveWhole = (path: Path, { whole }: Changing): boolean =>
  [...whole.keys()].some((key) => key.startsWith(renderPath(path)));

function changesInside(spot: Spot, changing: Changing): Edits {
  const { node, before, after } = spot;
  if (node?.kind === 'list') {
    if (isMap(before) && isMap(after)) return changesOfPairs(spot) ?? changesOfNames(spot);
    return isList(before) && isList(after) ? changesOfItems(spot, changing) : undefined;
  }
  if (!isMap(before) || !isMap(after)) return undefined;
  if (node === undefined || node.kind === 'map' || isNull(node)) return changesOfEntries(spot, before, after, changing);
  return spot.row?.long === 'build' ? changesOfContext(spot, node, before, after) : undefined;
}

function changesOfEntries(spot: Spot, before: ValueMap, after: ValueMap, changing: Changing): readonly Edit[] {
  const keys = new Set([...before.keys(), ...after.keys()].filter((key) => typeof key === 'string'));
  return [...keys].flatMap((key) => {
    const entry = spot.node?.kind === 'map' ? entryOf(spot.node, key) : undefined;
    const inner: Spot = {
      path: [...spot.path, key],
      row: rowOfEntry(spot.row, key),
      node: entry?.value,
      before: before.get(key),
      after: after.get(key),
    };
    if (entry?.via === undefined || equalValues(inner.before, inner.after)) return changesAt(inner, changing);
    // What an alias brings is its anchor's: the file says it anew here.
    return putWhole(inner, 'short', changing);
  });
}

/** `build: ./folder` with something beside the folder. */
function changesOfContext({ path }: Spot, node: Node, before: ValueMap, after: ValueMap): Edits {
  if (node.kind !== 'scalar' || !equalValues(before.get('context'), after.get('context'))) return undefined;
  const rest = [...after].filter(([key, value]) => key !== 'context' && !equalValues(before.get(key), value));
  const value = new Map<string, Value>([['context', node.text]]);
  for (const [key, item] of rest) if (typeof key === 'string') value.set(key, item);
  return [{ kind: 'set', path, value: asWritten(value, undefined, undefined) }];
}

function putWhole({ path, row, after }: Spot, how: Whole, { directory }: Changing): readonly Edit[] {
  if (after === undefined) return [{ kind: 'remove', path }];
  return [{ kind: 'set', path, value: asWritten(after, how === 'short' ? row : undefined, directory) }];
}
