/** What the checks of requirement assignments say in the same way. */
import type { Span } from '../../diagnostic/problem.ts';
import type { RequirementDefinition } from '../definitions/requirement.ts';
import type { Findings } from '../findings.ts';
import { sectionFor } from '../sections.ts';

export const requirementSection = (findings: Findings): string => sectionFor('requirementAssignment', findings.version);

export const declaredAt = (
  definition: RequirementDefinition,
): { related?: readonly { readonly message: string; readonly at: Span }[] } => {
  const last = definition.mentions.at(-1);
  return last === undefined ? {} : { related: [{ message: 'It is declared here.', at: last.at }] };
};
