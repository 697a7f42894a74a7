/** Goes through a tree along its rows, past what holds nothing of interest. */
import type { MapNode, Node } from '../../document/node.ts';
import { changeItems, changeValues, keyOf } from '../nodes.ts';
import { rowOfEntry, rowOfItem } from '../rows/children.ts';
import type { Form, Row } from '../rows/row.ts';

/** Whether a row or one below it is of interest. */
export type Interest = (row: Row) => boolean;

/** Found out once for each row: tables are deep, and most of a file is labels and variables. */
export function interestIn(isWanted: (row: Row) => boolean): Interest {
  const known = new Map<Row, boolean>();
  const inForm = (form: Form): boolean => {
    switch (form.kind) {
      case 'list':
      case 'dict':
        return inRow(form.of);
      case 'map':
        return Object.values(form.rows).some(inRow);
      case 'either':
        return form.forms.some(inForm);
      default:
        return false;
    }
  };
  const inRow = (row: Row): boolean => {
    const found = known.get(row) ?? (isWanted(row) || inForm(row.form));
    known.set(row, found);
    return found;
  };
  return inRow;
}

export type Change = {
  readonly interest: Interest;
  /** Called for every value of interest, those inside it first. */
  readonly change: (node: Node, row: Row) => Node;
};

export function changeTree(tree: MapNode, row: Row, how: Change): MapNode {
  return changeValues(tree, (value, key) => {
    const child = rowOfEntry(row, key);
    return child === undefined || !how.interest(child) ? value : changeNode(value, child, how);
  });
}

function changeNode(node: Node, row: Row, how: Change): Node {
  return how.change(changeBelow(node, row, how), row);
}

function changeBelow(node: Node, row: Row, how: Change): Node {
  if (node.kind === 'map') return changeTree(node, row, how);
  if (node.kind === 'scalar') return node;
  const itemRow = rowOfItem(row);
  if (itemRow === undefined || !how.interest(itemRow)) return node;
  return changeItems(node, (item) => changeNode(item, itemRow, how));
}

/** `key`: of an entry of a map. */
export type Visit = (node: Node, row: Row, key: Node | undefined) => void;

/** `visit` is called for every value of interest. */
export function visitTree(tree: Node, row: Row, interest: Interest, visit: Visit): void {
  const go = (node: Node, of: Row | undefined, key?: Node): void => {
    if (of === undefined || !interest(of)) return;
    visit(node, of, key);
    visitTree(node, of, interest, visit);
  };
  if (tree.kind === 'map') for (const entry of tree.entries) go(entry.value, rowOfEntry(row, keyOf(entry)), entry.key);
  if (tree.kind === 'list') for (const item of tree.items) go(item, rowOfItem(row));
}
