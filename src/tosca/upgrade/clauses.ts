/** Constraints of 1.x as conditions of 2.0: `greater_than: 1` of a subject is `$greater_than: [ subject, 1 ]`. */
import type { Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import type { Value } from '../../model/value.ts';
import { isList } from '../../model/value.ts';
import { keyText } from '../data/node-value.ts';
import { callOf } from '../functions/call.ts';
import type { Path, Upgrading } from './upgrading.ts';
import { tell } from './upgrading.ts';

/** Rewrites an operand; `undefined` where nothing of 2.0 stands for it. */
export type Rewrite = (node: Node, path: Path) => Value | undefined;

const lengths: Readonly<Record<string, string>> = {
  length: '$equal',
  min_length: '$greater_or_equal',
  max_length: '$less_or_equal',
};

/** All have to hold; `undefined`: there is none. */
export const together = ([only, ...rest]: readonly Value[]): Value | undefined =>
  only === undefined ? undefined : rest.length === 0 ? only : new Map([['$and', [only, ...rest]]]);

/** The clauses of a list, or of one map. */
export function clausesOf(
  node: Node,
  subject: Value,
  path: Path,
  upgrading: Upgrading,
  rewrite: Rewrite,
): readonly Value[] {
  if (node.kind === 'list') return node.items.flatMap((item) => clausesOf(item, subject, path, upgrading, rewrite));
  if (node.kind !== 'map') return [];
  return node.entries.flatMap(({ key, value }) => clauseOf(keyText(key), value, subject, path, upgrading, rewrite));
}

function clauseOf(
  name: string,
  operand: Node,
  subject: Value,
  path: Path,
  upgrading: Upgrading,
  rewrite: Rewrite,
): readonly Value[] {
  const value = rewrite(operand, path);
  if (value === undefined) return [];
  const of = (call: string, argument: Value, about: Value = subject): Value => new Map([[call, [about, argument]]]);
  const length = lengths[name];
  if (length !== undefined) return [of(length, value, new Map([['$length', [subject]]]))];
  if (name === 'pattern') return [of('$matches', value)];
  if (name === 'in_range' && isList(value)) {
    const [least = null, most = null] = value;
    return [
      ...(least === 'UNBOUNDED' ? [] : [of('$greater_or_equal', least)]),
      ...(most === 'UNBOUNDED' ? [] : [of('$less_or_equal', most)]),
    ];
  }
  if (name === 'schema') {
    tell(upgrading, path, operand, 'lost', '2.0 has no clause for schemas.');
    return [];
  }
  return [of(`$${name}`, value)];
}

/**
 * A node filter as one condition. `toNode`: the path from SELF to the node that is looked for, which is the target of the
 * relationship where a requirement has the filter (2.0 §8.8).
 */
export function filterOf(
  node: Node,
  toNode: readonly string[],
  path: Path,
  upgrading: Upgrading,
  rewrite: Rewrite,
): Value | undefined {
  const all = [...filterClauses(valueOf(node, 'properties'), toNode, path, upgrading, rewrite)];
  for (const [name, body] of namedIn(valueOf(node, 'capabilities')))
    all.push(...filterClauses(valueOf(body, 'properties'), [...toNode, 'CAPABILITY', name], path, upgrading, rewrite));
  return together(all);
}

/** A list of maps with one name each, or a map. */
const namedIn = (node: Node | undefined): readonly (readonly [string, Node])[] =>
  node?.kind === 'list'
    ? node.items.flatMap(namedIn)
    : node?.kind === 'map'
      ? node.entries.map(({ key, value }) => [keyText(key), value] as const)
      : [];

function filterClauses(
  section: Node | undefined,
  place: readonly string[],
  path: Path,
  upgrading: Upgrading,
  rewrite: Rewrite,
): readonly Value[] {
  return namedIn(section).flatMap(([name, clauses]) => {
    const subject = new Map([['$get_property', ['SELF', ...place, name]]]);
    const isValue = clauses.kind === 'scalar' || callOf(clauses, upgrading.version) !== undefined;
    if (!isValue) return clausesOf(clauses, subject, path, upgrading, rewrite);
    // A value alone is what it has to be equal to.
    const value = rewrite(clauses, path);
    return value === undefined ? [] : [new Map([['$equal', [subject, value]]])];
  });
}
