/** Requirement assignments, one by one: each is checked by what it leads to, how, and what it asks of the target. */
import { didYouMean } from '../../diagnostic/suggest.ts';
import type { Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { requirementsOf } from '../definitions/requirement.ts';
import { asMap } from '../definitions/schema.ts';
import type { Findings } from '../findings.ts';
import { checkNestedCalls } from '../functions/check.ts';
import type { FunctionScope } from '../functions/scope.ts';
import { scopeOfRequirement, scopeOfTemplate } from '../functions/scope.ts';
import type { RequirementAssignment } from '../topology/requirement.ts';
import { assignmentsOf, targetType } from '../topology/requirement.ts';
import type { Template } from '../topology/topology.ts';
import { textOf } from '../types/lineage.ts';
import { checkNodeFilter } from './node-filter.ts';
import { checkCount, isSelected } from './representations.ts';
import { checkCounts } from './requirement-counts.ts';
import { checkRelationship } from './requirement-relationships.ts';
import { checkCapabilityName, checkMatch, checkTarget } from './requirement-targets.ts';
import { requirementSection } from './requirement-words.ts';

export function checkRequirementAssignments(template: Template, findings: Findings): void {
  const assignments = assignmentsOf(template);
  for (const assignment of assignments) checkAssignment(assignment, findings);
  if (template.type !== undefined && !isSelected(template)) checkCounts(template, template.type, assignments, findings);
}

function checkAssignment(assignment: RequirementAssignment, findings: Findings): void {
  const { source, name, definition, node } = assignment;
  const section = requirementSection(findings);
  if (definition === undefined && source.type !== undefined) {
    const hint = didYouMean(name, requirementsOf(source.type).keys());
    findings.add('UnknownRequirement', `"${source.name}" has no requirement "${name}".`, assignment.at, {
      section,
      ...(hint === undefined ? {} : { hint }),
    });
  }
  checkTarget(assignment, findings);
  checkCapabilityName(assignment, findings);
  checkRelationship(assignment, findings);
  const scope = scopeOfTemplate(source);
  const filter = valueOf(node, 'node_filter');
  if (filter !== undefined)
    checkNodeFilter(
      filter,
      targetType(assignment),
      { ...scope, self: { kind: 'requirement', requirement: assignment } },
      findings,
    );
  if (filter !== undefined) checkMatch(assignment, filter, findings);
  checkCount(valueOf(node, 'count'), scope, findings);
  checkDirectives(valueOf(node, 'directives'), findings);
  checkAllocation(assignment, findings);
}

function checkDirectives(node: Node | undefined, findings: Findings): void {
  if (node?.kind !== 'list') return;
  for (const item of node.items) {
    const name = textOf(item);
    if (name === undefined || name === 'internal' || name === 'external') continue;
    findings.add(
      'UnknownDirective',
      `The directives of a requirement are internal and external, and this is "${name}".`,
      item.span,
      { section: '8.7.2' },
    );
  }
}

/** Only numbers can be shared out, and only those the capability has (2.0 §8.7.5). */
function checkAllocation(assignment: RequirementAssignment, findings: Findings): void {
  const allocation = asMap(valueOf(assignment.node, 'allocation'));
  if (allocation === undefined) return;
  const properties = assignment.capability?.properties;
  const scope: FunctionScope = scopeOfRequirement(assignment);
  for (const { key, value } of allocation.entries) {
    const name = key.kind === 'scalar' ? String(key.value) : '';
    checkNestedCalls(value, scope, findings);
    if (properties === undefined || properties.has(name)) continue;
    const hint = didYouMean(name, properties.keys());
    findings.add('DoubtfulAllocation', `The capability has no property "${name}" to allocate from.`, key.span, {
      section: '8.7.5',
      ...(hint === undefined ? {} : { hint }),
    });
  }
}
