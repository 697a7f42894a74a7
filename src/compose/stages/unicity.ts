/** Of items of a list that are the same thing, the last one stays, in the place of the first. */
import type { ListNode, MapNode, Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { changeValues, listNode, textOf } from '../nodes.ts';
import type { Report } from '../problems.ts';
import { rowOfEntry } from '../rows/children.ts';
import type { Identity, Row } from '../rows/row.ts';
import { parseVolume } from '../syntax/volume.ts';
import { interestIn } from './walk.ts';

/** `undefined`: it can't be told, the item stays. */
type Identify = (item: Node) => string | undefined;

const scalarText = (node: Node | undefined): string | undefined =>
  node?.kind === 'scalar' && node.value !== null ? String(node.value) : undefined;

const targetOf = (item: Node): string | undefined => scalarText(valueOf(item, 'target'));

const mountOf =
  (folder: string): Identify =>
  (item) =>
    item.kind === 'scalar' ? `${folder}/${String(item.value)}` : (targetOf(item) ?? sourceIn(folder, item));

const sourceIn = (folder: string, item: Node): string | undefined => {
  const source = scalarText(valueOf(item, 'source'));
  return source === undefined ? undefined : `${folder}/${source}`;
};

const identities: Readonly<Record<Identity, Identify>> = {
  pair: (item) => textOf(item)?.split('=', 1)[0],
  text: scalarText,
  port(item) {
    if (item.kind !== 'map') return scalarText(item);
    const part = (key: string, otherwise: string): string => scalarText(valueOf(item, key)) ?? otherwise;
    return `${part('host_ip', '0.0.0.0')}:${part('published', '')}:${part('target', '')}/${part('protocol', 'tcp')}`;
  },
  volume(item) {
    const text = textOf(item);
    if (text === undefined) return targetOf(item);
    const parsed = parseVolume(text);
    return parsed.kind === 'volume' ? parsed.volume.target : undefined;
  },
  device(item) {
    const text = textOf(item);
    if (text === undefined) return targetOf(item);
    const [source, target] = text.split(':');
    return target ?? source;
  },
  'env-file': (item) => scalarText(item.kind === 'map' ? valueOf(item, 'path') : item),
  config: mountOf(''),
  secret: mountOf('/run/secrets'),
};

/** What an item must say where it is not written in short. */
const needed: Partial<Readonly<Record<Identity, string>>> = { port: 'target', volume: 'target', device: 'target' };

const interest = interestIn((row) => row.identity !== undefined);

export function makeUnique(tree: MapNode, row: Row, report: Report): MapNode {
  return changeValues(tree, (value, key) => {
    const child = rowOfEntry(row, key);
    if (child === undefined || !interest(child)) return value;
    if (value.kind === 'map') return makeUnique(value, child, report);
    return value.kind === 'list' && child.identity !== undefined ? uniqueItems(value, child.identity, report) : value;
  });
}

function uniqueItems(list: ListNode, identity: Identity, report: Report): ListNode {
  const identify = identities[identity];
  const places = new Map<string, number>();
  const items: Node[] = [];
  const attribute = needed[identity];
  for (const item of list.items) {
    if (attribute !== undefined && item.kind === 'map' && valueOf(item, attribute) === undefined) {
      report('mount-target-missing', `A ${identity} needs a ${attribute}.`, item.span);
      continue;
    }
    const id = identify(item);
    const place = id === undefined ? undefined : places.get(id);
    if (id !== undefined && place === undefined) places.set(id, items.length);
    if (place === undefined) items.push(item);
    else items[place] = item;
  }
  return items.length === list.items.length ? list : listNode(items, list.span);
}
