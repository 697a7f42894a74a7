/** Goes through a tree along its rows. */
import type { MapNode, Node } from '../../document/node.ts';
import { changeItems, changeValues } from '../nodes.ts';
import { rowOfEntry, rowOfItem } from '../rows/children.ts';
import type { Row } from '../rows/row.ts';

/** Every value that has a row is changed, those inside it first. */
export function changeTree(tree: MapNode, row: Row, change: (node: Node, row: Row) => Node): MapNode {
  return changeValues(tree, (value, key) => {
    const child = rowOfEntry(row, key);
    return child === undefined ? value : changeNode(value, child, change);
  });
}

function changeNode(node: Node, row: Row, change: (node: Node, row: Row) => Node): Node {
  return change(changeBelow(node, row, change), row);
}

function changeBelow(node: Node, row: Row, change: (node: Node, row: Row) => Node): Node {
  if (node.kind === 'map') return changeTree(node, row, change);
  if (node.kind === 'scalar') return node;
  const itemRow = rowOfItem(row);
  return itemRow === undefined ? node : changeItems(node, (item) => changeNode(item, itemRow, change));
}

/** Every value that has a row. */
export function visitTree(tree: Node, row: Row, visit: (node: Node, row: Row, path: readonly string[]) => void): void {
  visitBelow(tree, row, [], visit);
}

function visitBelow(
  node: Node,
  row: Row,
  path: readonly string[],
  visit: (node: Node, row: Row, path: readonly string[]) => void,
): void {
  if (node.kind === 'map')
    for (const { key, value } of node.entries) {
      const name = key.kind === 'scalar' ? String(key.value) : '';
      const child = rowOfEntry(row, name);
      if (child === undefined) continue;
      visit(value, child, [...path, name]);
      visitBelow(value, child, [...path, name], visit);
    }
  if (node.kind !== 'list') return;
  const itemRow = rowOfItem(row);
  if (itemRow === undefined) return;
  for (const [index, item] of node.items.entries()) {
    visit(item, itemRow, [...path, String(index)]);
    visitBelow(item, itemRow, [...path, String(index)], visit);
  }
}
