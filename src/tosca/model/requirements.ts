/** Requirements with what fulfils them: an open one with a filter is fulfilled by the node of this template that meets it. */
import { valueOf } from '../../document/node.ts';
import { findMatch } from '../check/matching.ts';
import { hostOf, isHosting } from '../functions/context.ts';
import { memo } from '../memo.ts';
import type { RequirementAssignment } from '../topology/requirement.ts';
import { assignmentsOf, leadingTo } from '../topology/requirement.ts';
import type { Template } from '../topology/topology.ts';

export const fulfilledRequirements = memo((template: Template): readonly RequirementAssignment[] =>
  assignmentsOf(template).map(fulfil),
);

function fulfil(assignment: RequirementAssignment): RequirementAssignment {
  const { target, node } = assignment;
  const filter = valueOf(node, 'node_filter');
  if (target.kind === 'template' || target.kind === 'unknown' || filter === undefined) return assignment;
  const match = findMatch(assignment, filter);
  return typeof match === 'string' ? assignment : leadingTo(assignment, match);
}

/** What it runs on, whether named or found. */
export function fulfilledHost(template: Template): Template | undefined {
  const named = hostOf(template);
  if (named !== undefined) return named;
  const found = fulfilledRequirements(template).find(isHosting);
  return found?.target.kind === 'template' ? found.target.template : undefined;
}
