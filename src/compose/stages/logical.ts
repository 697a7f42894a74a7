/** What single attributes may not say together (compose-go, validation/). */
import type { MapNode, Node } from '../../document/node.ts';
import { entryOf, valueOf } from '../../document/node.ts';
import { parseAddress } from '../../ip/address.ts';
import { keyOf, textOf } from '../nodes.ts';
import type { Report } from '../problems.ts';
import type { LogicalCheck, Row } from '../rows/row.ts';
import { interestIn, visitTree } from './walk.ts';

/** `key`: what the value is called, where it is called something. */
type Check = (node: Node, report: Report, key: Node | undefined) => void;

const isTrue = (node: Node | undefined): boolean => node?.kind === 'scalar' && node.value === true;

const external: Check = (node, report) => {
  if (node.kind !== 'map' || !isTrue(valueOf(node, 'external'))) return;
  for (const entry of node.entries) {
    const key = keyOf(entry);
    if (key === 'name' || key === 'external' || key.startsWith('x-')) continue;
    report('external-attributes', `The volume is external; "${key}" says how to make one.`, entry.key.span);
  }
};

const sourceOf =
  (...keys: readonly string[]): Check =>
  (node, report, key) => {
    if (node.kind !== 'map') return;
    const given = keys.flatMap((name) => entryOf(node, name) ?? []);
    const [first, second] = given;
    if (first !== undefined && second !== undefined) {
      const related = [{ message: 'The other one is here.', at: first.key.span }];
      report('attributes-exclusive', `Only one of ${keys.join(', ')} can be given.`, second.key.span, { related });
    }
    if (given.length > 0 || entryOf(node, 'driver') !== undefined || entryOf(node, 'external') !== undefined) return;
    report('source-missing', `One of ${keys.join(', ')} must be given.`, (key ?? node).span);
  };

const hostIp: Check = (node, report) => {
  const text = textOf(node);
  if (text !== undefined && parseAddress(text) === undefined)
    report('port-address', `"${text}" is no address.`, node.span);
};

const pathGiven: Check = (node, report) => {
  if (textOf(node) === '') report('path-blank', 'The path to watch is empty.', node.span);
};

const deviceRequest: Check = (node, report) => {
  if (node.kind !== 'map') return;
  const count = entryOf(node, 'count');
  const ids = entryOf(node, 'device_ids');
  if (count === undefined || ids === undefined) return;
  const related = [{ message: 'device_ids is here.', at: ids.key.span }];
  report('attributes-exclusive', 'count and device_ids exclude each other.', count.key.span, { related });
};

const checks = {
  external,
  'config-source': sourceOf('file', 'environment', 'content'),
  'secret-source': sourceOf('file', 'environment'),
  'host-ip': hostIp,
  'path-given': pathGiven,
  'device-request': deviceRequest,
} as const satisfies Readonly<Record<LogicalCheck, Check>>;

const interest = interestIn((row) => row.check !== undefined);

export const checkAttributes = (tree: MapNode, row: Row, report: Report): void =>
  visitTree(tree, row, interest, (node, { check }, key) => {
    if (check !== undefined) checks[check](node, report, key);
  });
