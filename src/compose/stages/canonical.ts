/** Short forms written out, attribute by attribute, so that the stages behind meet one form of each. */
import type { MapNode, Node } from '../../document/node.ts';
import { changeItems, changeValues, textOf } from '../nodes.ts';
import type { Report } from '../problems.ts';
import { rowOfEntry, rowOfItem } from '../rows/children.ts';
import type { Row } from '../rows/row.ts';
import { longForms } from './long-forms.ts';
import { interestIn } from './walk.ts';

export type Canonical = {
  readonly report: Report;
  /** Variables stay where they were not replaced, so a form that can't be read may still be right: it stays. */
  readonly isLoose: boolean;
  /** How many more ports may be counted one by one. */
  readonly budget: { ports: number };
};

export const mostPorts = 500_000;

const interest = interestIn((row) => row.long !== undefined);

export const writeOutTree = (tree: MapNode, row: Row, canonical: Canonical): MapNode =>
  changeValues(tree, (value, key) => {
    const child = rowOfEntry(row, key);
    return child === undefined || !interest(child) ? value : writeOut(value, child, canonical);
  });

function writeOut(node: Node, row: Row, canonical: Canonical): Node | undefined {
  const long = row.long === undefined ? node : longForms[row.long](node, canonical);
  if (long === undefined) return undefined;
  if (long.kind === 'scalar') return long;
  if (long.kind === 'map') return writeOutTree(long, row, canonical);
  const itemRow = rowOfItem(row);
  return itemRow === undefined || !interest(itemRow)
    ? long
    : changeItems(long, (item) => writeOut(item, itemRow, canonical));
}

/** Empty texts among the DNS servers are no servers. */
export const withoutEmptyServers = (tree: MapNode): MapNode =>
  changeValues(tree, (services, section) => {
    if (section !== 'services' || services.kind !== 'map') return services;
    return changeValues(services, (service) => {
      if (service.kind !== 'map') return service;
      return changeValues(service, (value, key) =>
        key === 'dns' && value.kind === 'list'
          ? changeItems(value, (item) => (textOf(item) === '' ? undefined : item))
          : value,
      );
    });
  });
