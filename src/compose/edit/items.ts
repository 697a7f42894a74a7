/** Lists whose items may be written in a shorter form, one of which may stand for several: ports, mounts, env files. */
import type { Edit } from '../../document/edit.ts';
import type { Node } from '../../document/node.ts';
import type { Value } from '../../model/value.ts';
import { isList } from '../../model/value.ts';
import { equalValues } from '../model/values.ts';
import { itemsOf } from '../nodes.ts';
import { rowOfItem } from '../rows/children.ts';
import type { Changing, Edits, Spot } from './changes.ts';
import { removals } from './listed-maps.ts';
import { asWritten } from './written.ts';

export function changesOfItems({ path, row, node, before, after }: Spot, changing: Changing): Edits {
  if (!isList(before) || !isList(after) || node === undefined) return undefined;
  const written = itemsOf(node);
  const owners = ownersOf(written, itemsOf(changing.made(path)));
  if (owners.length !== before.length) return undefined;
  const { kept, added } = matched(before, after);
  const gone: number[] = [];
  for (const index of written.keys()) {
    const own = owners.flatMap((owner, at) => (owner === index ? [kept.has(at)] : []));
    if (own.length === 0 || own.every(Boolean)) continue;
    // One text that stands for several, of which some stay.
    if (own.some(Boolean)) return undefined;
    gone.push(index);
  }
  const itemRow = rowOfItem(row);
  const set = added.map((value, at): Edit => {
    const place = gone[at] ?? written.length + at - gone.length;
    return { kind: 'set', path: [...path, place], value: asWritten(value, itemRow, changing.directory) };
  });
  return [...set, ...removals(path, gone.slice(added.length))];
}

/** Of each item of the normal form, the index of the one in the file it was made from. */
const ownersOf = (written: readonly Node[], made: readonly Node[]): readonly number[] =>
  made.flatMap(({ span }) => {
    const index = written.findIndex(
      (item) =>
        item.span.file === span.file &&
        item.span.start.offset <= span.start.offset &&
        span.end.offset <= item.span.end.offset,
    );
    return index < 0 ? [] : [index];
  });

/** Which of the items before are still there, in their order, and which are new. */
function matched(
  before: readonly Value[],
  after: readonly Value[],
): { readonly kept: ReadonlySet<number>; readonly added: readonly Value[] } {
  const kept = new Set<number>();
  const added: Value[] = [];
  let next = 0;
  for (const value of after) {
    const found = before.findIndex((item, index) => index >= next && equalValues(item, value));
    if (found < 0) added.push(value);
    else {
      kept.add(found);
      next = found + 1;
    }
  }
  return { kept, added };
}
