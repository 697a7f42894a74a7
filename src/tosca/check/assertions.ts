/** Conditions of 1.x: assertions about attributes, joined by `and`, `or`, `not` and `assert` (1.3 §3.6.25). */
import { didYouMean } from '../../diagnostic/suggest.ts';
import type { Node } from '../../document/node.ts';
import type { ValueDefinitions } from '../definitions/value.ts';
import type { Findings } from '../findings.ts';
import type { FunctionScope } from '../functions/scope.ts';
import { describe } from '../structure/describe.ts';
import { checkPropertyFilter } from './node-filter.ts';
import { sectionFor } from '../sections.ts';

const joints = new Set(['and', 'or', 'not', 'assert']);
const deepest = 32;

/** `attributes`: of what the condition is about, where that is known. */
export function checkAssertions(
  node: Node,
  attributes: ValueDefinitions | undefined,
  owner: string,
  scope: FunctionScope,
  findings: Findings,
  depth = 0,
): void {
  if (depth > deepest) return;
  if (node.kind === 'list') {
    for (const item of node.items) checkAssertions(item, attributes, owner, scope, findings, depth + 1);
    return;
  }
  if (node.kind !== 'map') {
    findings.add(
      'InvalidType',
      `A condition names an attribute and what it has to be, and this is ${describe(node)}.`,
      node.span,
      { section: sectionFor('condition', findings.version) },
    );
    return;
  }
  for (const { key, value } of node.entries) {
    const name = key.kind === 'scalar' ? String(key.value) : '';
    if (joints.has(name)) {
      checkAssertions(value, attributes, owner, scope, findings, depth + 1);
      continue;
    }
    const definition = attributes?.get(name);
    if (definition === undefined && attributes !== undefined) {
      const hint = didYouMean(name, attributes.keys());
      findings.add('UnknownAttribute', `"${owner}" has no attribute "${name}".`, key.span, {
        section: sectionFor('assertion', findings.version),
        ...(hint === undefined ? {} : { hint }),
      });
    }
    checkPropertyFilter(value, definition, scope, findings);
  }
}
