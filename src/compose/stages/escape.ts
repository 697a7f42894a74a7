/** `$` doubled everywhere, since what Compose prints is read with interpolation again. */
import type { MapNode, Node } from '../../document/node.ts';
import { changeItems, withEntries } from '../nodes.ts';

const doubled = (text: string): string => text.replaceAll('$', '$$$$');

export function escapeDollars(map: MapNode): MapNode {
  let isChanged = false;
  const entries = map.entries.map((entry) => {
    const key = escapeNode(entry.key);
    const value = escapeNode(entry.value);
    if (key === entry.key && value === entry.value) return entry;
    isChanged = true;
    return { ...entry, key, value };
  });
  return isChanged ? withEntries(map, entries) : map;
}

function escapeNode(node: Node): Node {
  if (node.kind === 'map') return escapeDollars(node);
  if (node.kind === 'list') return changeItems(node, escapeNode);
  return typeof node.value === 'string' && node.value.includes('$') ? { ...node, value: doubled(node.value) } : node;
}
