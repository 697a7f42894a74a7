/** Where the way of a query begins, and what is said of one that leads nowhere. */
import type { Span } from '../../diagnostic/problem.ts';
import { didYouMean } from '../../diagnostic/suggest.ts';
import type { ToscaProblemCode } from '../problems.ts';
import type { Context } from './context.ts';
import { relationshipOfTemplate } from './context.ts';
import type { FunctionScope } from './scope.ts';

export type Wrong = {
  readonly kind: 'wrong';
  readonly code: ToscaProblemCode;
  readonly message: string;
  readonly at: Span;
  readonly hint?: string;
};

export const wrong = (code: ToscaProblemCode, message: string, at: Span, hint?: string): Wrong => ({
  kind: 'wrong',
  code,
  message,
  at,
  ...(hint === undefined ? {} : { hint }),
});

export const outOfPlace = (name: string, at: Span, where = 'a node, relationship, group or policy'): Wrong =>
  wrong('InvalidFunction', `"${name}" means nothing here: the value is not in ${where}.`, at);

export function namedTemplate(name: string, at: Span, scope: FunctionScope): Context | Wrong {
  const { topology } = scope;
  if (topology === undefined) return { kind: 'unknown' };
  const node = topology.nodes.get(name);
  if (node !== undefined) return { kind: 'node', template: node };
  const relationship = topology.relationships.get(name);
  if (relationship !== undefined) return relationshipOfTemplate(relationship);
  const other = topology.groups.get(name) ?? topology.policies.find((policy) => policy.name === name);
  if (other !== undefined) return { kind: 'template', template: other };
  return wrong(
    'UnknownNodeTemplate',
    `No template "${name}" is in this topology.`,
    at,
    didYouMean(name, topology.nodes.keys()),
  );
}
