/** How many nodes a template makes: none of its own where one is selected, `count` otherwise. */
import type { Node } from '../../document/node.ts';
import type { Findings } from '../findings.ts';
import { readCall } from '../functions/call.ts';
import { checkNestedCalls } from '../functions/check.ts';
import type { FunctionScope } from '../functions/scope.ts';
import type { Template } from '../topology/topology.ts';
import { directivesOf, sectionOf } from '../topology/topology.ts';

export const isSelected = (template: Template): boolean =>
  sectionOf(template, 'node_filter') !== undefined || hasSelectDirective(template);

export const hasSelectDirective = (template: Template): boolean =>
  directivesOf(template).some((directive) => directive === 'select' || directive === 'selectable') &&
  !directivesOf(template).includes('create');

/** 2.0: an integer of at least 0, or a function that gives one. */
export function checkCount(node: Node | undefined, scope: FunctionScope, findings: Findings): void {
  if (node === undefined) return;
  if (readCall(node, scope.unit.version) !== undefined) return checkNestedCalls(node, scope, findings);
  if (node.kind === 'scalar' && typeof node.value === 'number' && Number.isInteger(node.value) && node.value >= 0)
    return;
  findings.add('ValueTypeMismatch', '"count" has to be an integer of at least 0.', node.span, {
    section: '14.1',
  });
}
